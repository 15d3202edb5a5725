"""A computer's clock that is set while a benchmark is queued or runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import BackgroundLoad, Block, Stage, State
from odviz.store import Owner, Store, clock
from tests.fakes import point

ME = Owner.here()
FAILURE = Failure(FailureKind.CRASH, "It crashed.")


class Clock:
    """A computer's clock: what it shows is set by the tests."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time, self.monotonic = datetime(2026, 11, 30, tzinfo=UTC), 1000.0
        for module in ("clock", "benchmarks", "recovery", "runs", "liveness"):
            monkeypatch.setattr(f"odviz.store.{module}.now", lambda: self.time)
        monkeypatch.setattr(clock.time, "monotonic", lambda: self.monotonic)

    def passes(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        self.monotonic += seconds


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.mark.parametrize("year", [1966, 1969, 2126])
@pytest.mark.parametrize("fails", [False, True])
def test_a_benchmark_takes_as_long_as_it_took(
    store: Store, plan: BenchmarkPlan, computer: Clock, year: int, fails: bool
) -> None:
    mine = store.create_benchmark(plan, [point()])
    store.claim(ME, mine)
    computer.passes(5)
    computer.time = computer.time.replace(year=year)
    run = store.start_run(mine, "p", Stage.LATENCY)
    store.add_blocks([(run, Block(0, 0, (1,), 1))])
    store.end_run(run)
    assert store.recover() == ()
    assert store.load(mine).state is State.RUNNING
    computer.passes(7)
    if fails:
        assert store.abandon(mine, ME, FAILURE)
    else:
        store.set_state(mine, State.DONE)
    record = store.load(mine)
    assert (record.state, record.duration_s) == (State.FAILED if fails else State.DONE, 12)
    assert [run.ok for run in store.runs(mine)] == [True]


def test_a_clock_of_1966_is_no_damage(store: Store, plan: BenchmarkPlan, computer: Clock) -> None:
    older = store.create_benchmark(plan, [point()])
    computer.time = datetime(1966, 1, 1, tzinfo=UTC)
    newer = store.create_benchmark(plan, [point()])
    assert [record.id for record in store.benchmarks()] == [newer, older]
    for mine in (older, newer):
        claimed = store.claim(ME)
        assert claimed is not None and claimed.id == mine
        computer.passes(3)
        store.set_state(mine, State.DONE)
        assert store.load(mine).duration_s == 3
    store.reopen(older)
    assert store.claim(ME) is not None


def test_what_ended_before_it_began_has_no_duration(store: Store, plan: BenchmarkPlan, computer: Clock) -> None:
    mine = store.create_benchmark(plan, [point()])
    assert store.load(mine).duration_s is None
    store.claim(Owner(ME.host, ME.pid, "another boot/1"), mine)
    clock._claims.clear()  # as in the process that ends it
    computer.time = computer.time.replace(year=1966)
    assert store.recover() == (mine,)
    assert store.load(mine).duration_s is None


def test_the_highest_speed_of_the_newest_benchmark_comes_first(
    store: Store, plan: BenchmarkPlan, computer: Clock
) -> None:
    machine = BenchmarkEnvironment(cpu="Some CPU", data_sha256="d")
    for speed in (1.0, 2.0):
        mine = store.create_benchmark(plan, [point()])
        store.claim(ME, mine)
        store.set_environment(mine, machine)
        store.add_background(mine, BackgroundLoad(0, 2.5, 0.0, full_speed_ns=speed))
        computer.time = computer.time.replace(year=1966)
    assert store.full_speeds(machine) == [2.0, 1.0]
