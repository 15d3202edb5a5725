"""Multiply-accumulates of one ONNX operator, from the shapes of its tensors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from odviz.graph.onnx_shapes import Shape

# Where an operator keeps its data and its weights.
_CONV = {"Conv": (0, 1), "ConvInteger": (0, 1), "QLinearConv": (0, 3), "FusedConv": (0, 1)}
_PRODUCT = {
    "MatMul": (0, 1),
    "FusedMatMul": (0, 1),
    "MatMulInteger": (0, 1),
    "MatMulIntegerToFloat": (0, 1),
    "DynamicQuantizeMatMul": (0, 1),
    "QLinearMatMul": (0, 3),
}
_GATES = {"GRU": 3, "LSTM": 4, "DynamicQuantizeLSTM": 4, "RNN": 1}


def macs(node: Any, shape: Callable[[str], Shape]) -> int | None:
    """Multiply-accumulates of one operator.

    Biases, normalizations, activations and element-wise work are not counted, as is usual.

    Args:
        node: an `onnx.NodeProto`.
        shape: gives the static shape of a tensor by name.

    Returns:
        The count, or None for an operator that is no convolution, product or recurrence.
    """
    kind = node.op_type
    if kind in _CONV:
        # (O, I / groups, *kernel): every output element is a sum over one filter.
        weight = shape(node.input[_CONV[kind][1]])
        return math.prod(shape(node.output[0])) * math.prod(weight[1:])
    if kind == "ConvTranspose":
        # (I, O / groups, *kernel): every input element is spread over one filter.
        return math.prod(shape(node.input[0])) * math.prod(shape(node.input[1])[1:])
    if kind in _PRODUCT:
        left = shape(node.input[_PRODUCT[kind][0]])
        inner = left[-2] if attribute(node, "transA") else left[-1]
        return math.prod(shape(node.output[0])) * inner
    if kind in ("Gemm", "QGemm"):
        left = shape(node.input[0])
        return math.prod(shape(node.output[0])) * left[0 if attribute(node, "transA") else 1]
    if kind == "MatMulNBits":
        return math.prod(shape(node.input[0])) * attribute(node, "N")
    if kind in _GATES:
        steps, batch, inputs = shape(node.input[0])
        hidden = attribute(node, "hidden_size")
        directions = shape(node.input[1])[0]
        return steps * batch * directions * _GATES[kind] * hidden * (inputs + hidden)
    return None


def attribute(node: Any, name: str) -> int:
    """An integer attribute of a node; 0 where it is not set."""
    return next((int(found.i) for found in node.attribute if found.name == name), 0)
