"""What pages show, kept between reruns: each thing is worked out once for a benchmark as it stands."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from odviz.charts.columns import Columns, columns
from odviz.domain.objective import Budget
from odviz.domain.result import BenchmarkResult
from odviz.services import evidence as gathered
from odviz.services import export, naming, results, tradeoff
from odviz.services.runner import Runner
from odviz.services.tradeoff import Tradeoff
from odviz.store import BenchmarkRecord, Store, open_store
from odviz.store.engine import default_url

RECENT = 50
"""Benchmarks that a page offers to choose from; the others are found by their id."""

_FEW = 8


@dataclass(frozen=True, eq=False)
class Shown:
    """One benchmark as pages show it.

    Attributes:
        record: what was asked and where it stands.
        result: every figure.
        tradeoff: the points against each other, without limits.
        columns: the same for charts.
        version: changes whenever any of this does.
    """

    record: BenchmarkRecord
    result: BenchmarkResult
    tradeoff: Tradeoff
    columns: Columns
    version: str


def store() -> Store:
    """The database of this server.

    Raises:
        StoreError: it cannot be opened, with what to do.
    """
    return _store(str(default_url()))


def runner() -> Runner:
    """The one that measures for all pages of this server.

    Raises:
        StoreError: the database cannot be opened.
    """
    return _runner(str(default_url()))


def recent(task: str | None = None) -> tuple[BenchmarkRecord, ...]:
    """Benchmarks, newest first.

    Raises:
        StoreError: the database refuses.
    """
    return results.recent(store(), RECENT, task)


def shown(benchmark: str) -> Shown:
    """One benchmark, worked out again only when more of it has ended.

    Raises:
        UnknownName: there is none.
        StoreError: the database refuses.
    """
    record = store().load(benchmark)
    ended = len(store().runs(record.id)) if record.state.ended else sum(run.ok for run in store().runs(record.id))
    return _shown(str(default_url()), record.id, record.state, ended)


def within(found: Shown, budget: Budget) -> Tradeoff:
    """The points of a benchmark under limits."""
    return _within(found.version, budget, found)


def csv_of(benchmark: str) -> str:
    """Every figure of a benchmark as CSV."""
    return export.as_csv(gathered.gather(store(), benchmark))


@st.cache_resource(show_spinner=False)
def _store(url: str) -> Store:
    del url  # what it is opened by; named so that another database is another entry
    return open_store()


@st.cache_resource(show_spinner=False)
def _runner(url: str) -> Runner:
    return Runner(_store(url))


# Resources, not data: what is kept is frozen, and copying ten thousand points on every rerun would take longer than
# drawing them.
@st.cache_resource(show_spinner="Weighing what was measured …", max_entries=_FEW)
def _shown(url: str, benchmark: str, state: str, ended: int) -> Shown:
    evidence = gathered.gather(_store(url), benchmark)
    weighed = tradeoff.weigh(evidence)
    return Shown(
        evidence.record,
        results.summarise(evidence),
        weighed,
        columns(weighed.standings, naming.point),
        f"{benchmark}/{state}/{ended}",
    )


@st.cache_resource(show_spinner=False, max_entries=_FEW)
def _within(version: str, budget: Budget, _found: Shown) -> Tradeoff:
    del version  # what tells one `_found`, which is not hashed, from another
    return tradeoff.limited(_found.tradeoff, budget)
