"""Data for the pages, cached between reruns: each result is computed once for a given state of the database."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from odviz import objectives
from odviz.analysis.analysis import Analysis, analyse, analyse_estimates
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.benchmark_estimates import BenchmarkEstimates
from odviz.analysis.estimates import summarise
from odviz.analysis.on_device import find_target
from odviz.analysis.recommendation import MARGIN
from odviz.analysis.stress import SeverityCurve, UnderStress, severity_curves, under_stress
from odviz.charts import Look
from odviz.domain.data_quality import DataReport, Item, Part
from odviz.domain.device import DeviceProfile
from odviz.domain.errors import Damaged, OdvizError, UnknownName
from odviz.domain.objective import Limits, Objective
from odviz.domain.result import BenchmarkResult
from odviz.domain.target import HOST
from odviz.lessons.base import Evidence
from odviz.library.own_tasks import own_tasks
from odviz.library.paths import cache_dir
from odviz.report import figure_table, tables
from odviz.report.front_figures import FrontFigures, front_figures
from odviz.report.items import ItemView
from odviz.report.items import view as item_view
from odviz.report.stress_part import StressPart
from odviz.report.stress_parts import stress_parts
from odviz.report.view import AnalysisView, BenchmarkView, benchmark_view
from odviz.services import data_quality, naming
from odviz.services import devices as device_profiles
from odviz.services.runner import Runner
from odviz.store import BenchmarkRecord, DamagedRecord, Store, open_store
from odviz.store.engine import default_url
from odviz.tasks import TASKS

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

RECENT = 50
"""Benchmarks that a page lists; older ones are reached by their id."""

LISTED = 500
"""Benchmarks among which the page Benchmarks searches."""

_FEW, _MANY = 8, 32
"""Cache entries."""


class DataKey(NamedTuple):
    """What identifies the stored data of a benchmark: the key of everything that is cached of them.

    Attributes:
        url: of the database.
        benchmark_id: of the benchmark.
        state: of the benchmark.
        failure: why it ended; its reason can change while no run ends.
        finished: number of runs that have ended.
    """

    url: str
    benchmark_id: str
    state: str
    failure: str
    finished: int


def store() -> Store:
    """The database of this server.

    Raises:
        StoreError: it cannot be opened.
    """
    return _store(str(default_url()))


def runner() -> Runner:
    """The runner of this server, shared by all pages.

    Raises:
        StoreError: the database cannot be opened.
    """
    return _runner(str(default_url()))


def recent(task: str | None = None) -> tuple[BenchmarkRecord, ...]:
    """Benchmarks, newest first.

    Raises:
        StoreError: the database cannot be read.
    """
    return store().benchmarks(RECENT, task)


def listed() -> tuple[BenchmarkRecord | DamagedRecord, ...]:
    """Benchmarks of all tasks, newest first, including unreadable ones.

    Raises:
        StoreError: the database cannot be read.
    """
    return store().listed(LISTED)


def find_benchmark(benchmark_id: str) -> BenchmarkRecord | None:
    """A benchmark by its id; None when it does not exist, for example because it was deleted.

    Raises:
        StoreError: the database cannot be read.
    """
    with suppress(UnknownName):
        return store().load(benchmark_id)
    return None


def count_points(record: BenchmarkRecord) -> int:
    """Number of operating points of a benchmark; 0 when unknown or unreadable."""
    with suppress(Damaged):
        return len(store().points(record.id))
    return 0


def devices() -> tuple[tuple[DeviceProfile, ...], tuple[device_profiles.Unlisted, ...]]:
    """Every readable device, the host first, and a message for each unreadable file."""
    return _devices(device_profiles.cache_key())


def device(name: str) -> DeviceProfile | None:
    """A device by its name; None when it does not exist or cannot be read."""
    return next((profile for profile in devices()[0] if profile.name == name), None)


def view(benchmark_id: str, device: str = HOST, target: str = "", models: tuple[str, ...] = ()) -> BenchmarkView:
    """One benchmark on one device; recomputed only when more of it has finished.

    Args:
        benchmark_id: id of the benchmark.
        device: name of the device.
        target: key of the target; empty for the one with most measurements.
        models: only variants of these models, as if no others had been measured; empty for all.

    Raises:
        UnknownName: no such benchmark, device or target.
        StoreError: the database cannot be read.
        FileRefused: the file of the device cannot be read.
    """
    return view_of(key_of(store().load(benchmark_id)), device, target, models)


def view_of(version: DataKey, device: str = HOST, target: str = "", models: tuple[str, ...] = ()) -> BenchmarkView:
    """`view` of a benchmark whose data were identified before."""
    profile = "" if device == HOST else repr(device_profiles.profile(device))
    return _view(version, device, target, profile, models)


def key_of(record: BenchmarkRecord) -> DataKey:
    """What identifies the data that are stored of a benchmark now."""
    return DataKey(str(default_url()), record.id, record.state, repr(record.failure), store().finished(record.id))


def result_of(version: DataKey) -> BenchmarkResult:
    """Every measured figure of a benchmark, without an analysis."""
    return loaded(version)[1]


def evidence(benchmark_id: str) -> Evidence:
    """A benchmark of this computer as a lesson reads it.

    Raises:
        UnknownName: no such benchmark.
        StoreError: the database cannot be read.
    """
    return Evidence(*loaded(key_of(store().load(benchmark_id))), recorded=False)


def objectives_of(version: DataKey | None) -> tuple[Objective, ...]:
    """The objectives of a benchmark, whose titles and units depend on its metric.

    As they are declared without a benchmark, without predictions, or where the benchmark cannot be read, which the
    part of the page that shows its results reports.
    """
    with suppress(OdvizError):
        if version is not None:
            return loaded(version)[0].objectives
    return objectives.objectives(())


@lru_cache(maxsize=_MANY)
def under_limits(view: BenchmarkView, limits: Limits, margin: float = MARGIN) -> Analysis:
    """The analysis of a benchmark under limits."""
    return view.analysis.under(limits, margin)


@lru_cache(maxsize=_MANY)
def shown(slot: str, view: BenchmarkView, limits: Limits, margin: float, names_target: bool) -> AnalysisView:
    """An analysis under limits in one place of the page; one for all sessions that make the same choices."""
    return AnalysisView(slot, view, under_limits(view, limits, margin), names_target=names_target)


@lru_cache(maxsize=_MANY)
def front_figures_of(views: tuple[AnalysisView, ...], look: Look, selected: tuple[int, ...]) -> FrontFigures:
    """The fronts of views, drawn once for all sessions that look at the same."""
    return front_figures(views, look, selected)


@lru_cache(maxsize=_MANY)
def table_of(view: AnalysisView) -> tuple[NDArray[np.intp], pa.Table]:
    """Rows of the candidates in the order of the table, and the table: made once for all sessions."""
    order = figure_table.row_order(view)
    return order, figure_table.table(view, order)


@lru_cache(maxsize=_MANY)
def under_stress_of(view: AnalysisView) -> tuple[UnderStress, ...]:
    """The answer under each stress, beside the usual one."""
    return under_stress(view.analysis)


def severity_curves_of(record: BenchmarkRecord, positions: tuple[int, ...]) -> tuple[SeverityCurve, ...]:
    """The metric at each severity of disturbances, of the variants at these positions in the plan."""
    return _severity_curves(key_of(record), positions)


def stress_parts_of(record: BenchmarkRecord) -> tuple[StressPart, ...]:
    """What the stress tests beyond disturbed items found."""
    return _stress_parts(key_of(record))


def data_report(task: str, record: BenchmarkRecord | None) -> DataReport | None:
    """The report on the data of a task that was kept; None if there is none.

    Args:
        task: name of the task.
        record: the benchmark whose predictions are used; None for none.

    Raises:
        FileRefused: the data cannot be read.
        IntegrityError: a built-in data file is not the recorded one.
    """
    with suppress(_NotKept):
        return _data_report(task, _own(task), key_of(record) if record else None)
    return None


def data_items(task: str, items: tuple[Item, ...]) -> Mapping[Item, ItemView]:
    """Items of a data set to look at.

    Raises:
        FileRefused: the data cannot be read.
        IntegrityError: a built-in data file is not the recorded one.
    """
    return _data_items(task, _own(task), items)


def csv_of(benchmark_id: str) -> str:
    """Every measured figure of a benchmark as CSV."""
    benchmark_data = load_benchmark_data(store(), benchmark_id)
    return tables.as_csv(benchmark_data, analyse(benchmark_data))


@st.cache_resource(show_spinner=False)
def _store(url: str) -> Store:
    del url  # cache key: another database is another entry
    return open_store()


@st.cache_resource(show_spinner=False)
def _runner(url: str) -> Runner:
    return Runner(_store(url))


# `cache_resource` rather than `cache_data`: the values are frozen, and copying ten thousand points on every rerun would
# take longer than drawing them.
@st.cache_resource(show_spinner=False, max_entries=1, hash_funcs={tuple: hash})
def _devices(
    cache_key: tuple[tuple[str, int], ...],
) -> tuple[tuple[DeviceProfile, ...], tuple[device_profiles.Unlisted, ...]]:
    del cache_key
    return device_profiles.profiles()


@st.cache_resource(show_spinner="Loading results …", max_entries=_FEW)
def loaded(version: DataKey) -> tuple[BenchmarkData, BenchmarkResult]:
    """A benchmark with its estimates."""
    benchmark_data = load_benchmark_data(_store(version.url), version.benchmark_id)
    return benchmark_data, summarise(benchmark_data)


def _own(task: str) -> str:
    """What tells data sets of one name apart: where odviz keeps things, and the record of a person's own."""
    return f"{cache_dir()} {own_tasks()[0].get(task)!r}"


