"""Who was to run a benchmark that is queued, and whether they still can."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from odviz.domain.failure import Failure, FailureKind
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import State
from odviz.store import Owner, Store, is_abandoned, liveness
from odviz.store.schema import benchmark
from tests.fakes import point

ME = Owner.here()
DEAD = dataclasses.replace(ME, birth="another boot/1")
ELSEWHERE = dataclasses.replace(DEAD, host="another machine")
FAILURE = Failure(FailureKind.CRASH, "The engine fell over.", "signal 11")


def test_what_waits_for_a_living_process_is_not_abandoned(store: Store, plan: BenchmarkPlan) -> None:
    mine, left = store.create_benchmark(plan, [point()]), store.create_benchmark(plan, [point()], DEAD)
    assert [store.load(benchmark).owner for benchmark in (mine, left)] == [ME, DEAD]
    assert [is_abandoned(store.load(benchmark)) for benchmark in (mine, left)] == [False, True]
    store.claim(ME, left)
    assert not is_abandoned(store.load(left))
    store.set_state(left, State.DONE)
    assert not is_abandoned(store.load(left))


@pytest.mark.parametrize("columns", [("owner_host", "owner_pid", "owner_birth"), ("owner_host",)])
def test_one_without_an_owner_is_abandoned(store: Store, plan: BenchmarkPlan, columns: tuple[str, ...]) -> None:
    mine = store.create_benchmark(plan, [point()])
    with store._writing() as connection:
        connection.execute(update(benchmark).where(benchmark.c.id == mine).values(dict.fromkeys(columns)))
    assert store.load(mine).owner is None
    assert is_abandoned(store.load(mine))
    assert store.recover() == ()
    store.assign_owner(ME, mine)
    assert store.load(mine).owner == ME


def test_what_waits_for_another_machine_is_abandoned_after_long_silence(
    store: Store, plan: BenchmarkPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = store.create_benchmark(plan, [point()], ELSEWHERE)
    assert not is_abandoned(store.load(mine))
    later = datetime.now(UTC) + 2 * liveness.QUIET
    monkeypatch.setattr("odviz.store.liveness.now", lambda: later)
    assert is_abandoned(store.load(mine))


def test_only_an_abandoned_benchmark_gets_a_new_owner(store: Store, plan: BenchmarkPlan) -> None:
    successor = dataclasses.replace(ME, pid=1, birth="")  # alive, as far as can be known
    for owner, reassigned in ((DEAD, True), (ELSEWHERE, False), (ME, False)):
        mine = store.create_benchmark(plan, [point()], owner)
        store.assign_owner(successor, mine)
        assert store.load(mine).owner == (successor if reassigned else owner)
    store.claim(DEAD, mine)
    store.assign_owner(successor, mine)
    assert store.load(mine).owner == DEAD


def test_one_whose_process_is_gone_stays_in_the_queue_and_anybody_may_run_it(store: Store, plan: BenchmarkPlan) -> None:
    left = store.create_benchmark(plan, [point()], DEAD)
    assert store.recover() == ()
    assert not store.abandon(left, DEAD, FAILURE)
    claimed = store.claim(ME)
    assert claimed is not None
    assert (claimed.id, claimed.state, claimed.owner) == (left, State.RUNNING, ME)
    assert store.recover() == ()
    assert not store.abandon(left, DEAD, FAILURE)
    assert store.abandon(left, ME, FAILURE)


@pytest.mark.parametrize("owner", [DEAD, ME, ELSEWHERE])
def test_anybody_may_take_it_out_of_the_queue(store: Store, plan: BenchmarkPlan, owner: Owner) -> None:
    for take_out in (store.withdraw, store.request_cancel):
        mine = store.create_benchmark(plan, [point()], owner)
        assert take_out(mine)
        assert store.load(mine).state is State.CANCELLED


def test_one_that_goes_on_is_whose_who_asked_until_it_stands_as_it_did(store: Store, plan: BenchmarkPlan) -> None:
    mine = store.create_benchmark(plan, [point()])
    store.claim(ELSEWHERE, mine)
    store.set_state(mine, State.DONE)
    before = store.load(mine)
    store.reopen(mine)
    assert (store.load(mine).owner, is_abandoned(store.load(mine))) == (ME, False)
    store.withdraw(mine)
    assert store.load(mine) == before
    store.reopen(mine, DEAD)
    assert (store.load(mine).owner, is_abandoned(store.load(mine))) == (DEAD, True)
    store.claim(ME, mine)
    assert store.abandon(mine, ME, FAILURE)
    assert store.load(mine) == before
