"""A network and data that a person brings: added, measured, analysed and removed like built-in ones."""

from __future__ import annotations

import json
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.recommendation import Verdict
from odviz.domain.errors import FileRefused, InputError, UnknownName
from odviz.domain.own_task import Choices, Preparation
from odviz.domain.plan import BenchmarkPlan, Effort
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import State
from odviz.execution.child import Child
from odviz.execution.fork_server import ForkServer, can_fork
from odviz.library.own_tasks import own_tasks
from odviz.library.sources import user
from odviz.objectives import LATENCY
from odviz.runtimes import RUNTIMES
from odviz.services import benchmark as benchmarks
from odviz.services import intake, own_models, suggestions
from odviz.services.variants import make_all
from odviz.store import open_store
from odviz.tasks import TASKS
from odviz.worker.protocol import Understand
from tests.contract._methods_models import tflite_bytes
from tests.toys.colours import network, pictures
from tests.toys.texts import texts

EFFORT = Effort(launches=1, rounds=2, discard=1, confidence=0.5, time_s=0.1)


@pytest.fixture
def brought(tmp_path) -> tuple[Path, Path]:
    """A model file and data."""
    items, labels = pictures()
    data = tmp_path / "pictures.npz"
    np.savez(data, x=items, y=labels + 1)
    return network(tmp_path / "My Colours.onnx"), data


def left_over() -> list[Path]:
    """All files in the person's folders of models and data."""
    return [path for path in user().models.path.parent.rglob("*") if path.is_file()]


def figures_of(store, benchmark):
    """Estimates of each candidate, by name of the objective; without those that need the items themselves."""
    candidates = analyse(load_benchmark_data(store, benchmark)).candidates
    return [
        {objective.name: estimate for objective, estimate in one.estimates.items() if "group" not in objective.name}
        for one in candidates
    ]


@pytest.mark.real
def test_the_whole_way(brought):
    model, data = brought
    added = own_models.add([model], data)
    assert (added.task, added.model) == ("my-colours", "my-colours")
    assert added.task in TASKS.names() and TASKS[added.task].classes() == ("0", "1", "2")
    assert len(TASKS[added.task].test()) == added.understanding.test_items
    assert [own.name for own in own_models.models()] == ["my-colours"]
    recipes = suggestions.recipes(added.task, quick=True)
    assert {str(recipe) for recipe in recipes} >= {"int8-dynamic", "int8-static"}
    plan = BenchmarkPlan(added.task, (added.model,), (parse_recipe("int8-static"),), ("onnxruntime",), effort=EFFORT)
    with open_store() as store:
        benchmark = benchmarks.submit(store, plan).id
        benchmarks.run(store, benchmark)
        assert store.load(benchmark).state is State.DONE
        figures = figures_of(store, benchmark)
        assert len(figures) == 2 and min(own["accuracy"].centre for own in figures) > 0.9
        assert own_models.remove(store, added.task, added.model) == (benchmark,)
        assert figures_of(store, benchmark) == figures
    assert added.task not in TASKS and not left_over()


@pytest.mark.real
def test_a_network_of_three_inputs_goes_the_whole_way(tmp_path):
    model, data = tmp_path / "texts.onnx", tmp_path / "texts.npz"
    tokens, labels = texts(model)
    np.savez(data, input_ids=tokens, y=labels)
    added = own_models.add([model], data)
    assert [one.name for one in own_models.own_task(added.task).further] == ["attention_mask", "token_type_ids"]
    plan = BenchmarkPlan(added.task, (added.model,), (parse_recipe("int8-static"),), ("onnxruntime",), effort=EFFORT)
    with open_store() as store:
        benchmark = benchmarks.submit(store, plan).id
        benchmarks.run(store, benchmark)
        figures = figures_of(store, benchmark)
    assert len(figures) == 2 and min(own["accuracy"].centre for own in figures) > 0.9


@pytest.mark.real
def test_a_tflite_network_of_two_inputs_is_quantized_and_right(tmp_path):
    rng = np.random.default_rng(3)
    weights = rng.normal(size=(3, 8)).astype(np.float32)
    motion, place = rng.normal(size=(200, 6)).astype(np.float32), rng.normal(size=(200, 2)).astype(np.float32)
    labels = (np.concatenate([motion, place], axis=1) @ weights.T).argmax(axis=1)
    model, data = tmp_path / "two.tflite", tmp_path / "two.npz"
    model.write_bytes(
        tflite_bytes(
            tensors=[
                ("motion", (1, 6), None),
                ("place", (1, 2), None),
                ("both", (1, 8), None),
                ("w", (3, 8), weights),
                ("b", (3,), np.zeros(3, np.float32)),
                ("scores", (1, 3), None),
            ],
            ops=[
                ("CONCATENATION", [0, 1], [2], "ConcatenationOptions", {"axis": 1}),
                ("FULLY_CONNECTED", [2, 3, 4], [5], "FullyConnectedOptions", {}),
            ],
            inputs=[0, 1],
            outputs=[5],
        )
    )
    np.savez(data, motion=motion, place=place, y=labels)
    added = own_models.add([model], data)
    assert [one.name for one in own_models.own_task(added.task).further] == ["place"]
    made = make_all(added.task, [added.model], [parse_recipe("int8-static")], ["tflite"])
    assert not made.failures
    artifact, test = made.files[0].file, TASKS[added.task].test()
    for runtime in ("litert", "tflite-runtime"):
        session = RUNTIMES[runtime].load(Path(artifact.path), artifact.layout, 1)
        predicted = [session.predict(item)[0].argmax() for item in test.inputs]
        assert np.mean(predicted == test.targets) > 0.9


