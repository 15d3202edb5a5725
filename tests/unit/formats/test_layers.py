"""Layers of files, copies that output them, and copies with other weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from ai_edge_litert import schema_py_generated as schema
from onnx import TensorProto, helper, numpy_helper

from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.domain.parity import Change
from odviz.formats import FORMATS, _tflite_model
from odviz.formats._requantize import as_floats, requantized
from odviz.library.models import load_model
from odviz.runtimes import RUNTIMES, runtime_for
from odviz.tasks import TASKS
from tests.toys.integers import FULL, ReferenceRuntime, items, network


def qdq(path: Path) -> Path:
    """A convolution in QDQ form with a scale per channel and a bias, and an Add that nothing quantizes."""
    rng = np.random.default_rng(0)
    stored = {
        "w": rng.integers(-127, 127, (4, 1, 3, 3), endpoint=True).astype(np.int8),
        "ws": np.array([0.01, 0.02, 0.005, 0.04], np.float32),
        "b": np.array([300, -200, 100, 50], np.int32),
        "bs": np.array([0.01, 0.02, 0.005, 0.04], np.float32) / 256,
        "s": np.float32(1 / 256),
        "z": np.uint8(0),
        "os": np.float32(0.05),
        "oz": np.uint8(128),
        "one": np.float32(1),
    }
    node = helper.make_node
    nodes = [
        node("QuantizeLinear", ["x", "s", "z"], ["xq"], "Quantize"),
        node("DequantizeLinear", ["xq", "s", "z"], ["xd"]),
        node("DequantizeLinear", ["w", "ws"], ["wd"], axis=0),
        node("DequantizeLinear", ["b", "bs"], ["bd"], axis=0),
        node("Conv", ["xd", "wd", "bd"], ["c"], "Convolution"),
        node("QuantizeLinear", ["c", "os", "oz"], ["cq"]),
        node("DequantizeLinear", ["cq", "os", "oz"], ["cd"]),
        node("Add", ["cd", "one"], ["y"], "Sum"),
    ]
    graph = helper.make_graph(
        nodes,
        "qdq",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 1, 6, 6))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 4, 4, 4))],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in stored.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return path


def built_in(format: str) -> tuple[Path, Layout, np.ndarray]:
    artifact = load_model("product-images", "ds-cnn-0.25").dense.artifacts[format]
    return Path(artifact.path), artifact.layout, np.random.default_rng(0).random((28, 28, 1)).astype(np.float32)


def predicted(path: Path, layout: Layout, item: np.ndarray) -> tuple[np.ndarray, ...]:
    return runtime_for(path.suffix[1:]).load(path, layout, 1).predict(item)


def test_an_operator_is_one_layer_with_the_rounding_of_its_output(tmp_path):
    graph = FORMATS["onnx"].layers(qdq(tmp_path / "net.onnx"))
    assert [(layer.name, layer.tensors, layer.reads) for layer in graph.layers] == [
        ("Quantize", ("xq",), ()),
        ("Convolution", ("cq",), (0,)),
        ("Sum", ("y",), (1,)),
    ]
    assert [layer.step for layer in graph.layers] == [1, 1, 0]
    assert graph.rounding == 2.0**-9


@pytest.mark.real
@pytest.mark.parametrize("format", ["onnx", "tflite"])
def test_a_copy_outputs_every_layer_behind_its_own_outputs(format, tmp_path):
    path, layout, item = built_in(format)
    graph = FORMATS[format].layers(path)
    assert graph.rounding == 2.0**-24 and graph.layers[0].reads == ()
    assert all(source < position for position, layer in enumerate(graph.layers) for source in layer.reads)
    copy, usual = tmp_path / f"copy.{format}", predicted(path, layout, item)
    tensors = [name for layer in graph.layers for name in layer.tensors]
    positions = FORMATS[format].expose(path, copy, tensors)
    assert len(set(positions)) == len(tensors)
    outputs = predicted(copy, layout, item)
    np.testing.assert_allclose(outputs[0], usual[0], rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(outputs[positions[-1]], outputs[0])


@pytest.mark.real
@pytest.mark.parametrize("change", [Change.SEVEN_BITS, Change.ONE_SCALE, Change.FLOATS])
def test_other_weights_of_a_qdq_file_give_nearly_the_same(change, tmp_path):
    path, copy = qdq(tmp_path / "net.onnx"), tmp_path / "copy.onnx"
    item = np.random.default_rng(1).random((6, 6, 1)).astype(np.float32)
    assert FORMATS["onnx"].requantize(path, copy, change) == 1
    exact = RUNTIMES["onnxruntime"].plain  # 8-bit products would saturate on some processors
    (usual,), (other,) = (exact.load(one, Layout.CHANNELS_FIRST, 1).predict(item) for one in (path, copy))
    assert np.abs(usual - other).max() <= (1e-5 if change is Change.FLOATS else 0.3)
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(str(copy)).graph.initializer}
    convolution = next(node for node in onnx.load(str(copy)).graph.node if node.op_type == "Conv")
    if change is Change.FLOATS:
        assert stored[convolution.input[1]].dtype == np.float32
    else:
        assert FORMATS["onnx"].requantize(copy, tmp_path / "again.onnx", change) == 0


@pytest.mark.parametrize("change", [Change.SEVEN_BITS, Change.ONE_SCALE])
def test_other_weights_of_dynamic_products(change, tmp_path):
    path, copy = network(tmp_path / "net.onnx", FULL, FULL), tmp_path / "copy.onnx"
    changed = FORMATS["onnx"].requantize(path, copy, change)
    assert changed == (2 if change is Change.SEVEN_BITS else 0)  # one scale a tensor as it is
    if changed:
        exact = ReferenceRuntime("exact")
        (usual,), (other,) = (exact.load(one, Layout.TOKENS, 1).predict(items(1)[0]) for one in (path, copy))
        assert 0 < np.abs(usual - other).max() < 0.05 * np.abs(usual).max()


def with_integer_embedding(path: Path) -> Path:
    """The bag of words with the weights of its embedding as integers, a scale for each row."""
    original = Path(load_model("review-sentiment", "bag").dense.artifacts["tflite"].path)
    model = _tflite_model.unpacked(original.read_bytes(), original.name)
    stored = {index: buffer for index, buffer in enumerate(model.buffers) if buffer.data is not None}
    largest = max(stored, key=lambda index: len(stored[index].data))
    (tensor,) = (one for one in model.subgraphs[0].tensors if one.buffer == largest)
    buffer = stored[largest]
    real = np.frombuffer(bytes(buffer.data), np.float32).reshape(tensor.shape)
    scales = np.maximum(np.abs(real).max(axis=1), 1e-6) / 127
    buffer.data = np.rint(real / scales[:, None]).astype(np.int8).tobytes()
    tensor.type = schema.TensorType.INT8
    tensor.quantization = schema.QuantizationParametersT()
    tensor.quantization.scale, tensor.quantization.zeroPoint = (
        scales.astype(np.float32),
        np.zeros(len(scales), np.int64),
    )
    path.write_bytes(_tflite_model.packed(model))
    return path


@pytest.mark.real
@pytest.mark.parametrize("change", [Change.ONE_SCALE, Change.FLOATS])
def test_other_weights_of_an_embedding(change, tmp_path):
    path, copy = with_integer_embedding(tmp_path / "bag.tflite"), tmp_path / "copy.tflite"
    assert FORMATS["tflite"].layers(path).rounding == 2.0**-9
    assert FORMATS["tflite"].requantize(path, copy, change) == 1
    item = TASKS["review-sentiment"].test().inputs[0]
    (usual,), (other,) = (predicted(one, Layout.TOKENS, item) for one in (path, copy))
    np.testing.assert_allclose(other, usual, atol=0.2 if change is Change.ONE_SCALE else 1e-3)


def test_weights_of_floats_are_left_alone(tmp_path):
    path, _, _ = built_in("tflite")
    for format, file in (("tflite", path), ("onnx", path.with_suffix(".onnx"))):
        assert FORMATS[format].requantize(file, tmp_path / "none", Change.SEVEN_BITS) == 0
    assert not list(tmp_path.iterdir())


def test_the_arithmetic_of_other_weights():
    values, scales = np.array([[127, -127], [3, 1]], np.int8), np.array([0.1, 1.0])
    narrow = requantized(values, scales, 0, Change.SEVEN_BITS)
    assert narrow.values.tolist() == [[64, -64], [2, 0]] and narrow.scales.tolist() == [0.2, 2.0]
    single = requantized(values, scales, 0, Change.ONE_SCALE)
    assert single.scales.shape == () and single.scales == pytest.approx(12.7 / 127)
    np.testing.assert_allclose(as_floats(single.values, single.scales, 0), as_floats(values, scales, 0), atol=0.05)
    assert requantized(narrow.values, narrow.scales, 0, Change.SEVEN_BITS) is None
    assert requantized(values, np.array([0.1]), 0, Change.ONE_SCALE) is None


@pytest.mark.parametrize("format", ["onnx", "tflite"])
def test_what_is_no_model_is_refused(format, tmp_path):
    path = tmp_path / f"broken.{format}"
    path.write_bytes(b"no model at all" * 9)
    with pytest.raises(FileRefused):
        FORMATS[format].layers(path)


@pytest.mark.real
@pytest.mark.parametrize("runtime", [one for one in RUNTIMES if one.plain], ids=lambda one: one.name)
def test_the_plain_way_of_a_runtime_predicts_the_same(runtime):
    if not runtime.available():
        pytest.skip(runtime.available().reason)
    path, layout, item = built_in(runtime.formats[0])
    (usual,), (plain,) = (one.load(path, layout, 1).predict(item) for one in (runtime, runtime.plain))
    np.testing.assert_allclose(plain, usual, rtol=1e-4, atol=1e-4)
    assert runtime.plain.plain is None
