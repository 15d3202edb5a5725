"""The user's own models and data sets, beside the built-in ones."""

import hashlib
import json

import numpy as np
import pytest

from odviz.compression.artifact import check_artifact
from odviz.domain.errors import FileRefused, IntegrityError, UnknownName
from odviz.library import datasets
from odviz.library.models import RECORD, load_model, load_models, model_names
from odviz.library.sources import user
from odviz.tasks.base import Task

TASK = "product-images"
CONTENT = b"a network"


def record(name, **changes):
    file = {
        "path": f"{TASK}/{name}/net.onnx",
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "bytes": len(CONTENT),
        "layout": "channels-first",
    }
    return {"checkpoints": [{"macs": 10, "parameters": 5, "artifacts": {"onnx": file | changes}}]}


def add(name, content=None, **changes):
    """Put a model into the user's folder; only what a model cannot do without is recorded."""
    folder = user().models.path / TASK / name
    folder.mkdir(parents=True)
    (folder / "net.onnx").write_bytes(CONTENT)
    (folder / RECORD).write_text(json.dumps(record(name, **changes)) if content is None else content)
    return folder


def test_without_models_of_the_user_there_are_the_built_in_ones():
    assert not user().models.path.exists()
    models, errors = load_models(TASK)
    assert [model.name for model in models] == list(model_names(TASK)) and errors == ()


def test_a_model_of_the_user_stands_beside_the_built_in_ones():
    before = model_names(TASK)
    folder = add("my-net")
    assert set(model_names(TASK)) == {*before, "my-net"}
    model = load_model(TASK, "my-net")
    assert (model.name, model.title, model.task) == ("my-net", "my-net", TASK)
    assert (model.family, model.licence, model.summary, model.training) == ("", "", "", {})
    assert (model.dense.nominal, model.dense.test_accuracy, model.dense.macs) == (0, None, 10)
    assert check_artifact(model.dense.artifacts["onnx"]) == (folder / "net.onnx",)
    assert model in load_models(TASK)[0]


def test_a_changed_file_of_the_user_is_refused():
    (add("my-net") / "net.onnx").write_bytes(b"another")
    with pytest.raises(IntegrityError, match=r"net\.onnx"):
        check_artifact(load_model(TASK, "my-net").dense.artifacts["onnx"])


@pytest.mark.parametrize("name", ["lenet-5", "LeNet-5"])
def test_a_built_in_name_cannot_be_taken(name):
    built_in = load_model(TASK, "lenet-5")
    names = model_names(TASK)
    add(name)
    assert model_names(TASK) == names
    assert load_model(TASK, "lenet-5") == built_in
    (error,) = load_models(TASK)[1]
    assert isinstance(error, FileRefused) and name in str(error)


@pytest.mark.parametrize("name", ["a b", "a@b", ".hidden"])
def test_a_name_that_no_variant_key_can_hold_is_refused(name):
    add(name)
    (error,) = load_models(TASK)[1]
    assert repr(name) in str(error)
    with pytest.raises(UnknownName):
        load_model(TASK, name)


@pytest.mark.parametrize("path", ["../../../secret.onnx", "/etc/passwd"])
def test_a_file_outside_of_the_users_folder_is_not_used(path):
    add("my-net", path=path)
    with pytest.raises(IntegrityError, match="outside"):
        load_model(TASK, "my-net")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"checkpoints": []}',
        '{"checkpoints": [{"macs": "many", "parameters": 1, "artifacts": {}}]}',
        '{"checkpoints": [{"macs": 1e999, "parameters": 1, "artifacts": {}}]}',
        '{"checkpoints": [{"macs": 1, "parameters": 1, "artifacts": {"onnx": "net.onnx"}}]}',
        "[" * 100_000,
    ],
)
def test_a_broken_record_hides_no_other_model(content):
    names = model_names(TASK)
    add("my-net", content)
    models, (error,) = load_models(TASK)
    assert tuple(model.name for model in models) == names
    assert isinstance(error, FileRefused) and "my-net/record.json" in str(error)


class MyTask(Task):
    name = "my-task"
    shape, dtype = (4,), "float32"

    def prepare(self, stored):
        return stored["x"]


def test_a_data_set_of_the_user_is_read_as_a_built_in_one():
    folder = user().datasets.path / "my-task"
    folder.mkdir(parents=True)
    (folder / datasets.LABELS).write_text('{"classes": ["yes", "no"]}')
    for split, count in (("test", 3), ("calibration", 2)):
        np.savez(
            folder / f"{split}.npz", x=np.zeros((count, 4), np.float32), y=np.arange(count) % 2, group=[""] * count
        )
    task = MyTask()
    assert task.classes() == ("yes", "no")
    assert (len(task.test()), len(task.calibration())) == (3, 2)


def test_a_data_set_of_the_user_cannot_take_a_built_in_name():
    built_in = datasets.labels(TASK)
    folder = user().datasets.path / TASK
    folder.mkdir(parents=True)
    (folder / datasets.LABELS).write_text('{"classes": []}')
    assert datasets.labels(TASK) == built_in


@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY"])
def test_a_broken_data_set_is_refused_by_name(content):
    folder = user().datasets.path / "my-task"
    folder.mkdir(parents=True)
    with pytest.raises(FileRefused, match=r"test\.npz"):
        datasets.arrays("my-task", "test")
    (folder / "test.npz").write_bytes(content)
    with pytest.raises(FileRefused, match=r"test\.npz"):
        datasets.arrays("my-task", "test")
