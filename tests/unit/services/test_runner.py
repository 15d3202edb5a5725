import errno
import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from odviz.domain.errors import Busy, InputError, StoreError
from odviz.domain.result import State
from odviz.execution.executor import execute
from odviz.execution.lease import lease
from odviz.execution.progress import Phase
from odviz.services import attempt
from odviz.services.runner import Runner
from odviz.store import Owner
from tests.fakes import TOY, ThreadedProcess, World, plan, point, runner_of
from tests.waiting import WAIT_S, wait_for


@pytest.fixture
def queued(store):
    def put():
        return store.create_benchmark(plan(), [point()])

    return put


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(attempt, "RETRY_S", 0.01)


def scripted(world=None):
    def run(store, benchmark, report, on_session):
        execute(store, benchmark, TOY, report, on_session, make_child=(world or World()).child)

    return run


def held(world, do="time_block"):
    """Makes the scripted children stop at a request until they are let go; tells when the first one got there."""
    there, go = threading.Event(), threading.Event()

    def hook(_, asked):
        if asked == do:
            there.set()
            go.wait(WAIT_S)

    world.hook = hook
    return there, go


def run_through(runner, *benchmarks):
    """Lets a runner run these, one after the other, until nothing is left in its line."""
    for benchmark in benchmarks:
        runner.add(benchmark)
    assert runner.join(WAIT_S)


def line_of_two(store, queued):
    """A runner that is at the timing of the first of two benchmarks and goes on when it is let go."""
    world = World()
    there, go = held(world)
    runner = runner_of(store, scripted(world))
    first, second = queued(), queued()
    runner.add(first)
    runner.add(second)
    assert there.wait(WAIT_S)
    return runner, first, second, go


def test_benchmarks_run_one_after_the_other(store, queued):
    first, second = queued(), queued()
    order = []

    def run(store, benchmark, report, on_session):
        order.append(benchmark)
        scripted()(store, benchmark, report, on_session)

    runner = runner_of(store, run)
    run_through(runner, first, second, second)
    assert order == [first, second]
    assert {store.load(benchmark).state for benchmark in order} == {State.DONE}
    assert not runner.snapshot.active


def test_one_that_goes_on_as_it_ends_is_not_lost(store, queued):
    first, again = queued(), threading.Event()

    def run(store, benchmark, report, on_session):
        scripted()(store, benchmark, report, on_session)
        if not again.is_set():
            again.set()
            store.reopen(benchmark)
            runner.add(benchmark)  # the runner still takes it for the current one

    runner = runner_of(store, run)
    run_through(runner, first)
    assert store.load(first).state is State.DONE and not runner.snapshot.active


def test_a_snapshot_says_how_far_it_is_and_who_waits(store, queued):
    runner, first, second, go = line_of_two(store, queued)
    now = runner.snapshot
    assert (now.benchmark, now.queue) == (first, (second,))
    assert now.progress.phase is Phase.LATENCY and now.progress.done == 0 and now.active
    go.set()
    assert runner.join(WAIT_S)


def test_a_running_benchmark_can_be_stopped_and_the_next_one_runs(store, queued):
    runner, first, second, go = line_of_two(store, queued)
    runner.cancel(first)
    go.set()
    assert runner.join(WAIT_S)
    assert (store.load(first).state, store.load(second).state) == (State.CANCELLED, State.DONE)


def test_a_waiting_benchmark_can_be_taken_out(store, queued):
    runner, first, second, go = line_of_two(store, queued)
    runner.cancel(second)
    go.set()
    assert runner.join(WAIT_S)
    assert (store.load(first).state, store.load(second).state) == (State.DONE, State.CANCELLED)


def test_it_waits_for_a_machine_that_somebody_else_measures_on_and_says_so(store, queued):
    runner, benchmark = runner_of(store, scripted()), queued()
    waited = threading.Event()
    publish = runner._publish

    def watch(**changes):
        publish(**changes)
        if runner.snapshot.waiting:
            waited.set()

    runner._publish = watch
    with lease("something else"):
        runner.add(benchmark)
        assert waited.wait(WAIT_S)
        assert "something else" in runner.snapshot.waiting
    assert runner.join(WAIT_S)
    assert store.load(benchmark).state is State.DONE


def test_one_that_waits_for_the_machine_can_be_stopped(store, queued):
    def busy(*_):
        raise Busy("somebody else")

    runner, benchmark = runner_of(store, busy), queued()
    runner.add(benchmark)
    runner.cancel(benchmark)
    assert runner.join(WAIT_S)
    assert store.load(benchmark).state is State.CANCELLED


def test_one_that_is_taken_out_is_in_line_no_longer(store, queued):
    world = World()
    there, go = held(world)
    runner = runner_of(store, scripted(world))
    first, second, third = queued(), queued(), queued()
    for benchmark in (first, second, third):
        runner.add(benchmark)
    assert there.wait(WAIT_S)
    runner.cancel(second)
    assert (runner.snapshot.benchmark, runner.snapshot.queue) == (first, (third,))
    go.set()
    assert runner.join(WAIT_S)
    assert [store.load(benchmark).state for benchmark in (first, second, third)] == [
        State.DONE,
        State.CANCELLED,
        State.DONE,
    ]


