"""One network in the many ways that exporters write it: every method's variant of each agrees with the original."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from odviz.compression.make import make_variant
from odviz.domain.model import Artifact, Checkpoint, Layout, Model
from odviz.domain.recipe import parse_recipe
from odviz.formats import FORMATS
from odviz.formats.base import digest
from odviz.runtimes.onnxruntime import plugin as onnxruntime
from odviz.tasks.base import Examples

SHAPE, ITEMS = (8, 8, 3), 24
MACS = 64 * 8 * 27 + 80
LARGEST_ERROR = {"int8-static:bias-correction=yes": 0.08, "fp16": 0.01, "prune-channels:30": 0.5}
"""Of an output, as a share of the range of outputs."""

INPUT = [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 8, 8])]
OUTPUT = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 10])]
CONV = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
RNG = np.random.default_rng(0)
STORED = {
    "w": RNG.normal(size=(8, 3, 3, 3), scale=0.3),
    "b": RNG.normal(size=8),
    "wl": RNG.normal(size=(10, 8), scale=0.3),
    "bl": RNG.normal(size=10),
}
node = helper.make_node


def network(middle, opset=13, *, ir=8, before=(), outputs=(), stored=None, listed=False, source="input"):
    """A convolution of `source` that writes "c", operators from "c" to "r", and a classifier of "r"."""
    nodes = [
        *before,
        node("Conv", [source, "w", "b"], ["c"], **CONV),
        *middle,
        node("GlobalAveragePool", ["r"], ["p"]),
        node("Flatten", ["p"], ["f"]),
        node("Gemm", ["f", "wl", "bl"], ["logits"], transB=1),
    ]
    written = {name for one in before for name in one.output}
    arrays = {name: array for name, array in (STORED | (stored or {})).items() if name not in written}
    tensors = [
        numpy_helper.from_array(np.asarray(array, None if np.asarray(array).dtype.kind == "i" else np.float32), name)
        for name, array in arrays.items()
    ]
    inputs = INPUT + [helper.make_tensor_value_info(one.name, one.data_type, one.dims) for one in tensors] * listed
    graph = helper.make_graph(nodes, "net", inputs, OUTPUT + list(outputs), tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir)


TURN = helper.make_graph(
    [
        node("Gemm", ["state", "wt", "bt"], ["sum"], transB=1),
        node("Tanh", ["sum"], ["next"]),
        node("Identity", ["goes"], ["on"]),
    ],
    "turn",
    [
        helper.make_tensor_value_info("number", TensorProto.INT64, []),
        helper.make_tensor_value_info("goes", TensorProto.BOOL, []),
        helper.make_tensor_value_info("state", TensorProto.FLOAT, [1, 8]),
    ],
    [
        helper.make_tensor_value_info("on", TensorProto.BOOL, []),
        helper.make_tensor_value_info("next", TensorProto.FLOAT, [1, 8]),
    ],
    [
        numpy_helper.from_array(RNG.normal(size=(8, 8)).astype(np.float32), "wt"),
        numpy_helper.from_array(np.zeros(8, np.float32), "bt"),
    ],
)
RELU = [node("Relu", ["c"], ["r"])]
BATCH_NORM = {"s": np.ones(8), "o": np.zeros(8), "m": np.zeros(8), "v": np.ones(8)}
SPELLINGS = {
    "weights not listed as inputs in IR 3": network(
        [node("Upsample", ["c"], ["r"], mode="nearest", scales=[1.0, 1.0, 2.0, 2.0])], 7, ir=3
    ),
    "weights listed as inputs, opset 7": network(
        [node("BatchNormalization", ["c", "s", "o", "m", "v"], ["r"])], 7, ir=3, stored=BATCH_NORM, listed=True
    ),
    "constants stored as lists": network(RELU, before=[node("Constant", [], ["b"], value_floats=[0.1] * 8)]),
    "a stored tensor as output": network(RELU, outputs=[helper.make_tensor_value_info("bl", TensorProto.FLOAT, [10])]),
    "the input as output": network(RELU, outputs=INPUT),
    "a tensor from within as output": network(
        RELU, outputs=[helper.make_tensor_value_info("r", TensorProto.FLOAT, [1, 8, 8, 8])]
    ),
    "weights of two layers, one of which reads the input": network(
        RELU,
        before=[node("Conv", ["input", "wt"], ["t"]), node("Conv", ["t", "wt"], ["u"])],
        stored={"wt": RNG.normal(size=(3, 3, 1, 1))},
        source="u",
    ),
    "a product in a loop": network(
        [
            node("GlobalAveragePool", ["c"], ["pc"]),
            node("Flatten", ["pc"], ["fc"]),
            node("Loop", ["trip", "", "fc"], ["turned"], body=TURN),
            node("Reshape", ["turned", "sides"], ["r"]),
        ],
        stored={"trip": np.int64(3), "sides": np.array([1, 8, 1, 1])},
    ),
    "limits as attributes": network([node("Clip", ["c"], ["r"], min=0.0, max=6.0)], 9, ir=4),
    "sizes of a split as an attribute": network(
        [node("Split", ["c"], ["s1", "s2"], axis=1, split=[4, 4]), node("Concat", ["s2", "s1"], ["r"], axis=1)], 11
    ),
    "ends of a slice as attributes": network(
        [node("Slice", ["c"], ["r"], axes=[2, 3], starts=[0, 0], ends=[6, 6])], 9, ir=4
    ),
    "padding as an attribute": network(
        [node("Pad", ["c"], ["q"], pads=[0, 0, 1, 1, 0, 0, 1, 1], mode="reflect"), node("Relu", ["q"], ["r"])], 10
    ),
}


@pytest.fixture(params=SPELLINGS)
def path(request, tmp_path):
    path = tmp_path / "net.onnx"
    onnx.save(SPELLINGS[request.param], str(path))
    return path


def outputs(path: Path, items: np.ndarray) -> np.ndarray:
    session = onnxruntime.load(path, Layout.CHANNELS_FIRST, 1)
    return np.stack([session.predict(item)[0] for item in items])


@pytest.mark.parametrize("recipe", LARGEST_ERROR)
def test_a_variant_agrees_with_the_original(path, tmp_path, recipe):
    items = np.random.default_rng(1).uniform(size=(ITEMS, *SHAPE)).astype(np.float32)
    artifact = Artifact(str(path), digest([path]), path.stat().st_size, "onnx", Layout.CHANNELS_FIRST)
    model = Model("net", "net", "toy", (Checkpoint({"onnx": artifact}, 0, 0),))
    examples = Examples(items, np.zeros(ITEMS, np.int64), np.full(ITEMS, ""))
    made = make_variant(model, parse_recipe(recipe), "onnx", cache=tmp_path / "made", calibration=lambda: examples)
    original = outputs(path, items)
    error = np.abs(outputs(Path(made.artifact.path), items) - original).max() / np.ptp(original)
    assert error <= LARGEST_ERROR[recipe]
    assert made.changed or recipe == "prune-channels:30"  # an output from within keeps its channels


def test_the_work_is_counted(path):
    further = (0, 2 * 64 * 9, 3 * 8 * 8)  # of two layers, of three turns of a loop
    assert FORMATS["onnx"].facts(path, (1, 3, 8, 8)).macs - MACS in further


@pytest.mark.parametrize(
    ("equation", "weights", "out", "macs"),
    [
        ("nchw,kchw->nk", (5, 3, 8, 8), (1, 5), 5 * 192),
        ("...w,wk->...k", (8, 4), (1, 3, 8, 4), 192 * 4),
        ("nchw,wk", (8, 4), (3, 8, 1, 4), 192 * 4),
    ],
)
def test_the_work_of_sums_over_named_axes(tmp_path, equation, weights, out, macs):
    graph = helper.make_graph(
        [node("Einsum", ["input", "w"], ["y"], equation=equation)],
        "net",
        INPUT,
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, out)],
        [numpy_helper.from_array(np.ones(weights, np.float32), "w")],
    )
    path = tmp_path / "net.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), str(path))
    facts = FORMATS["onnx"].facts(path)
    assert (facts.macs, facts.parameters) == (macs, np.prod(weights))
