"""Resumed benchmarks: the previous state is kept until the benchmark ends again."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from odviz.domain.failure import Failure, FailureKind
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import Stage, State
from odviz.store import Owner, Store, liveness
from tests.fakes import point

ME = Owner.here()
DEAD = dataclasses.replace(ME, birth="another boot/1")
FAILURE = Failure(FailureKind.CRASH, "The engine fell over.", "signal 11")


def ended(store: Store, plan: BenchmarkPlan, state: State, failure: Failure | None = None) -> str:
    """A benchmark that was run and ended like this, with one run that ended well."""
    mine = store.create_benchmark(plan, [point()])
    store.claim(ME, mine)
    store.end_run(store.start_run(mine, "p", Stage.LATENCY))
    store.set_state(mine, state, failure)
    return mine


def test_one_that_goes_on_elsewhere_is_heard_of_from_its_claim_on(
    store: Store, plan: BenchmarkPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = ended(store, plan, State.DONE)
    later = datetime.now(UTC) + 5 * liveness.QUIET
    for module in ("clock", "liveness"):
        monkeypatch.setattr(f"odviz.store.{module}.now", lambda: later)
    store.reopen(mine)
    store.claim(dataclasses.replace(DEAD, host="another machine"), mine)
    assert store.recover() == ()


@pytest.mark.parametrize(("state", "failure"), [(State.DONE, None), (State.FAILED, FAILURE)])
def test_one_that_was_to_go_on_and_is_taken_out_stands_as_it_did(
    store: Store, plan: BenchmarkPlan, state: State, failure: Failure | None
) -> None:
    mine, newer = ended(store, plan, state, failure), store.create_benchmark(plan, [point()])
    before = store.load(mine)
    for take_out in (store.request_cancel, store.withdraw):
        store.reopen(mine)
        waiting = store.load(mine)
        assert (waiting.state, waiting.failure, waiting.ended) == (State.QUEUED, None, None)
        assert take_out(mine)
        assert store.load(mine) == before
        assert [record.id for record in store.benchmarks()] == [newer, mine]
        assert not take_out(mine)


def test_only_what_waits_is_withdrawn(store: Store, plan: BenchmarkPlan) -> None:
    running, refused = store.create_benchmark(plan, [point()]), store.create_benchmark(plan, [point()])
    store.claim(ME, running)
    assert not store.withdraw(running)
    assert store.withdraw(refused, FAILURE)
    assert not store.withdraw("gone")
    assert store.load(running).state is State.RUNNING
    assert (store.load(refused).state, store.load(refused).failure) == (State.FAILED, FAILURE)


def test_a_complete_one_that_goes_on_and_is_stopped_or_lost_is_complete(store: Store, plan: BenchmarkPlan) -> None:
    mine = ended(store, plan, State.DONE)
    before = store.load(mine)
    for stop in (
        lambda: store.set_state(mine, State.CANCELLED, FAILURE),
        lambda: store.abandon(mine, ME, FAILURE),
    ):
        store.reopen(mine)
        store.claim(ME, mine)
        stop()
        stands = store.load(mine)
        assert (stands.state, stands.failure) == (State.DONE, None)
        assert (stands.started, stands.ended) == (before.started, before.ended)  # so long did all of it take
    store.reopen(mine)
    store.claim(DEAD, mine)
    left_open = store.start_run(mine, "p", Stage.LATENCY)
    assert store.recover() == (mine,)
    assert (store.load(mine).state, store.load(mine).failure) == (State.DONE, None)
    (run,) = [stored for stored in store.runs(mine) if stored.id == left_open]
    assert run.failure is not None
    assert run.failure.kind is FailureKind.INTERRUPTED


def test_one_that_had_failed_goes_on_and_fails_anew_says_the_new_reason(store: Store, plan: BenchmarkPlan) -> None:
    mine = ended(store, plan, State.CANCELLED, dataclasses.replace(FAILURE, kind=FailureKind.CANCELLED))
    for state in (State.FAILED, State.CANCELLED):
        store.reopen(mine)
        store.claim(ME, mine)
        store.set_state(mine, state, FAILURE)
        assert (store.load(mine).state, store.load(mine).failure) == (state, FAILURE)


def test_what_its_process_no_longer_runs_is_ended_and_nobody_elses(store: Store, plan: BenchmarkPlan) -> None:
    mine, theirs = store.create_benchmark(plan, [point()]), store.create_benchmark(plan, [point()])
    store.claim(ME, mine)
    store.claim(dataclasses.replace(ME, host="another machine"), theirs)
    store.start_run(mine, "p", Stage.LATENCY)
    assert not store.abandon(theirs, ME, FAILURE)
    assert not store.abandon("gone", ME, FAILURE)
    assert store.abandon(mine, ME, FAILURE)
    assert not store.abandon(mine, ME, FAILURE)
    assert (store.load(mine).state, store.load(mine).failure) == (State.FAILED, FAILURE)
    assert store.load(theirs).state is State.RUNNING
    assert all(run.ended for run in store.runs(mine))


def test_benchmarks_are_listed_by_when_they_were_measured_last(store: Store, plan: BenchmarkPlan) -> None:
    older, newer = ended(store, plan, State.DONE), ended(store, plan, State.DONE)
    assert [record.id for record in store.benchmarks()] == [newer, older]
    store.reopen(older)
    store.claim(ME, older)
    store.set_state(older, State.DONE)
    records = store.benchmarks()
    assert [record.id for record in records] == [older, newer]
    assert records[0].created < records[1].created <= records[1].last_measured < records[0].last_measured