@pytest.mark.real
def test_what_was_understood_is_corrected_with_the_items_that_were_kept(brought):
    model, data = brought
    added = own_models.add([model], data, choices=Choices(classes=("grey", "green", "blue")))
    before = own_models.own_task(added.task)
    assert before.preparation == Preparation(1 / 255) and before.classes == ("grey", "green", "blue")
    corrected = own_models.correct(added.task, Choices(preparation=Preparation(1 / 254), metric="macro-f1"))
    record = own_models.own_task(added.task)
    assert (record.preparation, record.metric) == (Preparation(1 / 254), "macro-f1")
    assert (record.classes, record.sources) == (before.classes, before.sources)
    counts = corrected.understanding.test_items, corrected.understanding.calibration_items
    assert counts == (added.understanding.test_items, added.understanding.calibration_items)
    with pytest.raises(FileRefused, match="none of the classes"):
        own_models.correct(added.task, Choices(classes=("x", "y", "z")))
    assert own_models.own_task(added.task) == record


@pytest.mark.real
def test_a_second_network_takes_the_data_of_the_first(brought, tmp_path):
    model, data = brought
    task = own_models.add([model], data).task
    second = network(tmp_path / "second.onnx", softmax=True, channels_first=False)
    added = own_models.add([second], task=task)
    assert (added.task, added.model, added.understanding.preparation) == (task, "second", Preparation())
    assert {own.name for own in own_models.models()} == {"my-colours", "second"}
    with open_store() as store:
        own_models.remove(store, task, "my-colours")
        assert task in TASKS  # the data stay with the second one
        own_models.remove(store, task, "second")
    assert task not in TASKS


@pytest.mark.real
def test_a_network_that_does_not_take_the_items_of_a_task(brought):
    with pytest.raises(FileRefused, match="do not fit"):
        own_models.add([brought[0]], task="exercise")
    with pytest.raises(InputError, match="exercise"):
        own_models.add([brought[0]], brought[1], task="exercise")


@pytest.mark.real
def test_without_data_nothing_is_recommended(tmp_path):
    added = own_models.add([network(tmp_path / "net.onnx")])
    assert own_models.own_task(added.task).metric == "likeness"
    plan = BenchmarkPlan(added.task, (added.model,), (parse_recipe("int8-static"),), ("onnxruntime",), effort=EFFORT)
    with open_store() as store:
        benchmark = benchmarks.submit(store, plan).id
        benchmarks.run(store, benchmark)
        analysis = analyse(load_benchmark_data(store, benchmark))
    assert (analysis.recommendation, analysis.verdict) == (None, Verdict.NO_DATA)
    assert len(analysis.candidates) == 2 and analysis.fronts[LATENCY]


@pytest.mark.real
def test_a_network_is_added_once(brought):
    model, data = brought
    own_models.add([model], data)
    with pytest.raises(InputError, match="already"):
        own_models.add([model], data, name="again")


@pytest.mark.parametrize("name", ["exercise", "Capital", "a/b", "..", "-x", "x" * 65, "a b", "\x1b[31m"])
def test_names_that_cannot_be_used(brought, name):
    with pytest.raises(InputError):
        own_models.add([brought[0]], brought[1], name=name)


UNUSABLE = (
    (lambda path: path.write_text("x,y\n1,2\n"), "plain arrays"),
    (lambda path: np.savez(path, x=np.array([{}], object), y=np.zeros(1)), "plain arrays"),
    (lambda path: np.savez(path, items=np.zeros((60, 3))), "no x"),
    (lambda path: np.savez(path, x=np.zeros((60, 6, 6, 3)), y=np.zeros(59)), "as many"),
    (lambda path: np.savez(path, x=np.zeros((60, 6, 6, 3)), y=np.zeros(60)), "chance level"),
    (lambda path: zipfile.ZipFile(path, "w").writestr("x.npy", b"\0" * 100), "plain arrays"),
)


@pytest.mark.real
def test_data_that_cannot_be_used_leave_nothing_behind(brought, monkeypatch):
    model, data = brought
    with ForkServer((Understand,)) as server:
        monkeypatch.setattr(intake, "Child", partial(Child, fork_server=server if can_fork() else None))
        for content, words in UNUSABLE:
            content(data)
            with pytest.raises(FileRefused, match=words):
                own_models.add([model], data)
            assert not left_over()


def test_files_that_are_no_models(brought, tmp_path):
    pickle = tmp_path / "model.pt"
    pickle.write_bytes(b"\x80\x04.")
    with pytest.raises(FileRefused, match=r"\.onnx"):
        own_models.add([pickle], brought[1])
    with pytest.raises(FileRefused, match="one file of each format"):
        own_models.add([brought[0], brought[0]], brought[1])
    with pytest.raises(FileRefused, match="no file"):
        own_models.add([tmp_path], brought[1])


@pytest.mark.real
def test_a_built_in_model_is_not_removed():
    with open_store() as store:
        with pytest.raises(InputError, match="built-in"):
            own_models.remove(store, "exercise", "ds-cnn-0.5")
        with pytest.raises(UnknownName):
            own_models.remove(store, "exercise", "nothing")


def test_a_damaged_record_hides_its_task_and_is_named(brought):
    folder = user().datasets.path / "broken"
    folder.mkdir(parents=True)
    (folder / "task.json").write_text(json.dumps({"title": 3}))
    assert "broken" not in TASKS and "exercise" in TASKS
    assert "broken" in str(own_tasks()[1][0])
