import signal
from dataclasses import replace
from itertools import count, pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.errors import Busy, InputError, RunFailed, StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import Stage, State
from odviz.execution import latency
from odviz.execution.executor import ITEMS, evenly_spaced, execute
from odviz.execution.lease import lease
from odviz.execution.progress import Phase
from odviz.store import Owner, open_store
from odviz.worker.protocol import MeasureMemory
from odviz.worker.request import Load
from tests.fakes import TOY, ScriptedChild, World, plan, point

CRASH = Failure(FailureKind.CRASH, f"The child process was ended by {signal.Signals.SIGSEGV.name}.")


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        yield opened


@pytest.fixture
def ticking(monkeypatch):
    """At each look at the clock 10 ms have gone by, however busy the machine is."""
    looks = count()
    monkeypatch.setattr(latency, "time", SimpleNamespace(monotonic=lambda: 0.01 * next(looks)))


def benchmarked(store, world, *recipes, effort=None, **options):
    wanted = plan(*recipes, **(effort or {}))
    benchmark = store.create_benchmark(wanted, [point(), *map(point, recipes)])
    snapshots = []
    execute(store, benchmark, TOY, snapshots.append, make_child=world.child, **options)
    return benchmark, snapshots


def test_every_phase_is_stored(store):
    benchmark, snapshots = benchmarked(store, World(), "int8-static")
    record = store.load(benchmark)
    assert record.state is State.DONE
    assert record.environment.cpu == "scripted" and record.environment.data_sha256 == TOY.test().fingerprint
    blocks = store.blocks(benchmark)
    assert set(blocks) == {point().key, point("int8-static").key}
    assert [(block.launch, block.round) for block in blocks[point().key]] == [
        (k, r) for k in range(2) for r in range(3)
    ]
    assert len(blocks[point().key][0].wall_ns) == 10
    memory = store.readings(benchmark, "B")[point().key]
    assert [[reading.value for reading in process] for process in memory] == [[12_000_000]] * 2
    assert all(run.ok for run in store.runs(benchmark))
    assert list(dict.fromkeys(snapshot.phase for snapshot in snapshots)) == [
        Phase.PREPARE, Phase.PREDICTIONS, Phase.LATENCY,
    ]  # fmt: skip


def timed(snapshots):
    return [snapshot for snapshot in snapshots if snapshot.phase is Phase.LATENCY]


def test_timing_that_ends_by_itself_is_whole_at_its_end_and_not_before(store):
    _, snapshots = benchmarked(store, World(), "int8-static")
    *before, last = timed(snapshots)
    assert last.done == last.total == 2 * 2 * 3 and last.share == 1 and all(snapshot.share < 1 for snapshot in before)
    assert all(0 <= snapshot.left_s <= 30 for snapshot in timed(snapshots))


def test_timing_that_goes_on_until_the_time_is_up_never_looks_done(store, ticking):
    world = World()

    def drifts(_, do):
        if do == "measure_memory":  # each launch is half as slow again as the first: no median becomes known
            world.ns["fp32"] = world.ns.get("fp32", 1_000_000) + 500_000

    world.hook = drifts
    effort = {"launches": 2, "rounds": 2, "confidence": 0.01, "time_s": 0.3}
    _, snapshots = benchmarked(store, world, effort=effort)
    timing = timed(snapshots)
    assert len(timing) > 4 and all(snapshot.share < 1 for snapshot in timing[2:])
    assert all(after.total >= before.total for before, after in pairwise(timing))
    left = [snapshot.left_s for snapshot in timing]
    assert left == sorted(left, reverse=True) and left[0] <= 0.3 and left[-1] >= 0


def test_wrong_predictions_are_recorded_and_never_timed(store):
    world = World(accuracy={"int8-dynamic": 0.25})
    benchmark, _ = benchmarked(store, world, "int8-dynamic")
    assert not {("int8-dynamic", "time_block"), ("int8-dynamic", "measure_memory")} & set(world.requests)
    assert point("int8-dynamic").key not in store.blocks(benchmark)
    (failure,) = [run.failure for run in store.runs(benchmark) if run.failure]
    assert failure.kind is FailureKind.WRONG_PREDICTIONS
    assert store.load(benchmark).state is State.DONE


def test_a_runtime_that_runs_a_file_wrongly_is_named(store):
    world = World(accuracy_on={("int8-static", "tflite-runtime"): 0.3})
    both = [
        point(recipe, runtime=runtime) for recipe in ("fp32", "int8-static") for runtime in ("litert", "tflite-runtime")
    ]
    benchmark = store.create_benchmark(plan("int8-static"), both)
    execute(store, benchmark, TOY, lambda _: None, make_child=world.child)
    (failed,) = [run for run in store.runs(benchmark) if run.failure]
    assert failed.key == both[-1].key
    assert failed.failure.kind is FailureKind.WRONG_PREDICTIONS
    assert "tflite-runtime and litert" in failed.failure.reason
    assert set(store.blocks(benchmark)) == {operating_point.key for operating_point in both[:-1]}


