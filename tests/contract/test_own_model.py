"""A network and data that a person brings: added, measured, analysed and removed like built-in ones."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.errors import FileRefused, InputError, UnknownName
from odviz.domain.plan import BenchmarkPlan, Effort
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import State
from odviz.library.own_tasks import own_tasks
from odviz.library.sources import user
from odviz.services import benchmark as benchmarks
from odviz.services import own_models, suggestions
from odviz.store import open_store
from odviz.tasks import TASKS
from tests.toys.colours import network, pictures
from tests.toys.texts import texts

EFFORT = Effort(launches=1, rounds=2, discard=1, confidence=0.5, time_s=0.5)


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
    recipes = tuple(map(parse_recipe, ("int8-static", "int8-dynamic", "fp16")))
    runtimes = ("onnxruntime", "openvino")
    with open_store() as store:
        benchmark = benchmarks.submit(
            store, BenchmarkPlan(added.task, (added.model,), recipes, runtimes, effort=EFFORT)
        ).id
        benchmarks.run(store, benchmark)
        figures = figures_of(store, benchmark)
    assert len(figures) == 8 and min(own["accuracy"].centre for own in figures) > 0.9


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


@pytest.mark.real
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda path: path.write_text("x,y\n1,2\n"), "plain arrays"),
        (lambda path: np.savez(path, x=np.array([{}], object), y=np.zeros(1)), "plain arrays"),
        (lambda path: np.savez(path, items=np.zeros((60, 3))), "no x"),
        (lambda path: np.savez(path, x=np.zeros((60, 6, 6, 3)), y=np.zeros(59)), "as many"),
        (lambda path: np.savez(path, x=np.zeros((60, 6, 6, 3)), y=np.zeros(60)), "chance level"),
        (lambda path: zipfile.ZipFile(path, "w").writestr("x.npy", b"\0" * 100), "plain arrays"),
    ],
)
def test_data_that_cannot_be_used_leave_nothing_behind(brought, content, words):
    model, data = brought
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
