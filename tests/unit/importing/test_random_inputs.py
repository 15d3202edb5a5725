"""Random inputs of networks without data."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.domain.errors import FileRefused
from odviz.domain.own_task import Choices
from odviz.importing.random_inputs import ITEM_COUNT, random_data
from odviz.importing.understanding import understand
from tests.toys.texts import LENGTH, texts
from tests.unit.importing.test_feeding import FLOAT, INT64, write


def understood(path, folder):
    return understand({"onnx": path}, random_data(path, "onnx"), folder, choices=Choices(metric="likeness"))


def test_tokens_that_the_table_has(tmp_path):
    path = tmp_path / "texts.onnx"
    texts(path)
    understanding = understood(path, tmp_path)
    assert (understanding.metric, understanding.test_items, understanding.calibration_items) == (
        "likeness", ITEM_COUNT, ITEM_COUNT,
    )  # fmt: skip
    stored = np.load(tmp_path / "test.npz")
    assert stored["x"].max() == 1 and stored["x"].shape[1] > LENGTH  # the open side is as long as networks usually have
    np.testing.assert_array_equal(stored["x1"], stored["x"] != 0)


def test_two_free_inputs_a_state_and_a_rate(tmp_path):
    nodes = [
        ("Add", ["a", "b"], ["both"]),
        ("Div", ["both", "sr"], ["scaled"]),
        ("MatMul", ["scaled", "w"], ["scores"]),
        ("Add", ["state", "state"], ["next"]),
    ]
    path = write(
        tmp_path / "two.onnx",
        nodes,
        [("state", FLOAT, [1, 2]), ("a", FLOAT, [1, 4]), ("b", FLOAT, [1, 1]), ("sr", FLOAT, [])],
        [("scores", FLOAT, [1, 3]), ("next", FLOAT, [1, 2])],
        w=np.ones((4, 3), np.float32),
    )
    understanding = understood(path, tmp_path)
    assert understanding.shape == (4,) and [one.name for one in understanding.further] == ["state", "b", "sr"]
    stored = np.load(tmp_path / "test.npz")
    assert not stored["x1"].any() and stored["x2"].std() > 0 and set(stored["x3"].tolist()) == {16_000}


def test_what_runs_on_none_of_them_is_refused(tmp_path):
    path = write(
        tmp_path / "net.onnx",
        [("Gather", ["table", "index"], ["scores"])],
        [("index", INT64, [1, 1])],
        [("scores", FLOAT, [1, 1, 3])],
        table=np.zeros((1, 3), np.float32),
    )
    with pytest.raises(FileRefused, match="data of your own"):
        random_data(path, "onnx")
