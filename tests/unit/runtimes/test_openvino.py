"""OpenVINO beside ONNX Runtime."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from odviz.arrays import Array
from odviz.compression.make import make_variant
from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.domain.recipe import parse_recipe
from odviz.library.items import joined
from odviz.library.models import load_model, model_names
from odviz.runtimes.base import Runtime
from odviz.runtimes.onnxruntime import plugin as onnxruntime
from odviz.runtimes.openvino import plugin as openvino
from odviz.tasks import TASKS

pytestmark = pytest.mark.skipif(not openvino.available(), reason=openvino.available().reason)

BUILT_IN = [(task, name) for task in TASKS.names() for name in model_names(task)]


def predictions(runtime: Runtime, path: Path, layout: Layout, items: Array) -> Array:
    session = runtime.load(path, layout, 1)
    return np.stack([session.predict(item)[0] for item in items])


def test_every_output_in_the_layout_of_the_file(flatten: Callable[..., Path]) -> None:
    item = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    flat, laid = openvino.load(flatten((1, 2, 2, 3)), Layout.CHANNELS_FIRST, 1).predict(item)
    np.testing.assert_array_equal(flat, np.moveaxis(item, -1, 0).ravel())
    np.testing.assert_array_equal(laid, np.moveaxis(item, -1, 0))


def test_symbolic_lengths(flatten: Callable[..., Path]) -> None:
    session = openvino.load(flatten(("batch", "length")), Layout.TOKENS, 1)
    for length in (5, 9, 5):
        item = np.arange(length, dtype=np.float32)
        np.testing.assert_array_equal(session.predict(item)[0], item)
        outputs = session.prepare(item)()
        np.testing.assert_array_equal(np.ravel(outputs[0]), item)  # type: ignore[index]


def test_each_of_two_inputs_takes_its_part(flatten: Callable[..., Path]) -> None:
    session = openvino.load(flatten((1, 3), inputs=2), Layout.TOKENS, 1)
    items = joined({"x0": np.full((2, 3), 5, np.float32), "x1": np.array([[1, 2, 3], [0, 0, 0]], np.float32)})
    np.testing.assert_array_equal(session.predict(items[0])[0], [4, 3, 2])
    first, second = map(session.prepare, items)
    for invoke, values in ((first, [4, 3, 2]), (second, [5, 5, 5]), (first, [4, 3, 2])):
        np.testing.assert_array_equal(invoke()[0], [values])  # type: ignore[index]


def test_a_quantized_tflite_input_without_its_scale_is_refused(requantize: Callable[[int | None], Path]) -> None:
    session = openvino.load(requantize(3), Layout.TOKENS, 1)
    with pytest.raises(FileRefused, match="int8"):
        session.predict(np.zeros(3, np.float32))


def test_the_package_that_reports_use_is_not_imported(tmp_path: Path, flatten: Callable[..., Path]) -> None:
    code = (
        "import sys; from pathlib import Path; from odviz.domain.model import Layout; "
        "from odviz.runtimes.openvino import plugin; plugin.load(Path(sys.argv[1]), Layout.TOKENS, 1); "
        "print(any(name.startswith('openvino_telemetry') for name in sys.modules))"
    )
    command = [sys.executable, "-c", code, str(flatten((1, 3)))]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "False"


@pytest.mark.real
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("task", "name"), BUILT_IN)
def test_predictions_equal_those_of_onnx_runtime(task: str, name: str) -> None:
    """On about a thousand items of the whole test set, of the largest networks on a tenth of it: all need a minute."""
    model, items = load_model(task, name), TASKS[task].test().inputs
    artifact, items = model.dense.artifacts["onnx"], items[:: 10 if model.dense.macs > 5e6 else 1 + len(items) // 1500]
    expected = predictions(onnxruntime, Path(artifact.path), artifact.layout, items)
    outputs = predictions(openvino, Path(artifact.path), artifact.layout, items)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(outputs.argmax(axis=1), expected.argmax(axis=1))


@pytest.mark.real
def test_int8_predicts_like_onnx_runtime(tmp_path: Path) -> None:
    task = TASKS["product-images"]
    artifact = make_variant(
        load_model(task.name, "resnet-8"),
        parse_recipe("int8-static"),
        "onnx",
        cache=tmp_path,
        calibration=task.calibration,
    ).artifact
    items = task.test().inputs[:500]
    expected = predictions(onnxruntime, Path(artifact.path), artifact.layout, items)
    outputs = predictions(openvino, Path(artifact.path), artifact.layout, items)
    assert (outputs.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.97