def test_a_crash_while_timing_takes_one_variant_and_keeps_its_samples(store):
    world = World(faults={("int8-static", "time_block"): [None, None, CRASH]})  # a first block is thrown away
    benchmark, _ = benchmarked(store, world, "int8-static")
    blocks = store.blocks(benchmark)
    assert len(blocks[point().key]) == 6
    assert len(blocks[point("int8-static").key]) == 1
    failed = [run for run in store.runs(benchmark) if run.failure]
    assert [(run.key, run.stage, run.failure) for run in failed] == [(point("int8-static").key, Stage.LATENCY, CRASH)]
    assert world.requests.count(("int8-static", "measure_memory")) == 1
    assert store.load(benchmark).state is State.DONE


@pytest.mark.parametrize("number", [6, 7, 8])  # the machine, two files and two predictions come before the first launch
def test_a_child_that_cannot_be_started_takes_one_variant_with_it(store, number):
    refused = Failure(FailureKind.ERROR, "The child process python cannot be started: Cannot allocate memory.")
    world, children = World(), []

    class Refused(ScriptedChild):
        def __enter__(self):
            raise RunFailed(refused)

    def child(**_):
        children.append(number)
        return Refused(world) if len(children) == number else world.child()

    benchmark = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
    execute(store, benchmark, TOY, lambda _: None, make_child=child)
    assert store.load(benchmark).state is State.DONE
    (failed,) = [run for run in store.runs(benchmark) if run.failure]
    assert (failed.stage, failed.failure) == (Stage.LATENCY, refused)
    assert sorted(map(len, store.blocks(benchmark).values())) == ([6] if number < 8 else [3, 6])
    assert all(run.ended for run in store.runs(benchmark))


def test_a_store_that_refuses_while_children_start_leaves_none_of_them_running(store, monkeypatch):
    world, left, start = World(), [], store.start_run

    class Counted(ScriptedChild):
        def __enter__(self):
            left.append(self)
            return self

        def __exit__(self, *_):
            left.remove(self)

    def refuse(benchmark, key, stage, **options):
        if stage is Stage.LATENCY and "int8-static" in key:
            raise StoreError("The database cannot grow: its disk is full.")
        return start(benchmark, key, stage, **options)

    monkeypatch.setattr(store, "start_run", refuse)
    benchmark = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
    with pytest.raises(StoreError, match="disk is full"):
        execute(store, benchmark, TOY, lambda _: None, make_child=lambda **_: Counted(world))
    assert not left and all(run.ended for run in store.runs(benchmark))


def test_a_recipe_that_cannot_be_applied_does_not_stop_the_others(store):
    refused = Failure(FailureKind.UNSUPPORTED, "No MatMul in it.")
    benchmark, _ = benchmarked(
        store, World(faults={("int4-weight-only", "compress"): refused}), "int4-weight-only", "int8-static"
    )
    (failed,) = [run for run in store.runs(benchmark) if run.failure]
    assert (failed.key, failed.failure) == (point("int4-weight-only").variant.key, refused)
    assert point("int8-static").key in store.blocks(benchmark)


def test_an_unchanged_file_is_predicted_once(store):
    world = World()
    benchmarked(store, world, "int8-static")
    benchmarked(store, world, "int8-static")
    assert world.requests.count(("int8-static", "predict")) == 1
    assert world.requests.count(("int8-static", "time_block")) == 2 * 2 * (3 + 1)


def test_another_number_of_threads_is_predicted_on_its_own(store):
    world = World()
    for threads in (1, 2):
        benchmark = store.create_benchmark(plan(), [point(threads=threads)])
        execute(store, benchmark, TOY, lambda _: None, make_child=world.child)
        assert load_benchmark_data(store, benchmark).predictions
    assert world.requests.count(("fp32", "predict")) == 2


def test_timed_items_come_from_the_whole_test_set():
    targets = np.repeat(np.arange(4), 50)
    assert set(evenly_spaced(targets)) == {0, 1, 2, 3} and len(evenly_spaced(targets)) == ITEMS
    assert evenly_spaced(np.arange(3)).tolist() == [0, 1, 2]


def test_every_child_is_loaded_with_the_threads_of_its_point(store):
    world, loaded = World(), []

    class Noted(ScriptedChild):
        def request(self, request, **options):
            match request:
                case Load(threads=threads) | MeasureMemory(load=Load(threads=threads)):
                    loaded.append((type(request), threads))
            return super().request(request, **options)

    benchmark = store.create_benchmark(plan(), [point(threads=2)])
    execute(store, benchmark, TOY, lambda _: None, make_child=lambda **_: Noted(world))
    assert set(loaded) == {(Load, 2), (MeasureMemory, 2)}


