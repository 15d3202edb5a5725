"""The contract of the store, on each kind of database."""

from __future__ import annotations

import dataclasses
import os
import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import Damaged, InputError, StoreError, UnknownName
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Artifact, GraphFacts, Layout, Variant
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import BackgroundLoad, Block, Stage, State
from odviz.domain.target import OperatingPoint, Precision, Target
from odviz.store import Owner, Predictions, PredictionsKey, Reading, Store, StoredArtifact, cache
from odviz.store.benchmarks import ALPHABET
from odviz.store.schema import metadata
from tests.fakes import point

ME = Owner.here()
DEAD = dataclasses.replace(ME, birth="another boot/1")
FAILURE = Failure(FailureKind.CRASH, "The runtime crashed.", "signal 11")
KEY = PredictionsKey("a" * 64, "onnxruntime", "1.31.0", "d" * 64, 1, "x86_64 some processor avx2")
FACTS = GraphFacts(100, 90, 25, 20, 1000, None, 0.5, 2, {"Conv": 2})


def test_a_plan_comes_back_unchanged(store: Store, plan: BenchmarkPlan) -> None:
    created = store.load(store.create_benchmark(plan, [point()]))
    assert created.plan == plan
    assert [recipe.name for recipe in created.plan.recipes] == ["till"]
    assert (created.state, created.owner, created.failure, created.environment) == (State.QUEUED, ME, None, None)
    assert abs(datetime.now(UTC) - created.created) < timedelta(minutes=1)


def test_ids_are_short_unique_and_safe_in_a_url(store: Store, plan: BenchmarkPlan) -> None:
    ids = [store.create_benchmark(plan, [point()]) for _ in range(20)]
    assert len(set(ids)) == 20
    assert all(len(new_id) == 8 and set(new_id) <= set(ALPHABET) for new_id in ids)


def test_the_longest_waiting_is_claimed_first_and_only_once(store: Store, plan: BenchmarkPlan) -> None:
    first, second, third = (store.create_benchmark(plan, [point()]) for _ in range(3))
    assert store.claim(ME, third) is not None
    assert store.claim(ME, third) is None
    claimed = store.claim(ME)
    assert claimed is not None
    assert (claimed.id, claimed.state, claimed.owner) == (first, State.RUNNING, ME)
    assert [getattr(store.claim(ME), "id", None) for _ in range(2)] == [second, None]


