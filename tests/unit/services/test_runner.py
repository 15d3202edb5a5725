import threading

import pytest

from odviz.domain.errors import Busy, StoreError
from odviz.domain.result import State
from odviz.jobs.executor import execute
from odviz.jobs.lease import lease
from odviz.jobs.progress import Phase
from odviz.services import runner as running
from odviz.services.runner import Runner
from tests.fakes import World, examples, plan, point


@pytest.fixture
def queued(store):
    def put():
        benchmark = store.create_benchmark(plan())
        store.set_points(benchmark, [point()])
        return benchmark

    return put


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(running, "RETRY_S", 0.01)


def scripted(world=None):
    def run(store, benchmark, report, on_session):
        execute(store, benchmark, examples(), report, on_session, make_child=(world or World()).child)

    return run


def held(world, do="block"):
    """Makes the scripted children stop at a request until they are let go; tells when the first one got there."""
    there, go = threading.Event(), threading.Event()

    def hook(_, asked):
        if asked == do:
            there.set()
            go.wait(10)

    world.hook = hook
    return there, go


def test_benchmarks_run_one_after_the_other(store, queued):
    first, second = queued(), queued()
    order = []

    def run(store, benchmark, report, on_session):
        order.append(benchmark)
        scripted()(store, benchmark, report, on_session)

    runner = Runner(store, run)
    runner.add(first)
    runner.add(second)
    runner.add(second)
    assert runner.join(10)
    assert order == [first, second]
    assert {store.load(each).state for each in order} == {State.DONE}
    assert not runner.snapshot.active


def test_one_that_goes_on_as_it_ends_is_not_lost(store, queued):
    first, again = queued(), threading.Event()

    def run(store, benchmark, report, on_session):
        scripted()(store, benchmark, report, on_session)
        if not again.is_set():
            again.set()
            store.reopen(benchmark)
            runner.add(benchmark)  # the runner still takes it for the current one

    runner = Runner(store, run)
    runner.add(first)
    assert runner.join(10)
    assert store.load(first).state is State.DONE and not runner.snapshot.active


def test_a_snapshot_says_how_far_it_is_and_who_waits(store, queued):
    world = World()
    there, go = held(world)
    runner = Runner(store, scripted(world))
    first, second = queued(), queued()
    runner.add(first)
    runner.add(second)
    assert there.wait(10)
    now = runner.snapshot
    assert (now.benchmark, now.queue) == (first, (second,))
    assert now.progress.phase is Phase.LATENCY and now.progress.done == 0 and now.active
    go.set()
    assert runner.join(10)


def test_a_running_benchmark_can_be_stopped_and_the_next_one_runs(store, queued):
    world = World()
    there, go = held(world)
    runner = Runner(store, scripted(world))
    first, second = queued(), queued()
    runner.add(first)
    runner.add(second)
    assert there.wait(10)
    runner.cancel(first)
    go.set()
    assert runner.join(10)
    assert (store.load(first).state, store.load(second).state) == (State.CANCELLED, State.DONE)


def test_a_waiting_benchmark_can_be_taken_out(store, queued):
    world = World()
    there, go = held(world)
    runner = Runner(store, scripted(world))
    first, second = queued(), queued()
    runner.add(first)
    runner.add(second)
    assert there.wait(10)
    runner.cancel(second)
    go.set()
    assert runner.join(10)
    assert (store.load(first).state, store.load(second).state) == (State.DONE, State.CANCELLED)


def test_it_waits_for_a_machine_that_somebody_else_measures_on_and_says_so(store, queued):
    runner, benchmark = Runner(store, scripted()), queued()
    waited = threading.Event()
    publish = runner._publish

    def watch(**changes):
        publish(**changes)
        if runner.snapshot.waiting:
            waited.set()

    runner._publish = watch
    with lease("something else"):
        runner.add(benchmark)
        assert waited.wait(10)
        assert "something else" in runner.snapshot.waiting
    assert runner.join(10)
    assert store.load(benchmark).state is State.DONE


def test_one_that_waits_for_the_machine_can_be_stopped(store, queued):
    def busy(*_):
        raise Busy("somebody else")

    runner, benchmark = Runner(store, busy), queued()
    runner.add(benchmark)
    runner.cancel(benchmark)
    assert runner.join(10)
    assert store.load(benchmark).state is State.CANCELLED


def test_one_that_is_taken_out_is_in_line_no_longer(store, queued):
    world = World()
    there, go = held(world)
    runner = Runner(store, scripted(world))
    first, second, third = queued(), queued(), queued()
    for each in (first, second, third):
        runner.add(each)
    assert there.wait(10)
    runner.cancel(second)
    assert (runner.snapshot.benchmark, runner.snapshot.queue) == (first, (third,))
    go.set()
    assert runner.join(10)
    assert [store.load(each).state for each in (first, second, third)] == [State.DONE, State.CANCELLED, State.DONE]


@pytest.mark.parametrize("error", [StoreError("The disk is full."), ZeroDivisionError("oh")])
def test_whatever_goes_wrong_is_said_and_the_line_goes_on(store, queued, error):
    first, second = queued(), queued()
    both = threading.Event()

    def run(store, benchmark, report, on_session):
        if benchmark == first:
            both.wait(10)
            raise error
        scripted()(store, benchmark, report, on_session)

    runner = Runner(store, run)
    runner.add(first)
    runner.add(second)
    both.set()
    assert runner.join(10)
    assert str(error) in runner.snapshot.trouble
    assert store.load(second).state is State.DONE
    if not isinstance(error, StoreError):
        assert store.load(first).state is State.FAILED


def test_one_that_came_after_the_line_was_empty_is_run_too(store, queued):
    runner = Runner(store, scripted())
    for _ in range(3):
        benchmark = queued()
        runner.add(benchmark)
        assert runner.join(10)
        assert store.load(benchmark).state is State.DONE
