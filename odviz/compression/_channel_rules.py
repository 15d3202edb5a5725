"""What each ONNX operator does with channels; see `_channels`.

A rule records the channels of the outputs, and binds the stored tensors that the operator reads. It returns whether it
has understood the operator; otherwise all channels that reach it are kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from odviz.compression._channel_layers import (
    attributes,
    convolution,
    gather,
    gemm,
    matmul,
    normalization,
    transposed_convolution,
)

if TYPE_CHECKING:
    from odviz.compression._channels import ChannelGraph

Rule = Callable[["ChannelGraph", Any], bool]
Ids = NDArray[np.int64]


def _pass(graph: ChannelGraph, node: Any) -> bool:
    channels = graph.channels(node.input[0])
    if channels:
        for name in filter(None, node.output[:1]):
            graph.write(name, channels.axis, channels.ids)
    return True


def _spatial(graph: ChannelGraph, node: Any) -> bool:
    """Pooling: works on each channel of axis 1 on its own."""
    channels = graph.channels(node.input[0])
    return _pass(graph, node) if channels is None or channels.axis == 1 else False


def _elementwise(graph: ChannelGraph, node: Any) -> bool:
    """An operator on each place of tensors that are broadcast against each other."""
    shapes, out = [graph.shape(name) for name in node.input], graph.shape(node.output[0])
    carried = [channels for name in node.input if (channels := graph.channels(name))]
    if not carried:
        return True
    if out is None or any(shape is None for shape in shapes):
        return False
    offsets = [len(out) - len(shape or ()) for shape in shapes]
    places = {
        channels.axis + offset
        for name, offset in zip(node.input, offsets, strict=True)
        if (channels := graph.channels(name))
    }
    ids, axis = carried[0].ids, min(places)
    if len(places) > 1 or any(len(channels.ids) != out[axis] for channels in carried):
        return False
    for other in carried[1:]:
        graph.join(ids, other.ids)
    for name, shape, offset in zip(node.input, shapes, offsets, strict=True):
        own = axis - offset
        if graph.channels(name) is None and own >= 0 and (shape or ())[own] != 1:
            graph.bind(name, own, ids)
            graph.read(name)
    graph.write(node.output[0], axis, ids)
    return True


def _concat(graph: ChannelGraph, node: Any) -> bool:
    shapes = [graph.shape(name) for name in node.input]
    carried = [graph.channels(name) for name in node.input]
    known = [channels for channels in carried if channels]
    if not known:
        return True
    rank = len(graph.shape(node.output[0]) or ())
    axis = attributes(node)["axis"] % (rank or 1)
    if not rank or any(shape is None for shape in shapes) or len({channels.axis for channels in known}) > 1:
        return False
    if known[0].axis != axis:
        if len(known) < len(carried):
            return False
        for other in known[1:]:
            graph.join(known[0].ids, other.ids)
        graph.write(node.output[0], known[0].axis, known[0].ids)
        return True
    parts = []
    for channels, shape in zip(carried, shapes, strict=True):
        ids = channels.ids if channels else graph.new((shape or ())[axis])
        if channels is None:
            graph.lock_ids(ids)
        parts.append(ids)
    graph.write(node.output[0], axis, np.concatenate(parts))
    return True


def _split(graph: ChannelGraph, node: Any) -> bool:
    channels, shape = graph.channels(node.input[0]), graph.shape(node.input[0])
    if channels is None:
        return True
    if shape is None:
        return False
    if attributes(node).get("axis", 0) % len(shape) != channels.axis:
        for name in node.output:
            graph.write(name, channels.axis, channels.ids)
        return True
    sizes = graph.value(node.input[1]) if len(node.input) > 1 and node.input[1] else None
    if sizes is None:
        return False
    parts = np.split(channels.ids, np.cumsum(sizes)[:-1])
    for place, (name, ids) in enumerate(zip(node.output, parts, strict=True)):
        graph.write(name, channels.axis, ids)
        graph.resize(node, 1, place, ids)
    return True


def _transpose(graph: ChannelGraph, node: Any) -> bool:
    channels = graph.channels(node.input[0])
    if channels:
        rank = len(graph.shape(node.input[0]) or ())
        order = list(attributes(node).get("perm", range(rank - 1, -1, -1)))
        if not order:
            return False
        graph.write(node.output[0], order.index(channels.axis), channels.ids)
    return True


def _view(graph: ChannelGraph, node: Any) -> bool:
    """Flatten, Squeeze and Unsqueeze: the same numbers in the same order, in another shape that follows by itself."""
    moved = _moved(graph, node)
    if moved is None:
        return graph.channels(node.input[0]) is None
    graph.write(node.output[0], *moved)
    return True


def _reshape(graph: ChannelGraph, node: Any) -> bool:
    moved, sizes = _moved(graph, node), graph.value(node.input[1])
    if moved is None:
        return graph.channels(node.input[0]) is None
    axis, ids = moved
    if sizes is None:
        parts = graph.producer(node.input[1])
        if parts is None or parts.op_type != "Concat" or any(graph.shape(name) != (1,) for name in parts.input):
            return False
        size = graph.value(parts.input[axis])
        if size is None or size.item() != -1:
            return False
    elif sizes[axis] > 0:
        graph.resize(node, 1, axis, ids)
    graph.write(node.output[0], axis, ids)
    return True


def _moved(graph: ChannelGraph, node: Any) -> tuple[int, Ids] | None:
    """The axis along which a view has the channels of its input, and their numbers; None if they are on several."""
    channels, shape, out = graph.channels(node.input[0]), graph.shape(node.input[0]), graph.shape(node.output[0])
    if channels is None or shape is None or out is None or math.prod(shape) != math.prod(out):
        return None
    places = [1] * len(shape)
    places[channels.axis] = -1
    field = np.broadcast_to(channels.ids.reshape(places), shape).reshape(out)
    for axis, size in enumerate(out):
        rows = np.moveaxis(field, axis, 0).reshape(size, -1)
        if (rows == rows[:, :1]).all() and (size > 1 or field.size == 1):
            return axis, rows[:, 0]
    return None


def _reduce(graph: ChannelGraph, node: Any) -> bool:
    channels, shape, options = graph.channels(node.input[0]), graph.shape(node.input[0]), attributes(node)
    if channels is None:
        return True
    axes = options.get("axes")
    if axes is None and len(node.input) > 1:
        axes = graph.value(node.input[1])
    if axes is None or shape is None:
        return False
    gone = sorted(int(axis) % len(shape) for axis in axes)
    if channels.axis in gone:
        return False
    shift = 0 if options.get("keepdims", 1) else sum(axis < channels.axis for axis in gone)
    graph.write(node.output[0], channels.axis - shift, channels.ids)
    return True


def _along_axis(first: int, to_the_end: bool) -> Rule:
    """An operator that mixes the places along an axis, and works on each place of the others alone."""

    def rule(graph: ChannelGraph, node: Any) -> bool:
        channels, shape = graph.channels(node.input[0]), graph.shape(node.input[0])
        if channels is None:
            return True
        if shape is None:
            return False
        axis = attributes(node).get("axis", first) % len(shape)
        mixed = channels.axis >= axis if to_the_end else channels.axis == axis
        return False if mixed else _pass(graph, node)

    return rule


def _pad(graph: ChannelGraph, node: Any) -> bool:
    channels, shape = graph.channels(node.input[0]), graph.shape(node.input[0])
    amounts = graph.value(node.input[1]) if len(node.input) > 1 else None
    if channels is None:
        return True
    if shape is None or amounts is None or len(amounts) != 2 * len(shape):
        return False
    return False if amounts[channels.axis] or amounts[channels.axis + len(shape)] else _pass(graph, node)


def _resize(graph: ChannelGraph, node: Any) -> bool:
    channels, names = graph.channels(node.input[0]), [*node.input[1:], "", "", ""]
    if channels is None:
        return True
    scales, sizes = graph.value(names[1]), graph.value(names[2])
    if "axes" in attributes(node):
        return False
    if names[2]:
        if sizes is None or len(sizes) <= channels.axis:
            return False
        graph.resize(node, 3, channels.axis, channels.ids)
    elif scales is None or len(scales) <= channels.axis or scales[channels.axis] != 1:
        return False
    return _pass(graph, node)


def _slice(graph: ChannelGraph, node: Any) -> bool:
    channels, shape = graph.channels(node.input[0]), graph.shape(node.input[0])
    if channels is None:
        return True
    axes = graph.value(node.input[3]) if len(node.input) > 3 and node.input[3] else None
    if shape is None or axes is None or channels.axis in [int(axis) % len(shape) for axis in axes]:
        return False
    return _pass(graph, node)


def _shape(graph: ChannelGraph, node: Any) -> bool:
    """Reading the batch size alone does not depend on channels."""
    return graph.channels(node.input[0]) is None or all(
        reader.op_type == "Gather" and (index := graph.value(reader.input[1])) is not None and not index.any()
        for reader in graph.readers(node.output[0])
    )


_UNARY = (
    "Abs", "Cast", "Ceil", "Celu", "Clip", "Dropout", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish",
    "Identity", "LeakyRelu", "Log", "Mish", "Neg", "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sign", "Softplus",
    "Softsign", "Sqrt", "Tanh", "ThresholdedRelu",
)  # fmt: skip
_POOLS = ("AveragePool", "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool", "LpPool", "MaxPool")
_ELEMENTWISE = ("Add", "Div", "Max", "Mean", "Min", "Mul", "PRelu", "Pow", "Sub", "Sum")
_REDUCTIONS = (
    "ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum",
    "ReduceSumSquare",
)  # fmt: skip

RULES: Mapping[str, Rule] = {
    **dict.fromkeys(_UNARY, _pass),
    **dict.fromkeys(_POOLS, _spatial),
    **dict.fromkeys(_ELEMENTWISE, _elementwise),
    **dict.fromkeys(_REDUCTIONS, _reduce),
    **dict.fromkeys(("Flatten", "Squeeze", "Unsqueeze"), _view),
    **dict.fromkeys(("BatchNormalization", "InstanceNormalization"), normalization),
    **dict.fromkeys(("Softmax", "LogSoftmax"), _along_axis(-1, to_the_end=False)),
    "LayerNormalization": _along_axis(-1, to_the_end=True),
    "Concat": _concat,
    "Conv": convolution,
    "ConvTranspose": transposed_convolution,
    "Gather": gather,
    "Gemm": gemm,
    "MatMul": matmul,
    "Pad": _pad,
    "Reshape": _reshape,
    "Resize": _resize,
    "Shape": _shape,
    "Slice": _slice,
    "Split": _split,
    "Transpose": _transpose,
}
