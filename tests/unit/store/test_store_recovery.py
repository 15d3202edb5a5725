"""Benchmarks whose process has ended, or that were not stored completely."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from odviz.domain.failure import FailureKind
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import Block, Stage, State
from odviz.store import Owner, Store, liveness
from tests.fakes import point

ME = Owner.here()
DEAD = dataclasses.replace(ME, birth="another boot/1")


def test_recover_ends_benchmarks_of_dead_processes_and_keeps_samples(store: Store, plan: BenchmarkPlan) -> None:
    lost, mine, elsewhere, queued = (store.create_benchmark(plan, [point()]) for _ in range(4))
    store.claim(DEAD, lost)
    store.claim(ME, mine)
    store.claim(dataclasses.replace(DEAD, host="another machine"), elsewhere)
    block = Block(0, 0, (5, 6), 4, 700, 300_000)
    finished, unfinished = (store.start_run(lost, "p", Stage.LATENCY) for _ in range(2))
    store.end_run(finished)
    store.add_blocks([(unfinished, block)])

    assert store.recover() == (lost,)
    assert store.recover() == ()
    record = store.load(lost)
    assert (record.state, record.failure and record.failure.kind) == (State.FAILED, FailureKind.INTERRUPTED)
    assert [run.failure and run.failure.kind for run in store.runs(lost)] == [None, FailureKind.INTERRUPTED]
    assert store.blocks(lost) == {"p": [block]}
    states = [store.load(benchmark).state for benchmark in (mine, elsewhere, queued)]
    assert states == [State.RUNNING, State.RUNNING, State.QUEUED]


@pytest.mark.parametrize(
    "look_up",
    [
        lambda store, mine: store.listed(),
        lambda store, mine: store.benchmarks(),
        lambda store, mine: store.load(mine),
        lambda store, mine: store.identify(mine),
        lambda store, mine: store.request_cancel(mine),
    ],
)
def test_whoever_looks_up_a_benchmark_ends_it_if_its_process_has_ended(
    store: Store, plan: BenchmarkPlan, look_up: Callable[[Store, str], object]
) -> None:
    mine = store.create_benchmark(plan, [point()])
    store.claim(DEAD, mine)
    found = look_up(store, mine)
    with store._reading() as connection:
        assert connection.exec_driver_sql("SELECT state FROM benchmark").scalar() == State.FAILED
    if not isinstance(found, str):
        assert found in (False, store.load(mine), (store.load(mine),))


def test_one_whose_process_has_ended_can_be_deleted_or_resumed(store: Store, plan: BenchmarkPlan) -> None:
    lost, resumed = (store.create_benchmark(plan, [point()]) for _ in range(2))
    for mine in (lost, resumed):
        store.claim(DEAD, mine)
    store.delete(lost)
    store.reopen(resumed)
    assert [(record.id, record.state) for record in store.benchmarks()] == [(resumed, State.QUEUED)]


def test_a_benchmark_of_another_machine_is_ended_after_long_silence(
    store: Store, plan: BenchmarkPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = dataclasses.replace(DEAD, host="another machine")
    silent, working = store.create_benchmark(plan, [point()]), store.create_benchmark(plan, [point()])
    for benchmark in (silent, working):
        store.claim(elsewhere, benchmark)
    started = store.load(working).started
    assert started is not None
    monkeypatch.setattr("odviz.store.runs.now", lambda: started + liveness.QUIET)
    store.start_run(working, "p", Stage.LATENCY)
    assert store.recover() == ()
    monkeypatch.setattr("odviz.store.liveness.now", lambda: started + 1.5 * liveness.QUIET)
    assert store.recover() == (silent,)
