"""Bias correction: the mean of each layer's output is brought back to what it was (Nagel et al. 2019).

Rounding shifts the means of outputs. The shifts are measured on calibration items, layer after layer, because each one
is shifted by those before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from odviz.arrays import Floats
from odviz.formats.onnx_run import outputs_of

_CHANNEL_AXIS = {"Conv": 1, "Gemm": -1}
"""Axis of the output of a layer that has a bias along which its channels lie."""


def layers(model: Any) -> list[Any]:
    """The operators of a model whose biases can be corrected, in file order."""
    return [node for node in model.graph.node if node.op_type in _CHANNEL_AXIS]


def add_missing(model: Any) -> None:
    """Give each layer that has no bias one of zeros, in place."""
    import onnx

    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in layers(model):
        if node.input[1] not in stored or (len(node.input) > 2 and node.input[2]):
            continue
        weights = stored[node.input[1]]
        by_rows = node.op_type == "Conv" or any(entry.name == "transB" and entry.i for entry in node.attribute)
        name = f"{node.output[0]}_bias"
        dtype = onnx.helper.tensor_dtype_to_np_dtype(weights.data_type)
        zeros = np.zeros(weights.dims[0 if by_rows else 1], dtype)
        model.graph.initializer.append(onnx.numpy_helper.from_array(zeros, name))
        del node.input[2:]
        node.input.append(name)


def means(model: Any, nodes: Sequence[Any], feeds: Iterable[dict[str, Any]]) -> dict[str, Floats]:
    """Mean output of each channel of layers, by the name of the layer's output."""
    sums: dict[str, Floats] = {}
    count = 0
    for arrays in outputs_of(model, [node.output[0] for node in nodes], feeds) if nodes else ():
        count += 1
        for node, array in zip(nodes, arrays, strict=True):
            channels = np.moveaxis(array.astype(float), _CHANNEL_AXIS[node.op_type], 0)
            own = channels.reshape(len(channels), -1).mean(axis=1)
            sums[node.output[0]] = sums.get(node.output[0], 0.0) + own
    return {name: total / count for name, total in sums.items()}


def correct(model: Any, expected: Mapping[str, Floats], feeds: Sequence[dict[str, Any]]) -> None:
    """Add to each bias what the mean of its layer's output has lost, in place.

    Args:
        model: float, or quantized in QDQ form.
        expected: mean output of each channel, by the name of the layer's output; of others nothing is done.
        feeds: the items that the means are of.
    """
    import onnx

    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    producer = {name: node for node in model.graph.node for name in node.output}
    readers = [name for node in model.graph.node for name in node.input]
    for node in layers(model):
        name = node.input[2] if len(node.input) > 2 else ""
        if node.output[0] not in expected or not name or readers.count(name) > 1:
            continue
        source = producer.get(name)
        scale = np.ones(())
        if source is not None and source.op_type == "DequantizeLinear":
            name, scale = source.input[0], onnx.numpy_helper.to_array(stored[source.input[1]])
        if name not in stored:
            continue
        shift = expected[node.output[0]] - means(model, [node], feeds)[node.output[0]]
        bias = onnx.numpy_helper.to_array(stored[name])
        steps = shift / scale
        moved = bias + (np.rint(steps) if bias.dtype.kind == "i" else steps)
        stored[name].CopyFrom(onnx.numpy_helper.from_array(moved.astype(bias.dtype), name))
