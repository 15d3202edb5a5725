"""What ONNX operators with stored weights do with channels; see `_channels`.

Each function is a rule as those in `_channel_rules`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from odviz.compression._channels import ChannelGraph

Ids = NDArray[np.int64]


def attributes(node: Any) -> dict[str, Any]:
    """Values of an operator's attributes, by name."""
    import onnx

    return {entry.name: onnx.helper.get_attribute_value(entry) for entry in node.attribute}


def summed_axis(node: Any) -> int | None:
    """The axis of its weights over which a layer sums; None for other operators."""
    if node.op_type == "Gemm" and attributes(node).get("transB"):
        return 1
    return {"Conv": 1, "ConvTranspose": 0, "Gemm": 0, "MatMul": 0}.get(node.op_type)


def convolution(graph: ChannelGraph, node: Any) -> bool:
    source, weights = node.input[:2]
    channels, shape = graph.channels(source), graph.shape(weights)
    if not graph.is_stored(weights) or shape is None or (channels and channels.axis != 1):
        return False
    groups = attributes(node).get("group", 1)
    outputs, inputs = shape[:2]
    if groups > 1 and inputs == 1:
        if channels is None:
            return True
        made = np.repeat(channels.ids, outputs // groups)
        graph.depthwise.append((node, channels.ids))
    else:
        made = graph.new(outputs)
        if groups > 1:
            _alike(graph, made, groups)
        if channels:
            if groups > 1:
                _alike(graph, channels.ids, groups)
            graph.bind(weights, 1, channels.ids[:inputs])
    _bind_outputs(graph, node, 0, made)
    graph.write(node.output[0], 1, made)
    return True


def _alike(graph: ChannelGraph, ids: Ids, groups: int) -> None:
    """Tie the channels at the same place of each group, so that groups stay equally large."""
    rows = ids.reshape(groups, -1)
    for row in rows[1:]:
        graph.join(rows[0], row)


def _bind_outputs(graph: ChannelGraph, node: Any, axis: int, made: Ids) -> None:
    graph.bind(node.input[1], axis, made)
    graph.read(node.input[1])
    for name in filter(None, node.input[2:3]):
        graph.bind(name, len(graph.shape(name) or (0,)) - 1, made)
        graph.read(name)


def transposed_convolution(graph: ChannelGraph, node: Any) -> bool:
    """Filters (inputs, outputs, …)."""
    channels, shape = graph.channels(node.input[0]), graph.shape(node.input[1])
    if attributes(node).get("group", 1) != 1 or not graph.is_stored(node.input[1]) or shape is None:
        return False
    if channels:
        if channels.axis != 1:
            return False
        graph.bind(node.input[1], 0, channels.ids)
    made = graph.new(shape[1])
    _bind_outputs(graph, node, 1, made)
    graph.write(node.output[0], 1, made)
    return True


def gemm(graph: ChannelGraph, node: Any) -> bool:
    options, shape = attributes(node), graph.shape(node.input[1])
    bias = graph.shape(node.input[2]) if len(node.input) > 2 and node.input[2] else None
    if options.get("transA") or not graph.is_stored(node.input[1]) or shape is None:
        return False
    by_rows = bool(options.get("transB"))
    made = shape[0 if by_rows else 1]
    if bias is not None and (bias[-1:] != (made,) or math.prod(bias) != made):
        return False
    return _product(graph, node, 1 if by_rows else 0)


def matmul(graph: ChannelGraph, node: Any) -> bool:
    shape = graph.shape(node.input[1])
    if not graph.is_stored(node.input[1]) or shape is None or len(shape) != 2:
        return False
    return _product(graph, node, 0)


def _product(graph: ChannelGraph, node: Any, inner: int) -> bool:
    """A product by a stored matrix, whose axis `inner` is summed over."""
    channels, rank = graph.channels(node.input[0]), len(graph.shape(node.output[0]) or ())
    if not rank:
        return False
    if channels:
        if channels.axis == rank - 1:
            graph.bind(node.input[1], inner, channels.ids)
        else:
            graph.lock(node.input[0])
    shape = graph.shape(node.input[1]) or (0, 0)
    made = graph.new(shape[1 - inner])
    _bind_outputs(graph, node, 1 - inner, made)
    graph.write(node.output[0], rank - 1, made)
    return True


def normalization(graph: ChannelGraph, node: Any) -> bool:
    """Batch or instance normalization: every further input has a number for each channel of axis 1."""
    channels = graph.channels(node.input[0])
    if channels is None:
        return True
    if channels.axis != 1:
        return False
    for name in node.input[1:]:
        graph.bind(name, 0, channels.ids)
        graph.read(name)
    graph.write(node.output[0], 1, channels.ids)
    return True


def gather(graph: ChannelGraph, node: Any) -> bool:
    """An embedding makes channels; picking places along another axis keeps them."""
    table, axis = graph.shape(node.input[0]), attributes(node).get("axis", 0)
    indices, channels = graph.shape(node.input[1]), graph.channels(node.input[0])
    if graph.is_stored(node.input[0]) and table is not None and len(table) == 2 and axis == 0 and indices is not None:
        made = graph.new(table[1])
        graph.bind(node.input[0], 1, made)
        graph.read(node.input[0])
        graph.write(node.output[0], len(indices), made)
        return True
    if channels is None:
        return True
    if table is None or indices is None or axis % len(table) == channels.axis:
        return False
    shift = len(indices) - 1 if channels.axis > axis % len(table) else 0
    graph.write(node.output[0], channels.axis + shift, channels.ids)
    return True
