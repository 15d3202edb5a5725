from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from odviz.domain.errors import FileRefused, Unavailable
from odviz.domain.model import Layout
from odviz.library.items import joined
from odviz.runtimes.base import Availability
from odviz.runtimes.onnxruntime import OnnxRuntime, plugin

Build = Callable[..., Path]


def test_channels_first_files_get_their_layout(flatten: Build) -> None:
    item = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    flat, laid = plugin.load(flatten((1, 2, 2, 3)), Layout.CHANNELS_FIRST, 1).predict(item)
    np.testing.assert_array_equal(flat, np.moveaxis(item, -1, 0).ravel())
    np.testing.assert_array_equal(laid, np.moveaxis(item, -1, 0))


def test_half_precision_input(flatten: Build) -> None:
    output, _ = plugin.load(flatten((1, 3), TensorProto.FLOAT16), Layout.TOKENS, 1).predict(np.array([1, 2, 3.0]))
    np.testing.assert_array_equal(output, [1, 2, 3])


def test_prepared_inference_reads_its_own_item_and_answers_in_place(flatten: Build) -> None:
    session = plugin.load(flatten((1, 3)), Layout.TOKENS, 1)
    one, two = (session.prepare(np.full(3, value, np.float32)) for value in (1, 2))
    for invoke, value in ((one, 1), (two, 2), (one, 1)):
        invoke()
        for output in invoke.buffers[1]:  # type: ignore[attr-defined]
            np.testing.assert_array_equal(output, [[value] * 3])


def test_symbolic_lengths_are_taken_as_they_come(flatten: Build) -> None:
    session = plugin.load(flatten(("batch", "length")), Layout.TOKENS, 1)
    assert len(session.predict(np.zeros(5, np.float32))[0]) == 5
    assert len(session.predict(np.zeros(9, np.float32))[0]) == 9


def test_each_of_two_inputs_takes_its_part(flatten: Build) -> None:
    session = plugin.load(flatten((1, 3), inputs=2), Layout.TOKENS, 1)
    items = joined({"x0": np.full((2, 3), 5, np.float32), "x1": np.array([[1, 2, 3], [0, 0, 0]], np.float32)})
    np.testing.assert_array_equal(session.predict(items[0])[0], [4, 3, 2])
    first, second = map(session.prepare, items)
    for invoke, values in ((first, [4, 3, 2]), (second, [5, 5, 5]), (first, [4, 3, 2])):
        invoke()
        np.testing.assert_array_equal(invoke.buffers[1][0], [values])  # type: ignore[attr-defined]


def test_text_inputs_are_refused(flatten: Build) -> None:
    with pytest.raises(FileRefused, match="tensor\\(string\\)"):
        plugin.load(flatten((1, 3), TensorProto.STRING), Layout.TOKENS, 1)


class NoSuchRuntime(OnnxRuntime):
    package = "no-such-runtime"
    module = "no_such_runtime"


def test_an_installation_that_cannot_be_imported_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NoSuchRuntime, "available", lambda _: Availability(version="1"))
    with pytest.raises(Unavailable, match="cannot be imported"):
        NoSuchRuntime().load(tmp_path, Layout.TOKENS, 1)


def test_a_package_that_is_not_there_says_how_to_get_it() -> None:
    assert "pip install no-such-runtime" in NoSuchRuntime().available().reason