def test_threads_never_claim_the_same_one(store: Store, plan: BenchmarkPlan) -> None:
    created = {store.create_benchmark(plan, [point()]) for _ in range(20)}
    claimed: list[str] = []

    def work() -> None:
        while (record := store.claim(ME)) is not None:
            claimed.append(record.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(created)


LOAD = BackgroundLoad(1, 2.5, 0.9, 0.1, {"chromium": 0.7})
ENVIRONMENT = BenchmarkEnvironment(cpu="Some CPU", flags=("avx2",), runtimes={"litert": "1"}, data_sha256="d")


def test_how_it_ended_is_kept_and_does_not_change(store: Store, plan: BenchmarkPlan) -> None:
    mine = store.create_benchmark(plan, [point()])
    store.claim(ME)
    store.set_environment(mine, ENVIRONMENT)
    store.set_state(mine, State.FAILED, FAILURE)
    store.set_state(mine, State.DONE)
    ended = store.load(mine)
    assert (ended.state, ended.failure, ended.environment) == (State.FAILED, FAILURE, ENVIRONMENT)
    assert ended.ended is not None and ended.ended >= ended.created


def test_request_cancel_ends_a_queued_benchmark_and_marks_a_running_one(store: Store, plan: BenchmarkPlan) -> None:
    running, queued = store.create_benchmark(plan, [point()]), store.create_benchmark(plan, [point()])
    store.claim(ME)
    assert not store.cancel_requested(running)
    assert store.request_cancel(running)
    assert store.request_cancel(queued)
    assert store.cancel_requested(running)
    assert (store.load(running).state, store.load(queued).state) == (State.RUNNING, State.CANCELLED)
    assert store.load(queued).failure is not None
    assert store.claim(ME) is None
    assert not store.request_cancel(queued)


def test_points_come_back_in_plan_order(store: Store, plan: BenchmarkPlan) -> None:
    points = [
        OperatingPoint(Variant("t", model, recipe, "tflite"), Target("host", "litert", "XNNPACK", 1, Precision.INT8))
        for model in ("b", "a")
        for recipe in (Recipe(), parse_recipe("till = int8-static:entropy"))
    ]
    mine = store.create_benchmark(plan, points)
    assert store.points(mine) == tuple(points)
    assert store.points(mine)[1].variant.recipe.name == "till"


def test_a_benchmark_without_points_is_refused(store: Store, plan: BenchmarkPlan) -> None:
    with pytest.raises(InputError):
        store.create_benchmark(plan, [])
    assert store.benchmarks() == ()


def test_runs_come_back_with_their_ends(store: Store, plan: BenchmarkPlan) -> None:
    mine = store.create_benchmark(plan, [point()])
    compression = store.start_run(mine, "v", Stage.COMPRESS)
    crash = store.start_run(mine, "p", Stage.LATENCY, launch=2, sha256="b" * 64)
    store.start_run(mine, "p", Stage.MEMORY)
    store.end_run(compression, sha256="c" * 64)
    store.end_run(crash, FAILURE)
    first, second, third = store.runs(mine)
    assert (first.key, first.stage, first.sha256, first.ok) == ("v", Stage.COMPRESS, "c" * 64, True)
    assert (second.launch, second.sha256, second.failure, second.ok) == (2, "b" * 64, FAILURE, False)
    assert (third.ended, third.ok) == (None, False)


def test_blocks_come_back_by_point_launch_and_round(store: Store, plan: BenchmarkPlan) -> None:
    mine, theirs = store.create_benchmark(plan, [point()]), store.create_benchmark(plan, [point()])
    runs = {(key, launch): store.start_run(mine, key, Stage.LATENCY, launch) for launch in (1, 0) for key in "pq"}
    store.add_blocks([(store.start_run(theirs, "p", Stage.LATENCY), Block(0, 0, (1,), 1))])
    for (key, launch), number in runs.items():
        for turn in (1, 0):
            store.add_blocks([(number, Block(launch, turn, (2**40 + launch, ord(key)), turn * 2**40, 7, 2**40))])
    expected = {
        key: [
            Block(launch, turn, (2**40 + launch, ord(key)), turn * 2**40, 7, 2**40)
            for launch in (0, 1)
            for turn in (0, 1)
        ]
        for key in "pq"
    }
    assert store.blocks(mine) == expected


def test_a_block_needs_a_run_of_its_launch(store: Store, plan: BenchmarkPlan) -> None:
    number = store.start_run(store.create_benchmark(plan, [point()]), "p", Stage.LATENCY, launch=1)
    for wrong, launch in ((number, 0), (number + 1, 1)):
        with pytest.raises(ValueError, match="no run"):
            store.add_blocks([(wrong, Block(launch, 0, (1,), 1))])


def test_a_round_without_blocks_stores_nothing(store: Store, plan: BenchmarkPlan) -> None:
    mine = store.create_benchmark(plan, [point()])
    store.add_blocks([])
    assert store.blocks(mine) == {}


def test_a_round_cannot_be_stored_twice(store: Store, plan: BenchmarkPlan) -> None:
    mine, first = store.create_benchmark(plan, [point()]), Block(0, 0, (1,), 1)
    number = store.start_run(mine, "p", Stage.LATENCY)
    store.add_blocks([(number, first)])
    with pytest.raises(StoreError) as error:
        store.add_blocks([(number, Block(0, 0, (2,), 2))])
    assert isinstance(error.value.__cause__, IntegrityError)
    assert store.blocks(mine) == {"p": [first]}


def test_readings_come_back_by_stage_point_and_process(store: Store, plan: BenchmarkPlan) -> None:
    mine = store.create_benchmark(plan, [point()])
    first, second, energy = (store.start_run(mine, "p", stage) for stage in (Stage.MEMORY, Stage.MEMORY, Stage.ENERGY))
    readings = [Reading(30e6 + turn, 10e6, "B", "VmHWM") for turn in range(3)]
    for number, reading in zip((first, second, first), readings, strict=True):
        store.add_reading(number, reading)
    joules = Reading(0.1 + 0.2, 1e-300, "J", "RAPL")
    store.add_reading(energy, joules)
    assert store.readings(mine, "B") == {"p": [(readings[0], readings[2]), (readings[1],)]}
    assert store.readings(mine, "J") == {"p": [(joules,)]}


def test_the_background_load_comes_back_by_launch(store: Store, plan: BenchmarkPlan) -> None:
    mine, theirs = store.create_benchmark(plan, [point()]), store.create_benchmark(plan, [point()])
    quiet = BackgroundLoad(0, 2.0, 0.01)
    store.add_background(mine, LOAD)
    store.add_background(mine, quiet)
    assert store.background(mine) == (quiet, LOAD) and store.background(theirs) == ()


def test_blocks_and_readings_are_selected_by_file(store: Store, plan: BenchmarkPlan) -> None:
    mine = store.create_benchmark(plan, [point()])
    block, memory = {}, {}
    for launch, sha256 in enumerate("ab"):
        block[sha256] = Block(launch, 0, (1 + launch,), 1)
        memory[sha256] = Reading(30e6 + launch, 10e6, "B", "VmHWM")
        for key in "pq":
            store.add_blocks([(store.start_run(mine, key, Stage.LATENCY, launch, sha256), block[sha256])])
            store.add_reading(store.start_run(mine, key, Stage.MEMORY, launch, sha256), memory[sha256])
    files = {"p": "b", "q": "c"}
    assert store.blocks(mine, files) == {"p": [block["b"]]}
    assert store.readings(mine, "B", files) == {"p": [(memory["b"],)]}
    assert len(store.blocks(mine)["p"]) == len(store.readings(mine, "B")["p"]) == 2


def test_each_file_of_a_variant_is_found_by_hash(store: Store) -> None:
    def artifact(sha: str, note: str) -> StoredArtifact:
        return StoredArtifact("v", Artifact(f"/{sha}.onnx", sha, 100, "onnx", Layout.TOKENS), FACTS, (note,))

    assert store.find_artifact("v", "a") is None
    for stored in (artifact("a", "old"), artifact("b", "changed nothing"), artifact("a", "again")):
        store.save_artifact(stored)
    assert store.find_artifact("v", "a") == artifact("a", "again")
    assert store.find_artifact("v", "b") == artifact("b", "changed nothing")
    assert store.find_artifact("w", "b") is None
    assert {file.sha256: file.path for file in store.files_of("v")} == {"a": "/a.onnx", "b": "/b.onnx"}
    assert store.files_of("w") == ()


ONE = Predictions("top1", np.array([True]), None)


def test_predictions_come_back_exactly(store: Store) -> None:
    random = np.random.default_rng(0)
    outputs = (
        random.normal(size=(101, 7, 4)).astype(np.float32),
        random.normal(size=(101,)).astype(np.float16),
        random.integers(0, 99, (101, 7)),
    )
    scores = random.random((101, 3)) < 0.9
    store.save_predictions(KEY, ONE)
    store.save_predictions(KEY, Predictions("map50", scores, outputs))
    stored = store.find_predictions(KEY)
    assert stored is not None and stored.outputs is not None
    assert stored.metric == "map50"
    for array, expected in zip((stored.scores, *stored.outputs), (scores, *outputs), strict=True):
        np.testing.assert_array_equal(array, expected)
        assert array.dtype == expected.dtype


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(PredictionsKey)])
def test_predictions_are_found_under_their_whole_key_only(store: Store, field: str) -> None:
    store.save_predictions(KEY, ONE)
    assert store.find_predictions(KEY) is not None
    changed = {field: 2 if field == "threads" else "other"}
    assert store.find_predictions(dataclasses.replace(KEY, **changed)) is None


