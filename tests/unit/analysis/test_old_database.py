"""A database that an older odviz wrote shows equal figures."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.domain.estimate import Estimate
from odviz.domain.failure import FailureKind
from odviz.domain.result import State
from odviz.objectives import ENERGY, LATENCY, MEMORY, SIZE
from odviz.objectives.groups import NO_GROUPS
from odviz.store import Store, open_store

OLD_AXES = {LATENCY, MEMORY, ENERGY, SIZE}
FIXTURES = Path(__file__).parents[2] / "fixtures"
EXPECTED = json.loads((FIXTURES / "odviz-0004.json").read_text("utf-8"))


def ends(estimate: Estimate | None) -> list[float] | None:
    return None if estimate is None else [estimate.low, estimate.high, estimate.centre]


def close(expected: list[float] | float | None) -> object:
    """What is within a billionth of `expected`: its value, low and high end where it is an estimate."""
    if isinstance(expected, list):
        value, low, high = expected
        expected = [low, high, (low * high) ** 0.5 if value is None else value]
    return expected if expected is None else pytest.approx(expected, rel=1e-9)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    path = shutil.copy(FIXTURES / "odviz-0004.sqlite", tmp_path / "odviz.db")
    with closing(sqlite3.connect(path)) as connection, connection:  # the one that waits was made without points
        columns = "SELECT '8nvhb3q4', position, point FROM point WHERE benchmark = ?"
        some = connection.execute("SELECT benchmark FROM point LIMIT 1").fetchone()
        connection.execute(f"INSERT INTO point (benchmark, position, point) {columns}", some)
    with open_store(f"sqlite:///{path}") as opened:
        yield opened


@pytest.mark.parametrize("benchmark", [name for name, one in EXPECTED.items() if one["state"] != State.QUEUED])
def test_an_old_database_shows_equal_figures(store: Store, benchmark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals of an older odviz are for new items of the same sources, as they are today for items without any."""
    expected = EXPECTED[benchmark]
    record = store.load(benchmark)
    assert (record.state, record.failure and record.failure.kind) == (expected["state"], expected["failure"])
    data = load_benchmark_data(store, benchmark)
    by_source = {result.point: result.accuracy.groups for result in summarise(data).points if result.accuracy}
    monkeypatch.setattr(BenchmarkData, "groups", NO_GROUPS)
    data = replace(data)  # without the groups that it has looked up
    candidates = {candidate.result.point.key: candidate for candidate in analyse(data).candidates}
    points = summarise(data).points
    assert {point.point.key for point in points} == set(expected["points"])
    for point in points:
        figures = expected["points"][point.point.key]
        assert (point.failure and point.failure.kind) == figures["failure"]
        assert point.accuracy is not None
        for name in ("value", "difference", "agreement"):
            assert ends(getattr(point.accuracy, name)) == close(figures["accuracy" if name == "value" else name])
        assert point.accuracy.p_value == close(figures["p_value"])
        assert set(by_source[point.point]) == set(figures["groups"])
        for name, group in by_source[point.point].items():
            assert ends(group) == close(figures["groups"][name])
        if point.latency:
            value, low, high = figures["p50"]
            p50 = point.latency.p50
            assert p50.centre == pytest.approx(value, rel=1e-9)
            assert p50.low <= low and high <= p50.high  # it covers other sessions, too
        assert ends(point.latency and point.latency.speedup) == close(figures["speedup"])
        assert (ends(point.memory), ends(point.energy)) == (close(figures["memory"]), close(figures["energy"]))
        candidate = candidates.get(point.point.key)
        fronts = {axis.name: axis for axis in candidate.membership if axis in OLD_AXES} if candidate else {}
        assert set(fronts) == set(figures["fronts"])
        for name, (state, probability) in figures["fronts"].items():
            # The replicates are others than they were, of the same distribution.
            assert candidate.probability[fronts[name]] == pytest.approx(probability, abs=0.03)
            if min(abs(probability - limit) for limit in (0.05, 0.95)) > 0.03:
                assert candidate.membership[fronts[name]] == state


def test_a_benchmark_that_waits_to_be_resumed_ends_as_it_had_ended(store: Store) -> None:
    (waiting,) = (record for record in store.benchmarks() if record.state is State.QUEUED)
    assert store.withdraw(waiting.id)
    failure = store.load(waiting.id).failure
    assert failure is not None and failure.kind is FailureKind.WRONG_PREDICTIONS