@pytest.mark.parametrize("error", [StoreError("The disk is full."), ZeroDivisionError("oh")])
def test_whatever_goes_wrong_is_said_and_the_line_goes_on(store, queued, error):
    first, second = queued(), queued()
    both = threading.Event()

    def run(store, benchmark, report, on_session):
        if benchmark == first:
            both.wait(WAIT_S)
            raise error
        scripted()(store, benchmark, report, on_session)

    runner = runner_of(store, run)
    runner.add(first)
    runner.add(second)
    both.set()
    assert runner.join(WAIT_S)
    assert str(error) in runner.snapshot.trouble
    assert store.load(second).state is State.DONE
    assert store.load(first).state is State.FAILED
    assert store.load(first).failure.reason == runner.snapshot.trouble


@pytest.fixture
def refusing(monkeypatch):
    """Makes the store refuse to write until the event it gives is set."""

    def refuse():
        accepts, begin = threading.Event(), Engine.begin

        def writing(runtime):
            if not accepts.is_set():
                raise OSError(errno.ENOSPC, "No space left on device")
            return begin(runtime)

        monkeypatch.setattr(Engine, "begin", writing)
        return accepts

    return refuse


def test_one_that_the_store_refuses_to_end_is_ended_as_soon_as_it_accepts(store, queued, refusing):
    full, world = [], World()
    world.hook = lambda _, do: full.append(refusing()) if do == "time_block" and not full else None
    runner, first = runner_of(store, scripted(world)), queued()
    runner.add(first)
    wait_for(lambda: "its disk is full" in runner.snapshot.trouble and not runner.snapshot.active)
    assert store.load(first).state is State.RUNNING and store.recover() == ()
    full[0].set()
    assert runner.join(WAIT_S)
    wait_for(lambda: store.load(first).state.ended)
    ended = store.load(first)
    assert ended.state is State.FAILED and "its disk is full" in ended.failure.reason
    assert all(run.ended for run in store.runs(first))
    store.reopen(first)
    run_through(runner, first)
    assert store.load(first).state is State.DONE


def test_while_the_store_refuses_what_is_added_is_not_forgotten(store, queued, refusing):
    full, world = [], World()
    world.hook = lambda _, do: full.append(refusing()) if do == "time_block" and not full else None
    runner, first, second = runner_of(store, scripted(world)), queued(), queued()
    runner.add(first)
    wait_for(lambda: full and not runner.snapshot.active)
    full[0].set()
    runner.add(second)
    wait_for(lambda: store.load(second).state is State.DONE)
    assert store.load(first).state is State.FAILED


def test_a_complete_one_that_could_not_go_on_stands_as_it_did(store, queued):
    first = queued()
    scripted()(store, first, lambda _: None, lambda _: None)
    before = store.load(first)
    store.reopen(first)

    def run(*_):
        raise StoreError("The folder for the lease cannot be made.")

    runner = runner_of(store, run)
    run_through(runner, first)
    assert store.load(first) == before and "lease" in runner.snapshot.trouble


def test_a_complete_one_that_was_to_go_on_and_is_taken_out_stands_as_it_did(store, queued):
    first, second, world = queued(), queued(), World()
    scripted()(store, second, lambda _: None, lambda _: None)
    before = store.load(second)
    there, go = held(world)
    runner = runner_of(store, scripted(world))
    runner.add(first)
    assert there.wait(WAIT_S)
    store.reopen(second)
    runner.add(second)
    runner.cancel(second)
    assert store.load(second) == before and not runner.snapshot.queue
    go.set()
    assert runner.join(WAIT_S)


def test_what_another_process_runs_is_not_ended_by_this_ones_failure(store, queued):
    first = queued()

    def run(store, benchmark, *_):
        store.claim(replace(Owner.here(), host="another machine"), benchmark)
        raise InputError("It is not waiting to be run: it is running.")

    run_through(runner_of(store, run), first)
    assert store.load(first).state is State.RUNNING


def test_one_that_the_store_refuses_to_cancel_stays_in_line(store, queued, refusing):
    runner, _, second, go = line_of_two(store, queued)
    accepts = refusing()
    with pytest.raises(StoreError, match="its disk is full"):
        runner.cancel(second)
    assert runner.snapshot.queue == (second,)
    accepts.set()
    go.set()
    assert runner.join(WAIT_S)
    assert store.load(second).state is State.DONE


def test_one_that_came_after_the_line_was_empty_is_run_too(store, queued):
    runner = runner_of(store, scripted())
    for _ in range(3):
        benchmark = queued()
        run_through(runner, benchmark)
        assert store.load(benchmark).state is State.DONE


class Unstartable(ThreadedProcess):
    """A process that ends before it has done anything."""

    def __enter__(self):
        self.messages = lambda: iter(())
        return self

    def __exit__(self, *_):
        pass

    def exit_code(self):
        return 1


def test_a_process_that_cannot_begin_fails_its_benchmark(store, queued):
    runner, first = Runner(store, lambda benchmark: Unstartable(store, benchmark, scripted())), queued()
    run_through(runner, first)
    assert store.load(first).state is State.FAILED and "exit status 1" in runner.snapshot.trouble


def test_a_process_that_cannot_be_started_fails_its_benchmark(store, queued):
    def start(benchmark):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    runner, first = Runner(store, start), queued()
    run_through(runner, first)
    assert store.load(first).state is State.FAILED and "Cannot allocate memory" in runner.snapshot.trouble