@pytest.mark.parametrize(("items", "kept"), [(4, True), (5, False)])
def test_too_large_outputs_are_dropped_and_their_scores_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch, items: int, kept: bool
) -> None:
    monkeypatch.setattr(cache, "OUTPUTS_BYTES", 4 * 9)
    outputs = (np.zeros((items, 1), np.float32), np.zeros((items, 1), np.float32))
    store.save_predictions(KEY, Predictions("top1", np.ones(items, bool), outputs))
    stored = store.find_predictions(KEY)
    assert stored is not None and (stored.outputs is not None) == kept
    assert stored.scores.all() and len(stored.scores) == items


def test_the_list_is_newest_first_and_can_be_narrowed(store: Store, plan: BenchmarkPlan) -> None:
    ids = [store.create_benchmark(dataclasses.replace(plan, task=task), [point()]) for task in ("a", "b", "a")]
    assert [record.id for record in store.benchmarks()] == ids[::-1]
    assert [record.id for record in store.benchmarks(limit=2)] == ids[:0:-1]
    assert [record.id for record in store.benchmarks(task="a")] == [ids[2], ids[0]]


def test_the_beginning_of_an_id_is_enough(store: Store, plan: BenchmarkPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("aaaaaaaaaabbbbbb")
    monkeypatch.setattr("secrets.choice", lambda _: next(letters))
    first, second = store.create_benchmark(plan, [point()]), store.create_benchmark(plan, [point()])
    assert store.load(" AAB ").id == second
    assert store.load(first).id == first
    with pytest.raises(InputError, match=f"{second}, {first}"):
        store.load("aa")
    for unknown in ("zz", "%", "a_a", "", "a\0", "a\ud800", "ª"):
        with pytest.raises(UnknownName) as error:
            store.load(unknown)
        assert (error.value.kind, error.value.name, error.value.known) == ("benchmark", unknown, (second, first))


def test_delete_removes_one_benchmark_and_its_records(store: Store, plan: BenchmarkPlan) -> None:
    mine, theirs = store.create_benchmark(plan, [point()]), store.create_benchmark(plan, [point()])
    for benchmark in (mine, theirs):
        number = store.start_run(benchmark, "p", Stage.LATENCY)
        store.add_blocks([(number, Block(0, 0, (1,), 1))])
        store.add_reading(number, Reading(1, 0, "B", "x"))
        store.add_background(benchmark, LOAD)
        store.add_outcome(number, {"items": np.arange(3)})
    store.save_predictions(KEY, ONE)
    store.claim(ME, mine)
    with pytest.raises(InputError, match="is running"):
        store.delete(mine)
    store.set_state(mine, State.DONE)
    store.delete(mine)
    with pytest.raises(UnknownName):
        store.load(mine)
    with store._reading() as connection:
        counts = {name: len(connection.execute(table.select()).all()) for name, table in metadata.tables.items()}
    assert counts == {"benchmark": 1, "point": 1, "run": 1, "sample": 1, "reading": 1, "background": 1} | {
        "artifact": 0,
        "audit": 0,
        "kept": 0,
        "outcome": 1,
        "predictions": 1,
        "answer": 0,
        "imported_artifact": 0,
        "imported_predictions": 0,
    }


def test_outcomes_are_of_the_last_good_run_of_each_test_on_the_same_file(store: Store, plan: BenchmarkPlan) -> None:
    benchmark = store.create_benchmark(plan, [point()])
    file, other = "a" * 64, "b" * 64
    for value, sha256, failure in ((1, file, None), (2, file, None), (3, file, FAILURE), (4, other, None)):
        number = store.start_run(benchmark, "p", Stage.STRESS, sha256=sha256, test="corruptions")
        store.add_outcome(number, {"items": np.array([value]), "noise": np.ones((5, 2), bool)})
        store.end_run(number, failure)
    unfinished = store.start_run(benchmark, "p", Stage.STRESS, sha256=file, test="ood")
    store.add_outcome(unfinished, {"items": np.array([0])})
    ((place, outcome),) = store.outcomes(benchmark, {"p": file}).items()
    assert place == ("p", "corruptions")
    assert outcome["items"] == [2] and outcome["noise"].shape == (5, 2) and outcome["noise"].dtype == bool
    assert [run.test for run in store.runs(benchmark)] == ["corruptions"] * 4 + ["ood"]


def test_stress_tests_are_added_to_the_plan_and_only_they_are_to_be_run(store: Store, plan: BenchmarkPlan) -> None:
    benchmark = store.create_benchmark(plan, [point()])
    store.claim(ME, benchmark)
    store.set_state(benchmark, State.DONE)
    store.reopen(benchmark, stress=["corruptions", "ood"])
    record = store.load(benchmark)
    assert record.stress_only and record.plan == dataclasses.replace(plan, stress=("corruptions", "ood"))
    store.claim(ME, benchmark)
    store.set_state(benchmark, State.DONE)
    store.reopen(benchmark, stress=["corruptions"])
    assert store.load(benchmark).plan.stress == ("corruptions", "ood")
    store.withdraw(benchmark)
    store.reopen(benchmark)
    assert not store.load(benchmark).stress_only and store.load(benchmark).plan.stress == ("corruptions", "ood")


def test_a_missing_benchmark_cannot_be_changed(store: Store) -> None:
    for change in (lambda: store.set_state("gone", State.DONE), lambda: store.delete("gone")):
        with pytest.raises(UnknownName) as error:
            change()
        assert error.value.name == "gone"
    with pytest.raises(StoreError) as refusal:
        store.start_run("gone", "p", Stage.LATENCY)
    assert isinstance(refusal.value.__cause__, IntegrityError)
    assert not store.request_cancel("gone")


def test_a_damaged_plan_is_refused_with_its_field(store: Store, plan: BenchmarkPlan) -> None:
    mine = store.create_benchmark(plan, [point()])
    with store._writing() as connection:
        connection.exec_driver_sql("UPDATE benchmark SET plan = replace(plan, '\"task\"', '\"tusk\"')")
    with pytest.raises(Damaged, match=r"the plan.*`task`") as error:
        store.load(mine)
    assert error.value.benchmark == mine


def test_a_process_with_a_reused_id_is_gone() -> None:
    assert os.getpid() == ME.pid
    assert not Owner.here().gone
    assert DEAD.gone
    assert dataclasses.replace(ME, pid=2**22 + 1).gone


@pytest.mark.parametrize("prefix", ["", " ", "%", "_", "x" * 60_000, "\x00", "١"])
def test_a_prefix_that_begins_no_id_is_unknown(store: Store, plan: BenchmarkPlan, prefix: str) -> None:
    store.create_benchmark(plan, [point()])
    with pytest.raises(UnknownName):
        store.load(prefix)
