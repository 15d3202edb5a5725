"""Benchmarks filtered and sorted, and what a list says of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.label import BenchmarkLabel
from odviz.domain.result import State
from odviz.report.benchmark_columns import AS_TYPED, list_columns, same_text
from odviz.services.benchmark_list import BenchmarkFilter, BenchmarkOrder, select
from odviz.store import BenchmarkRecord
from tests.fakes import plan

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def record(name, minutes, label=None, state=State.DONE, recipes=("int8-static",), **fields):
    started = NOON + timedelta(minutes=minutes)
    planned = replace(plan(*recipes), models=fields.pop("models", ("net",)), task=fields.pop("task", "toy"))
    return BenchmarkRecord(
        name, started, started, started + timedelta(minutes=minutes), planned, state, cancel_requested=False,
        owner=None, environment=BenchmarkEnvironment(cpu="A CPU"), failure=None, label=label or BenchmarkLabel(),
        **fields,
    )  # fmt: skip


RECORDS = [
    record("c", 3, BenchmarkLabel("b name", ("v1", "phone"))),
    record("b", 2, BenchmarkLabel("A name", ("v1",), "Seen on Monday"), State.FAILED, models=("net", "wide")),
    record("a", 5, task="other", recipes=("fp16",)),
]


@pytest.mark.parametrize(
    ("chosen", "ids"),
    [
        (BenchmarkFilter(), "cba"),
        (BenchmarkFilter(task="toy"), "cb"),
        (BenchmarkFilter(model="wide"), "b"),
        (BenchmarkFilter(state=State.FAILED), "b"),
        (BenchmarkFilter(tags=("v1",)), "cb"),
        (BenchmarkFilter(tags=("v1", "phone")), "c"),
        (BenchmarkFilter(name="NAME"), "cb"),
        (BenchmarkFilter(name="monday"), ""),
        (BenchmarkFilter(text="monday"), "b"),
        (BenchmarkFilter(text="FP16"), "a"),
        (BenchmarkFilter(text="phone", model="net"), "c"),
    ],
)
def test_all_fields_of_a_filter_must_fit(chosen, ids):
    assert "".join(one.id for one in select(RECORDS, chosen)) == ids


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        (BenchmarkOrder.NEWEST, "cba"),
        (BenchmarkOrder.OLDEST, "bca"),
        (BenchmarkOrder.NAME, "bca"),
        (BenchmarkOrder.TASK, "acb"),
        (BenchmarkOrder.LONGEST, "acb"),
    ],
)
def test_orders(order, ids):
    assert "".join(one.id for one in select(RECORDS, BenchmarkFilter(), order)) == ids


def test_columns_hold_what_differs_and_a_line_the_rest():
    columns = list_columns(RECORDS, AS_TYPED)
    assert list(columns.differing) == ["Name", "Tags", "Task", "Models", "Recipes"]
    assert columns.differing["Models"] == ["net", "net, wide", "net"]
    assert columns.same["Processor"] == "A CPU" and "A CPU" in same_text(columns)


def test_a_single_row_has_all_that_is_known_of_it():
    columns = list_columns(RECORDS[:1], AS_TYPED)
    assert columns.differing["Name"] == ["b name"] and "Processor" in columns.differing and not columns.same
    assert "Baseline" not in columns.differing and same_text(columns) == ""


def test_many_names_are_cut():
    (cell,) = list_columns([record("a", 1, models=tuple("abcdef"))], AS_TYPED).differing["Models"]
    assert cell == "a, b, c and 3 more"