class _NotKept(Exception):
    """No report on the data is kept; nothing is cached of that."""


@st.cache_resource(show_spinner=False, max_entries=_FEW)
def _data_report(task: str, own: str, version: DataKey | None) -> DataReport:
    del own  # cache key: other data of the same name
    report = data_quality.kept(task, loaded(version)[0] if version else None)
    if report is None:
        raise _NotKept
    return report


@st.cache_resource(show_spinner=False, max_entries=_MANY)
def _data_items(task: str, own: str, items: tuple[Item, ...]) -> Mapping[Item, ItemView]:
    del own
    plugin, views = TASKS[task], {}
    for part in {item.split for item in items}:
        inputs = (plugin.test() if part is Part.TEST else plugin.calibration()).inputs
        texts = plugin.texts(part)
        for item in items:
            if item.split is part:
                views[item] = item_view(inputs[item.index], texts[item.index] if texts else "")
    return views


@st.cache_resource(show_spinner="Comparing under stress …", max_entries=_FEW)
def _severity_curves(version: DataKey, positions: tuple[int, ...]) -> tuple[SeverityCurve, ...]:
    benchmark_data, _ = loaded(version)
    return severity_curves(benchmark_data, [benchmark_data.points[position] for position in positions])


@st.cache_resource(show_spinner="Comparing under stress …", max_entries=_FEW)
def _stress_parts(version: DataKey) -> tuple[StressPart, ...]:
    benchmark_data, _ = loaded(version)
    return stress_parts(benchmark_data, benchmark_data.points, naming.point)


@st.cache_resource(show_spinner="Computing fronts …", max_entries=_MANY)
def _view(version: DataKey, device: str, target: str, profile: str, models: tuple[str, ...]) -> BenchmarkView:
    del profile  # cache key
    analysis = analyse_estimates(_estimates(version, models), *find_target(device, target))
    return benchmark_view(*loaded(version), analysis)


@st.cache_resource(show_spinner=False, max_entries=_FEW)
def _estimates(version: DataKey, models: tuple[str, ...]) -> BenchmarkEstimates:
    """What the analyses for all devices share, of variants of these models; empty for all."""
    benchmark_data, result = loaded(version)
    if models:
        result = replace(result, points=tuple(point for point in result.points if point.point.variant.model in models))
    return BenchmarkEstimates(benchmark_data, result)
