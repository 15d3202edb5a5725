"""What pages show, kept between reruns: each thing is worked out once for a benchmark as it stands."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import streamlit as st

from odviz.analysis.analysis import Tradeoff, limited
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.analysis.on_device import weigh_for
from odviz.charts.columns import Columns, columns
from odviz.domain.device import DeviceProfile
from odviz.domain.errors import Damaged, UnknownName
from odviz.domain.objective import Budget
from odviz.domain.result import BenchmarkResult
from odviz.domain.target import HOST
from odviz.report import tables
from odviz.services import benchmark as benchmarks
from odviz.services import devices as profiles
from odviz.services import naming
from odviz.services.runner import Runner
from odviz.store import BenchmarkRecord, DamagedRecord, Store, open_store
from odviz.store.engine import default_url

RECENT = 50
"""Benchmarks that a page offers to choose from; the others are found by their id."""

_FEW, _MORE = 8, 32


@dataclass(frozen=True, eq=False)
class Shown:
    """One benchmark on one machine, as pages show it.

    Attributes:
        record: what was asked and where it stands.
        result: every figure that was measured.
        tradeoff: the points against each other, without limits.
        columns: the same for charts.
        ids: place of each point in the plan, by which it is selected on any machine.
        ended: how many runs had ended.
        version: changes whenever any of this does.
    """

    record: BenchmarkRecord
    result: BenchmarkResult
    tradeoff: Tradeoff
    columns: Columns
    ids: tuple[int, ...]
    ended: int
    version: str

    @property
    def place(self) -> str:
        """The machine, as people call it."""
        return self.tradeoff.device.title if self.tradeoff.device else "This machine"

    def rows_of(self, picked: Sequence[int]) -> tuple[int, ...]:
        """Rows of points that were selected here or on another machine, where other runtimes run the same variant."""
        if self.tradeoff.device is None:
            return tuple(row for row, each in enumerate(self.ids) if each in picked)
        points = [each.point.variant for each in self.result.points]
        wanted = {(points[each].model, points[each].recipe) for each in picked if each < len(points)}
        return tuple(row for row, each in enumerate(self.ids) if (points[each].model, points[each].recipe) in wanted)


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
    return benchmarks.recent(store(), RECENT, task)


def listed() -> tuple[BenchmarkRecord | DamagedRecord, ...]:
    """The same for all tasks, with those whose record cannot be read.

    Raises:
        StoreError: the database refuses.
    """
    return benchmarks.listed(store(), RECENT)


def found(benchmark: str) -> BenchmarkRecord | None:
    """A benchmark by its id; None where there is none, for it may have been deleted meanwhile.

    Raises:
        StoreError: the database refuses.
    """
    with suppress(UnknownName):
        return store().load(benchmark)
    return None


def points_of(record: BenchmarkRecord) -> int:
    """How many operating points it came to; 0 where that is not known, or cannot be read."""
    with suppress(Damaged):
        return len(store().points(record.id))
    return 0


def devices() -> tuple[tuple[DeviceProfile, ...], tuple[str, ...]]:
    """Every device whose file can be read, this host first, and a sentence for each file that cannot."""
    return _devices(profiles.version())


def device(name: str) -> DeviceProfile | None:
    """The device of this name; None where there is none, or its file cannot be read."""
    return next((each for each in devices()[0] if each.name == name), None)


def shown(benchmark: str, device: str = HOST, target: str = "", models: tuple[str, ...] = ()) -> Shown:
    """One benchmark on one machine, worked out again only when more of it has ended.

    Args:
        benchmark: its id.
        device: name of the machine asked about.
        target: key of how networks are run there; empty for the best-backed way.
        models: only variants of these, as if no others had been measured; of all if there are none.

    Raises:
        UnknownName: there is no such benchmark, device or target.
        StoreError: the database refuses.
        FileRefused: the device's file makes no sense.
    """
    record = store().load(benchmark)
    ended, state = store().finished(record.id), _stands(record)
    profile = "" if device == HOST else repr(profiles.profile(device))
    return _shown(str(default_url()), record.id, state, ended, device, target, profile, models)


def _stands(record: BenchmarkRecord) -> str:
    """Where a benchmark stands; one that has failed may fail for another reason although nothing more has ended."""
    return f"{record.state}-{zlib.crc32(repr(record.failure).encode())}"


def result_of(record: BenchmarkRecord) -> BenchmarkResult:
    """Every figure that was measured, without setting the points against each other."""
    return _evidence(str(default_url()), record.id, _stands(record), store().finished(record.id))[1]


def within(found: Shown, budget: Budget) -> Tradeoff:
    """The points of a benchmark under limits."""
    return _within(found.version, budget, found)


def csv_of(benchmark: str) -> str:
    """Every figure of a benchmark on this host as CSV."""
    return tables.as_csv(load_benchmark_data(store(), benchmark))


def evidence_of(found: Shown) -> BenchmarkData:
    """What was observed; gathered again only when more has ended."""
    return _evidence(str(default_url()), found.record.id, _stands(found.record), found.ended)[0]


@st.cache_resource(show_spinner=False)
def _store(url: str) -> Store:
    del url  # what it is opened by; named so that another database is another entry
    return open_store()


@st.cache_resource(show_spinner=False)
def _runner(url: str) -> Runner:
    return Runner(_store(url))


# Resources, not data: what is kept is frozen, and copying ten thousand points on every rerun would take longer than
# drawing them.
@st.cache_resource(show_spinner=False, max_entries=1)
def _devices(version: object) -> tuple[tuple[DeviceProfile, ...], tuple[str, ...]]:
    del version  # what tells one set of files from another
    return profiles.profiles()


@st.cache_resource(show_spinner="Gathering what was measured …", max_entries=_FEW)
def _evidence(url: str, benchmark: str, state: str, ended: int) -> tuple[BenchmarkData, BenchmarkResult]:
    del state, ended
    evidence = load_benchmark_data(_store(url), benchmark)
    return evidence, summarise(evidence)


@st.cache_resource(show_spinner="Weighing what is known …", max_entries=_MORE)
def _shown(
    url: str, benchmark: str, state: str, ended: int, device: str, target: str, profile: str, models: tuple[str, ...]
) -> Shown:
    evidence, result = _evidence(url, benchmark, state, ended)
    some = result
    if models:
        kept = tuple(each for each in result.points if each.point.variant.model in models)
        some = replace(result, points=kept)
    weighed = weigh_for(evidence, device, target, some)
    places = {each.point: place for place, each in enumerate(result.points)}
    return Shown(
        evidence.record,
        result,
        weighed,
        columns(
            weighed.candidates,
            naming.point if weighed.device is None else naming.variant,
            evidence.record.plan.models,
        ),
        tuple(places[each.measured] for each in weighed.candidates),
        ended,
        "/".join(map(str, (benchmark, state, ended, device, target, hash(profile), *models))),
    )


@st.cache_resource(show_spinner=False, max_entries=_MORE)
def _within(version: str, budget: Budget, _found: Shown) -> Tradeoff:
    del version  # what tells one `_found`, which is not hashed, from another
    return limited(_found.tradeoff, budget)
