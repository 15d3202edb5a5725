"""Channel pruning of ONNX networks: what is tied together, what has to stay, and what fitting the rest is worth."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from odviz.compression._channels import ChannelGraph
from odviz.compression._comparison import Comparison
from odviz.compression._ort import Feeds
from odviz.compression._reconstruction import store, summing_layers
from odviz.compression.base import ModelSource
from odviz.compression.make import make_variant
from odviz.compression.prune_channels import LEAST_KEPT, RemainingWork, choose, cut
from odviz.compression.recipes import resolve, suggested
from odviz.domain.errors import RecipeError
from odviz.domain.model import Layout
from odviz.domain.recipe import parse_recipe
from odviz.formats.onnx_work import macs_by_operator
from tests.contract._methods_models import CHANNELS, CLASSES, INPUTS, SIDE, checked, examples, onnx_model, ship

INPUT = (1, INPUTS, SIDE, SIDE)
PADS = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}


def network(*nodes, outputs=(), **stored):
    """A first convolution of 8 channels, "c", these operators, and a mean and a product of what is called "last"."""
    draw = np.random.default_rng(3)
    stored |= {"w": draw.normal(size=(8, INPUTS, 3, 3)), "v": draw.normal(size=(8, CLASSES))}
    tensors = {
        name: value.astype(np.int64 if value.dtype.kind == "i" else np.float32) for name, value in stored.items()
    }
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, (1, CLASSES))
    return checked(
        [
            helper.make_node("Conv", ["input", "w"], ["c"], **PADS),
            *nodes,
            helper.make_node("ReduceMean", ["last"], ["m"], axes=[2, 3], keepdims=0),
            helper.make_node("MatMul", ["m", "v"], ["scores"]),
        ],
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, INPUT)],
        [scores, *(helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 8, SIDE, SIDE)) for name in outputs)],
        tensors,
    )


def sets(model):
    """How many sets of channels may be removed."""
    for number, node in enumerate(model.graph.node):
        node.name = f"{node.op_type}{number}"
    return len(RemainingWork(ChannelGraph(model, [INPUT]), macs_by_operator(model, [INPUT])).removable)


def square(*shape):
    return np.random.default_rng(4).normal(size=shape)


@pytest.mark.parametrize(
    ("nodes", "stored", "count"),
    [
        ([helper.make_node("Relu", ["c"], ["last"])], {}, 8),
        ([helper.make_node("Conv", ["c", "u"], ["last"], **PADS)], {"u": square(8, 8, 3, 3)}, 16),
        (
            [helper.make_node("Conv", ["c", "u"], ["d"], **PADS), helper.make_node("Add", ["c", "d"], ["last"])],
            {"u": square(8, 8, 3, 3)},
            8,
        ),
        ([helper.make_node("Conv", ["c", "u"], ["last"], group=8, **PADS)], {"u": square(8, 1, 3, 3)}, 8),
        ([helper.make_node("Conv", ["c", "u"], ["last"], group=4, **PADS)], {"u": square(8, 2, 3, 3)}, 4),
        ([helper.make_node("Softmax", ["c"], ["last"], axis=3)], {}, 8),
        ([helper.make_node("Pad", ["c", "p"], ["last"])], {"p": np.array([0, 0, 1, 1, 0, 0, 1, 1])}, 8),
    ],
    ids=["activation", "chain", "residual", "depthwise", "groups", "softmax-of-places", "pad"],
)
def test_channels_are_tied_together(nodes, stored, count):
    assert sets(network(*nodes, **stored)) == count


@pytest.mark.parametrize(
    ("nodes", "stored"),
    [
        ([helper.make_node("Softmax", ["c"], ["last"], axis=1)], {}),
        ([helper.make_node("LRN", ["c"], ["last"], size=3)], {}),
        ([helper.make_node("Where", ["mask", "c", "zero"], ["last"])], {"zero": square(1), "mask": np.array([1])}),
        (
            [helper.make_node("Conv", ["input", "w"], ["d"], **PADS), helper.make_node("Relu", ["c"], ["last"])],
            {},
        ),
        (
            [
                helper.make_node("Slice", ["c", "s", "e", "a"], ["half"]),
                helper.make_node("Concat", ["half", "half"], ["last"], axis=1),
            ],
            {"s": np.array([0]), "e": np.array([4]), "a": np.array([1])},
        ),
    ],
    ids=["softmax-of-channels", "mixes-neighbours", "not-understood", "weights-read-elsewhere", "slice"],
)
def test_what_mixes_channels_keeps_them(nodes, stored):
    if "mask" in stored:
        nodes = [helper.make_node("Cast", ["mask"], ["bools"], to=TensorProto.BOOL), *nodes]
        nodes[1].input[0] = "bools"
    model = network(*nodes, outputs=["d"] if any("d" in node.output for node in nodes) else (), **stored)
    assert sets(model) == 0


def test_channels_of_an_output_stay():
    assert sets(network(helper.make_node("Relu", ["c"], ["last"]), outputs=["last"])) == 0


def test_a_reshape_that_reads_the_batch_size_is_understood():
    """PyTorch's `x.view(x.size(0), -1)`."""
    draw = np.random.default_rng(5)
    model = checked(
        [
            helper.make_node("Conv", ["input", "w"], ["c"], "conv", **PADS),
            helper.make_node("Shape", ["c"], ["shape"], "shape"),
            helper.make_node("Gather", ["shape", "zero"], ["batch"], "batch", axis=0),
            helper.make_node("Concat", ["batch", "rest"], ["target"], "target", axis=0),
            helper.make_node("Reshape", ["c", "target"], ["flat"], "flat"),
            helper.make_node("Gemm", ["flat", "v"], ["scores"], "gemm"),
        ],
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ("batch", *INPUT[1:]))],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ("batch", CLASSES))],
        {
            "w": draw.normal(size=(8, INPUTS, 3, 3)).astype(np.float32),
            "v": draw.normal(size=(8 * SIDE * SIDE, CLASSES)).astype(np.float32),
            "zero": np.array([0]),
            "rest": np.array([-1]),
        },
    )
    graph = ChannelGraph(model, [INPUT])
    removable = sorted(RemainingWork(graph, macs_by_operator(model, [INPUT])).removable)
    assert len(removable) == 8
    cut(graph, removable[:3])
    stored = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    assert (stored["w"], stored["v"]) == ((5, INPUTS, 3, 3), (5 * SIDE * SIDE, CLASSES))


