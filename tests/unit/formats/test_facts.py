"""Closed-form counts of tiny graphs, and both formats of one network against each other."""

import zlib

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from odviz.domain.errors import FileRefused
from odviz.domain.model import MacKind
from odviz.formats import FORMATS
from odviz.formats._walk import convolution_kind, product_kind
from tests.contract._methods_models import (
    ACTIVATIONS,
    CHANNELS,
    CLASSES,
    MACS,
    PARAMETERS,
    SIDE,
    checked,
    onnx_model,
    tflite_bytes,
    tflite_model,
    weights,
)  # fmt: skip

FLOAT = TensorProto.FLOAT


def facts(path, format):
    return FORMATS[format].facts(path)


def value(name, *shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def ones(*shape, dtype=np.float32):
    return np.ones(shape, dtype)


@pytest.fixture
def look(tmp_path):
    def look(nodes, inputs, outputs, stored):
        path = tmp_path / "model.onnx"
        onnx.save(checked(nodes, inputs, outputs, stored), str(path))
        return facts(path, "onnx")

    return look


@pytest.mark.parametrize(("format", "raw"), [("onnx", onnx_model().SerializeToString()), ("tflite", tflite_model())])
def test_both_formats_of_one_network_count_alike(tmp_path, format, raw):
    path = tmp_path / "model"
    path.write_bytes(raw)
    counts = facts(path, format)
    assert (counts.macs, counts.parameters, counts.nonzero_parameters) == (MACS, PARAMETERS, PARAMETERS)
    assert counts.peak_activation_bytes == ACTIVATIONS
    assert (counts.compute_ops, counts.quantized_ops) == (3, 0.0)
    assert (counts.file_bytes, counts.compressed_bytes) == (len(raw), len(zlib.compress(raw, 9)))


def test_zeros_are_counted_out(tmp_path):
    model = onnx_model()
    kept = weights()["w1"].copy()
    kept[0] = 0
    model.graph.initializer[0].CopyFrom(onnx.numpy_helper.from_array(kept, "w1"))
    onnx.save(model, str(tmp_path / "m.onnx"))
    counts = facts(tmp_path / "m.onnx", "onnx")
    assert counts.parameters - counts.nonzero_parameters == kept[0].size


@pytest.mark.parametrize(("transposed", "rows"), [(0, 2), (1, 3)])
def test_gemm(look, transposed, rows):
    shape = (3, 2) if transposed else (2, 3)
    inner = shape[0] if transposed else shape[1]
    counts = look(
        [helper.make_node("Gemm", ["x", "w", "b"], ["y"], transA=transposed)],
        [value("x", *shape)], [value("y", 6 // inner, 7)], {"w": ones(inner, 7), "b": ones(7)},
    )  # fmt: skip
    assert counts.macs == 6 * 7
    assert counts.parameters == inner * 7 + 7


def test_product_of_two_activations_counts_but_holds_no_parameters(look):
    counts = look(
        [helper.make_node("MatMul", ["a", "b"], ["y"])],
        [value("a", 2, 5, 3), value("b", 2, 3, 4)], [value("y", 2, 5, 4)], {},
    )  # fmt: skip
    assert (counts.macs, counts.parameters, counts.compute_ops) == (2 * 5 * 4 * 3, 0, 1)


def test_transposed_convolution(look):
    counts = look(
        [helper.make_node("ConvTranspose", ["x", "w"], ["y"], kernel_shape=[2, 2], strides=[2, 2])],
        [value("x", 1, 3, 4, 4)], [value("y", 1, 5, 8, 8)], {"w": ones(3, 5, 2, 2)},
    )  # fmt: skip
    assert counts.macs == 3 * 4 * 4 * 5 * 2 * 2


@pytest.mark.parametrize(("kind", "gates"), [("RNN", 1), ("GRU", 3), ("LSTM", 4)])
def test_recurrences(look, kind, gates):
    steps, features, hidden = 7, 3, 4
    counts = look(
        [helper.make_node(kind, ["x", "w", "r", "b"], ["y"], hidden_size=hidden)],
        [value("x", steps, 1, features)], [value("y", steps, 1, 1, hidden)],
        {"w": ones(1, gates * hidden, features), "r": ones(1, gates * hidden, hidden),
         "b": ones(1, 2 * gates * hidden)},
    )  # fmt: skip
    assert counts.macs == steps * gates * hidden * (features + hidden)
    assert counts.parameters == gates * hidden * (features + hidden + 2)


def test_constants_of_the_architecture_are_not_learned(look):
    counts = look(
        [
            helper.make_node("Mul", ["x", "scale"], ["a"]),
            helper.make_node("Reshape", ["a", "shape"], ["b"]),
            helper.make_node("Add", ["b", "position"], ["y"]),
        ],
        [value("x", 2, 3)], [value("y", 1, 6)],
        {"scale": np.float32([0.5]), "shape": np.int64([1, 6]), "position": ones(1, 6)},
    )  # fmt: skip
    assert counts.parameters == 6


def test_shared_weights_count_once(look):
    counts = look(
        [helper.make_node("MatMul", ["x", "w"], ["a"]), helper.make_node("MatMul", ["a", "w"], ["y"])],
        [value("x", 1, 3)], [value("y", 1, 3)], {"w": ones(3, 3)},
    )  # fmt: skip
    assert (counts.macs, counts.parameters) == (18, 9)


def test_quantized_pairs_hold_bytes_and_their_zero_point_is_zero(look):
    """x → Q/DQ → Conv with int8 weights → Q/DQ: scales are not learned, activations take one byte each."""
    weight = np.full((2, 3, 1, 1), 5, np.int8)
    weight[0, 0] = 1  # the zero point of the first channel
    counts = look(
        [
            helper.make_node("QuantizeLinear", ["x", "s", "z"], ["xq"]),
            helper.make_node("DequantizeLinear", ["xq", "s", "z"], ["xd"]),
            helper.make_node("DequantizeLinear", ["w", "ws", "wz"], ["wd"], axis=0),
            helper.make_node("Conv", ["xd", "wd"], ["c"], kernel_shape=[1, 1]),
            helper.make_node("QuantizeLinear", ["c", "s", "z"], ["cq"]),
            helper.make_node("DequantizeLinear", ["cq", "s", "z"], ["y"]),
        ],
        [value("x", 1, 3, 4, 4)], [value("y", 1, 2, 4, 4)],
        {"s": np.float32(0.1), "z": np.uint8(3), "w": weight, "ws": ones(2), "wz": np.int8([1, 0])},
    )  # fmt: skip
    assert counts.quantized_ops == 1.0
    assert (counts.parameters, counts.nonzero_parameters) == (6, 5)
    assert counts.peak_activation_bytes == 3 * 16 * (4 + 1)  # the float input and its int8 copy


def test_peak_of_a_residual_block(look):
    """The skipped tensor stays alive over the branch; Relu works in place."""
    counts = look(
        [
            helper.make_node("Relu", ["x"], ["a"]),
            helper.make_node("MatMul", ["a", "w"], ["b"]),
            helper.make_node("Relu", ["b"], ["c"]),
            helper.make_node("MatMul", ["c", "w2"], ["d"]),
            helper.make_node("Add", ["a", "d"], ["y"]),
        ],
        [value("x", 1, 10)], [value("y", 1, 10)], {"w": ones(10, 20), "w2": ones(20, 10)},
    )  # fmt: skip
    assert counts.peak_activation_bytes == 4 * (10 + 20 + 10)


def test_four_bit_products_count_every_weight(look):
    inputs, outputs, block = 20, 3, 16
    packed = np.full((outputs, 2, block // 2), 0x88, np.uint8)  # all at the zero point
    packed[0, 0, 0] = 0x89
    counts = look(
        [helper.make_node("MatMulNBits", ["x", "w", "s"], ["y"], domain="com.microsoft", K=inputs, N=outputs, bits=4,
                          block_size=block), helper.make_node("Relu", ["y"], ["z"])],
        [value("x", 1, inputs)], [value("z", 1, outputs)], {"w": packed, "s": ones(outputs * 2)},
    )  # fmt: skip
    assert (counts.macs, counts.parameters, counts.nonzero_parameters) == (inputs * outputs, inputs * outputs, 1)
    assert (counts.quantized_ops, counts.peak_activation_bytes) == (1.0, 4 * (inputs + outputs))


def test_free_batch_is_one_and_other_free_shapes_are_refused(look):
    node = [helper.make_node("MatMul", ["x", "w"], ["y"])]
    assert look(node, [value("x", "N", 4)], [value("y", "N", 2)], {"w": ones(4, 2)}).macs == 8
    with pytest.raises(FileRefused, match=r"is not fixed.*static shapes"):
        look(node, [value("x", 1, "L", 4)], [value("y", 1, "L", 2)], {"w": ones(4, 2)})


@pytest.mark.parametrize("format", FORMATS.names())
@pytest.mark.parametrize("raw", [b"", b"not a model at all", b"\x18\x00\x00\x00TFL3" + b"\xff" * 40])
def test_what_is_no_model_is_refused_in_words(tmp_path, format, raw):
    path = tmp_path / "upload.bin"
    path.write_bytes(raw)
    with pytest.raises(FileRefused, match=r"upload\.bin is not a"):
        facts(path, format)


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="cannot be read"):
        facts(tmp_path / "absent.onnx", "onnx")


def test_tflite_products_and_views(tmp_path):
    """Batched product of two activations, then a reshape, which shares its input's memory."""
    raw = tflite_bytes(
        tensors=[
            ("a", (2, 5, 3), None), ("b", (2, 3, 4), None), ("c", (2, 5, 4), None),
            ("shape", (2,), np.array([10, 4], np.int32)), ("y", (10, 4), None),
        ],
        ops=[
            ("BATCH_MATMUL", [0, 1], [2], "BatchMatMulOptions", {}),
            ("RESHAPE", [2, 3], [4], "ReshapeOptions", {}),
        ],
        inputs=[0, 1], outputs=[4],
    )  # fmt: skip
    (tmp_path / "m.tflite").write_bytes(raw)
    counts = facts(tmp_path / "m.tflite", "tflite")
    assert (counts.macs, counts.parameters) == (2 * 5 * 4 * 3, 0)
    assert counts.peak_activation_bytes == 4 * (30 + 24 + 40)
    assert counts.operators == {"BATCH_MATMUL": 1, "RESHAPE": 1}


@pytest.mark.parametrize(("format", "raw"), [("onnx", onnx_model().SerializeToString()), ("tflite", tflite_model())])
def test_depthwise_macs_and_written_activations(tmp_path, format, raw):
    """Conv 3×3 (4→8), depthwise 3×3, linear (8→5): each writes its output once."""
    path = tmp_path / "model"
    path.write_bytes(raw)
    counts = facts(path, format)
    assert counts.depthwise_macs == SIDE * SIDE * CHANNELS * 9
    assert sum(getattr(counts, kind) for kind in MacKind) == counts.macs
    assert (counts.conv3x3_macs, counts.dense_macs) == (SIDE * SIDE * CHANNELS * 4 * 9, CHANNELS * CLASSES)
    assert counts.activations == 2 * SIDE * SIDE * CHANNELS + CLASSES


def test_a_grouped_convolution_is_not_depthwise(look):
    counts = look(
        [helper.make_node("Conv", ["x", "w"], ["y"], kernel_shape=[1, 1], group=2)],
        [value("x", 1, 4, 3, 3)], [value("y", 1, 6, 3, 3)], {"w": ones(6, 2, 1, 1)},
    )  # fmt: skip
    assert (counts.depthwise_macs, counts.macs, counts.activations) == (0, 6 * 9 * 2, 6 * 9)
    assert counts.grouped_macs == counts.macs


@pytest.mark.parametrize(
    ("kernel", "steps", "groups", "channels", "kind"),
    [
        ((3, 3), (1, 1, 1, 1), 1, 8, MacKind.CONV3X3),
        ((3, 3), (2, 2, 1, 1), 1, 8, MacKind.CONV),
        ((3, 3), (1, 1, 2, 2), 1, 8, MacKind.CONV),
        ((3,), (1, 1), 1, 8, MacKind.CONV),
        ((1, 1), (2, 2, 1, 1), 1, 8, MacKind.POINTWISE),
        ((1, 1), (1, 1, 1, 1), 4, 2, MacKind.GROUPED),
        ((3, 3), (1, 1, 1, 1), 8, 1, MacKind.DEPTHWISE),
    ],
)
def test_kind_of_a_convolution(kernel, steps, groups, channels, kind):
    assert convolution_kind(kernel, steps, groups, channels) is kind


@pytest.mark.parametrize(("written", "kind"), [((1, 10), MacKind.DENSE), ((4, 10), MacKind.POINTWISE)])
def test_kind_of_a_product(written, kind):
    assert product_kind(written) is kind


def test_of_branches_for_inputs_of_other_ranks_the_one_that_is_taken_counts(tmp_path):
    """As in networks that PyTorch scripted: the other branch stores more, and could not even run."""

    def branch(name, source, operator, weights, *before, **attributes):
        nodes = [*before, helper.make_node(operator, [source, f"{name}_w"], [f"{name}_y"], **attributes)]
        outputs = [helper.make_empty_tensor_value_info(f"{name}_y")]
        return helper.make_graph(nodes, name, [], outputs, [onnx.numpy_helper.from_array(weights, f"{name}_w")])

    any_rank = (
        helper.make_node("NonZero", ["shape"], ["places"]),
        helper.make_node("Reshape", ["places", "all"], ["sizes"]),
        helper.make_node("Reshape", ["input", "sizes"], ["any"]),
    )
    nodes = [
        helper.make_node("Shape", ["input"], ["shape"]),
        helper.make_node("Size", ["shape"], ["rank"]),
        helper.make_node("Equal", ["rank", "four"], ["is_image"]),
        helper.make_node(
            "If",
            ["is_image"],
            ["output"],
            then_branch=branch("image", "input", "Conv", ones(8, 3, 3, 3), kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
            else_branch=branch("row", "any", "Gemm", ones(5, 1000), *any_rank, transB=1),
        ),
    ]
    stored = [onnx.numpy_helper.from_array(np.array(one, np.int64), name) for name, one in (("four", 4), ("all", [-1]))]
    graph = helper.make_graph(
        nodes, "net", [value("input", 1, 3, 4, 4)], [helper.make_empty_tensor_value_info("output")], stored
    )
    graph.output[0].type.tensor_type.elem_type = FLOAT
    path = tmp_path / "net.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))
    counts = facts(path, "onnx")
    assert (counts.macs, counts.parameters) == (16 * 8 * 27, 8 * 27)
