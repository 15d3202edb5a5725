"""A benchmark that has ended goes on: as much again, on top of what it has."""

import signal
from dataclasses import replace

import numpy as np
import pytest

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.errors import InputError, RunFailed, StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Layout
from odviz.domain.result import Block, Stage, State
from odviz.execution.contest import Contest
from odviz.execution.executor import execute
from odviz.execution.latency import Timing
from odviz.execution.progress import Phase
from odviz.execution.session import BenchmarkSession
from odviz.metrics import METRICS
from odviz.store import open_store
from odviz.worker.request import Load
from tests.fakes import ITEMS, TOY, World, plan, point

CRASH = Failure(FailureKind.CRASH, f"The child process was ended by {signal.Signals.SIGSEGV.name}.")


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        yield opened


@pytest.fixture
def benchmark(store):
    return store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])


def run(store, benchmark, world, **options):
    snapshots = []
    execute(store, benchmark, TOY, snapshots.append, make_child=world.child, **options)
    return snapshots


def test_as_many_launches_again_and_no_answer_is_asked_twice(store, benchmark):
    world = World()
    run(store, benchmark, world)
    store.reopen(benchmark)
    snapshots = run(store, benchmark, world)
    assert store.load(benchmark).state is State.DONE
    assert [(block.launch, block.round) for block in store.blocks(benchmark)[point().key]] == [
        (launch, number) for launch in range(4) for number in range(3)
    ]
    assert len(store.readings(benchmark, "B")[point().key]) == 4
    assert world.requests.count(("int8-static", "predict")) == 1
    timing = [snapshot for snapshot in snapshots if snapshot.phase is Phase.LATENCY]
    assert timing[-1].done == timing[-1].total == 2 * 2 * 3  # points, launches, blocks


def test_one_that_was_stopped_is_finished_and_no_longer_says_why(store, benchmark):
    sessions, world = [], World()
    world.hook = lambda recipe, do: sessions[0].cancel() if world.requests.count(("fp32", "time_block")) == 4 else None
    run(store, benchmark, world, on_session=sessions.append)
    assert load_benchmark_data(store, benchmark).failures
    world.hook = None
    store.reopen(benchmark)
    run(store, benchmark, world)
    data = load_benchmark_data(store, benchmark)
    assert not data.failures and data.record.failure is None
    assert all(data.memory[measured] for measured in data.points)


def test_stopping_it_takes_nothing_from_what_was_complete(store, benchmark):
    run(store, benchmark, World())
    store.reopen(benchmark)
    sessions, world = [], World()
    world.hook = lambda recipe, do: sessions[0].cancel() if world.requests.count(("fp32", "time_block")) == 3 else None
    run(store, benchmark, world, on_session=sessions.append)
    data = load_benchmark_data(store, benchmark)
    assert data.record.state is State.DONE and not data.failures
    assert len(store.blocks(benchmark)[point().key]) > 6


@pytest.mark.parametrize("error", [StoreError("The disk is full."), KeyboardInterrupt(), RunFailed(CRASH)])
def test_nor_does_an_error_that_is_said_to_who_asked(store, benchmark, error):
    run(store, benchmark, World())
    before = load_benchmark_data(store, benchmark)
    store.reopen(benchmark)

    def fail(recipe, do):
        if do == "describe_host":
            raise error

    world = World(hook=fail)
    with pytest.raises(type(error)):
        run(store, benchmark, world)
    after = load_benchmark_data(store, benchmark)
    assert (after.record.state, after.record.failure, after.failures) == (State.DONE, None, {})
    assert after.blocks == before.blocks


def test_what_was_complete_but_for_one_variant_stays_so_when_it_is_stopped(store, benchmark):
    run(store, benchmark, World(faults={("int8-static", "measure_memory"): CRASH}))
    store.reopen(benchmark)
    sessions, world = [], World()
    world.hook = lambda recipe, do: sessions[0].cancel() if do == "time_block" else None
    run(store, benchmark, world, on_session=sessions.append)
    assert store.load(benchmark).state is State.DONE


def test_a_crash_is_still_said_after_going_on(store, benchmark):
    world = World(faults={("int8-static", "time_block"): [None, None, CRASH]})
    run(store, benchmark, world)
    store.reopen(benchmark)
    run(store, benchmark, world)
    assert load_benchmark_data(store, benchmark).failures == {point("int8-static"): CRASH}


def test_only_what_has_ended_is_reopened(store, benchmark):
    with pytest.raises(InputError, match="queued"):
        store.reopen(benchmark)


def test_it_waits_behind_what_was_asked_for_before_it(store, benchmark):
    run(store, benchmark, World())
    newer = store.create_benchmark(plan(), [point()])
    store.reopen(benchmark)
    assert [record.id for record in store.benchmarks()] == [benchmark, newer]


def test_nothing_is_added_to_figures_of_another_file(store, benchmark):
    run(store, benchmark, World())
    before = load_benchmark_data(store, benchmark)
    store.reopen(benchmark)
    with pytest.raises(RunFailed, match="another file"):
        run(store, benchmark, World(build=1))
    after = load_benchmark_data(store, benchmark)
    assert (after.blocks, after.memory, after.failures) == (before.blocks, before.memory, {})


def test_nor_where_the_processor_changed_between_the_wish_and_its_turn(store, benchmark):
    run(store, benchmark, World())
    before = load_benchmark_data(store, benchmark)
    store.reopen(benchmark)
    with pytest.raises(RunFailed, match="the processor"):
        run(store, benchmark, World(cpu="another"))
    after = load_benchmark_data(store, benchmark)
    assert (after.record.environment, after.blocks) == (before.record.environment, before.blocks)


def test_of_two_files_that_an_older_odviz_mixed_the_last_one_is_shown(store, benchmark):
    run(store, benchmark, World())
    mine, sha256 = point(), "f" * 64
    stored = load_benchmark_data(store, benchmark).files[mine]
    store.save_artifact(replace(stored, file=replace(stored.file, sha256=sha256)))
    store.end_run(store.start_run(benchmark, mine.variant.key, Stage.COMPRESS), sha256=sha256)
    slow = Block(2, 0, (3_000_000,) * 10, 3_000_000)
    timed = store.start_run(benchmark, mine.key, Stage.LATENCY, launch=2, sha256=sha256)
    store.add_blocks([(timed, slow)])
    store.end_run(timed)
    data = load_benchmark_data(store, benchmark)
    assert data.files[mine].file.sha256 == sha256 and data.blocks[mine] == [slow]
    assert mine not in data.memory  # nothing was read of this one
    unchanged = point("int8-static")
    assert len(data.blocks[unchanged]) == 6 and len(data.memory[unchanged]) == 2


def test_timing_stands_on_what_was_timed_of_the_same_file_only(store, benchmark):
    for sha256 in "ab":
        number = store.start_run(benchmark, point().key, Stage.LATENCY, sha256=sha256)
        store.add_blocks([(number, Block(0, 0, (1_000_000,), 1_000_000))])
    session = BenchmarkSession(store, benchmark, plan(), lambda _: None, World().child)
    load = Load("onnxruntime", "/made/fp32", "onnx", Layout.TOKENS, "inputs.npy")
    contest = Contest(METRICS["top1"], {point(): np.ones(ITEMS)}, seed=0)
    timing = Timing(session, {point(): load}, {point(): "b"}, contest)
    assert timing.run() == {}
    assert timing.first == 1 and len(timing.blocks[point()]) == 1 + 6
