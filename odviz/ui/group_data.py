"""Data of the tab on classes and groups, cached between reruns as those of `odviz.ui.data`."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.calibration import calibration
from odviz.analysis.harm import harm
from odviz.analysis.item_groups import stored_items
from odviz.domain.calibration import CalibrationReport
from odviz.domain.harm import HarmReport
from odviz.domain.target import OperatingPoint
from odviz.objectives.groups import ItemGroups
from odviz.report.items import ItemView
from odviz.report.items import view as item_view
from odviz.store import BenchmarkRecord
from odviz.tasks import TASKS
from odviz.ui import data

_MANY = 32
"""Cache entries."""


def harm_of(record: BenchmarkRecord, grouping: ItemGroups) -> HarmReport:
    """Every variant of a benchmark beside its network, group by group.

    Raises:
        InputError: the metric has no value for a group.
    """
    return _harm(data.key_of(record), grouping.title)


def calibration_of(record: BenchmarkRecord, point: OperatingPoint) -> CalibrationReport | None:
    """Calibration of a variant beside its network; None if the outputs give no probabilities."""
    return _calibration(data.key_of(record), point.key)


def item_views(record: BenchmarkRecord, items: tuple[int, ...]) -> tuple[ItemView, ...]:
    """Test items of a benchmark to look at; none if they are others by now.

    Args:
        record: the benchmark.
        items: their numbers in the test set.
    """
    return _item_views(data.key_of(record), items)


@st.cache_resource(show_spinner="Comparing groups …", max_entries=_MANY)
def _harm(version: data.DataKey, title: str) -> HarmReport:
    benchmark_data, _ = data.loaded(version)
    return harm(benchmark_data, next(one for one in benchmark_data.items.ways if one.title == title))


@st.cache_resource(show_spinner=False, max_entries=_MANY)
def _calibration(version: data.DataKey, key: str) -> CalibrationReport | None:
    benchmark_data, _ = data.loaded(version)
    return calibration(benchmark_data, next(point for point in benchmark_data.points if point.key == key))


@st.cache_resource(show_spinner=False, max_entries=_MANY)
def _item_views(version: data.DataKey, items: tuple[int, ...]) -> tuple[ItemView, ...]:
    benchmark_data, _ = data.loaded(version)
    task = benchmark_data.record.plan.task
    examples = stored_items(task, benchmark_data.data_sha256)
    if examples is None:
        return ()
    texts = TASKS[task].texts("test")
    columns = examples.columns
    return tuple(
        item_view(
            examples.inputs[item],
            texts[item] if texts else "",
            {heading: str(cells[item]) for heading, cells in columns.items()},
        )
        for item in items
    )