@pytest.fixture
def source(tmp_path):
    """The tiny network, in which the last channel of the first convolution is the sum of two others."""
    model = onnx_model()
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for name in ("w1", "b1"):
        values = numpy_helper.to_array(stored[name]).copy()
        values[-1] = values[0]
        stored[name].CopyFrom(numpy_helper.from_array(values, name))
    onnx.save(model, str(tmp_path / "net.onnx"))
    return ModelSource(tmp_path / "net.onnx", "onnx", Layout.CHANNELS_FIRST, None, True, examples(60))


def pruned(source, target, share, fit):
    model = onnx.load(str(source.path))
    graph = ChannelGraph(model, [INPUT])
    layers = summing_layers(graph, list(Feeds(source, model.graph.input)))
    choose(remaining := RemainingWork(graph, macs_by_operator(model, [INPUT])), layers, share)
    chosen = {root for root in range(CHANNELS) if root not in remaining.removable}
    if fit:
        store(graph, layers)
    cut(graph, chosen)
    onnx.save(model, str(target))
    return Comparison(source, 60).error(target)


def test_what_stays_takes_over_from_what_is_removed(source, tmp_path):
    fitted, unfitted = (pruned(source, tmp_path / f"{fit}.onnx", 0.3, fit) for fit in (True, False))
    assert fitted < 0.7 * unfitted


def test_every_layer_keeps_some_channels(source, tmp_path):
    pruned(source, tmp_path / "small.onnx", 0.99, fit=True)
    left = onnx.load(str(tmp_path / "small.onnx")).graph.initializer[0].dims[0]
    assert left == max(1, -(-LEAST_KEPT * CHANNELS // 1))


def test_it_says_what_was_removed_and_what_it_loses(tmp_path):
    made = make_variant(
        ship(tmp_path), parse_recipe("prune-channels:25+int8-static"), "onnx",
        cache=tmp_path / "cache", calibration=examples, metric="top1",
    )  # fmt: skip
    assert any("% of the multiply-accumulates" in note and "points of accuracy" in note for note in made.notes)
    assert Path(made.artifact.path).is_file()


def test_it_is_for_onnx_and_suggested_where_no_trained_checkpoint_exists():
    with pytest.raises(RecipeError):
        resolve(parse_recipe("prune-channels:25"), "tflite")
    names = [step.method for recipe in suggested("onnx") for step in recipe.steps]
    assert "prune-channels" in names
    assert not [recipe for recipe in suggested("onnx", (50,)) if "prune-channels" in str(recipe)]