def test_predictions_on_another_processor_are_its_own(store):
    worlds = World(cpu="exact", accuracy={"fp32": 0.9}), World(cpu="saturating", accuracy={"fp32": 0.7})
    means = []
    for world in (*worlds, World(cpu="exact")):
        benchmark, _ = benchmarked(store, world)
        means.append(load_benchmark_data(store, benchmark).predictions[point()].scores.mean())
    assert means == pytest.approx([0.9, 0.7, 0.9])
    assert [world.requests.count(("fp32", "predict")) for world in worlds] == [1, 1]


def test_launches_go_on_until_the_confidence_is_reached(store, ticking):
    world = World(ns={"fp32": 1_000_000})
    benchmark = store.create_benchmark(plan(launches=2, rounds=2, confidence=1e-9, time_s=0.3), [point()])
    jitter = iter(range(10**9))
    world.hook = lambda recipe, do: world.ns.update(fp32=1_000_000 + 10_000 * (next(jitter) % 7))
    execute(store, benchmark, TOY, lambda _: None, make_child=world.child)
    assert max(block.launch for block in store.blocks(benchmark)[point().key]) > 2


def test_launches_beyond_the_planned_ones_leave_out_what_is_beaten_for_certain(store, ticking):
    world, jitter = World(), iter(range(10**9))

    def jitters(recipe, do):
        world.ns[recipe] = {"fp32": 1_000_000, "int8-static": 3_000_000}.get(recipe, 0) + 10_000 * (next(jitter) % 7)

    world.hook = jitters
    effort = {"launches": 3, "rounds": 2, "confidence": 1e-9, "time_s": 1}
    benchmark, _ = benchmarked(store, world, "int8-static", effort=effort)
    launches = {key: 1 + max(block.launch for block in blocks) for key, blocks in store.blocks(benchmark).items()}
    assert launches[point().key] > launches[point("int8-static").key] == 3


def test_variants_that_all_fail_in_a_later_launch_keep_what_was_measured(store):
    world = World(faults={(recipe, "measure_memory"): [None, CRASH] for recipe in ("fp32", "int8-static")})
    benchmark, _ = benchmarked(store, world, "int8-static", effort={"launches": 2, "rounds": 2})
    assert store.load(benchmark).state is State.DONE
    assert [len(blocks) for blocks in store.blocks(benchmark).values()] == [2, 2]


def test_cancel_from_within_ends_it_and_keeps_what_was_finished(store):
    sessions, world = [], World()
    world.hook = lambda recipe, do: sessions[0].cancel() if world.requests.count(("fp32", "time_block")) == 4 else None
    benchmark, _ = benchmarked(store, world, on_session=sessions.append)
    record = store.load(benchmark)
    assert (record.state, record.failure.kind) == (State.CANCELLED, FailureKind.CANCELLED)
    assert len(store.blocks(benchmark)[point().key]) == 2
    assert all(run.ended for run in store.runs(benchmark))


def test_cancel_from_another_process_is_noticed(store):
    world = World()

    def ask_to_stop(recipe, do):
        if world.requests.count(("fp32", "time_block")) == 3:
            store.request_cancel(store.benchmarks()[0].id)

    world.hook = ask_to_stop
    benchmark, _ = benchmarked(store, world)
    assert store.load(benchmark).state is State.CANCELLED
    assert len(store.blocks(benchmark)[point().key]) >= 2


def test_a_second_benchmark_waits_its_turn_in_words(store):
    with lease("something else"), pytest.raises(Busy, match="something else"):
        benchmarked(store, World())
    assert store.benchmarks()[0].state is State.QUEUED


def test_one_whose_process_is_gone_is_this_ones_while_it_waits_for_the_machine(store):
    me = Owner.here()
    left = store.create_benchmark(plan(), [point()], replace(me, birth="another boot/1"))
    with lease("something else"), pytest.raises(Busy):
        execute(store, left, TOY, lambda _: None, make_child=World().child)
    assert (store.load(left).state, store.load(left).owner) == (State.QUEUED, me)


def test_a_benchmark_runs_once(store):
    benchmark, _ = benchmarked(store, World())
    with pytest.raises(InputError, match="it is done"):
        execute(store, benchmark, TOY, lambda _: None, make_child=World().child)


def test_a_store_that_refuses_what_a_variant_is_ends_the_benchmark(store, monkeypatch):
    full = StoreError("The database cannot grow: its disk is full.")

    def refuse(*_):
        raise full

    monkeypatch.setattr(type(store), "save_artifact", refuse)
    benchmark = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
    with pytest.raises(StoreError, match="disk is full"):
        execute(store, benchmark, TOY, lambda _: None, make_child=World().child)
    record = store.load(benchmark)
    assert record.state is State.FAILED and record.failure.reason == str(full)
    assert all(run.ended for run in store.runs(benchmark))
