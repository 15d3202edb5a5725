"""Multiply-accumulates of one ONNX operator, from the shapes of its tensors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from odviz.formats._onnx_shapes import Shape, attribute

Shapes = Callable[[str], Shape]


def macs(node: Any, shape: Shapes) -> int | None:
    """Multiply-accumulates of one operator.

    Biases, normalizations, activations and element-wise work are not counted, as is usual.

    Args:
        node: an `onnx.NodeProto`.
        shape: gives the static shape of a tensor by name.

    Returns:
        The count, or None for an operator that is no convolution, product or recurrence.
    """
    rule = _RULES.get(node.op_type)
    return None if rule is None else rule(node, shape)


def depthwise(node: Any, shape: Shapes) -> bool:
    """Whether it is a depthwise convolution: several groups of one input channel each."""
    weights = _FILTERS.get(node.op_type)
    return weights is not None and (attribute(node, "group") or 1) > 1 and shape(node.input[weights])[1] == 1


_FILTERS = {"Conv": 1, "FusedConv": 1, "ConvInteger": 1, "QLinearConv": 3}
"""Which input of a convolution holds its filters."""


def _convolution(weights: int) -> Callable[[Any, Shapes], int]:
    """Filters (O, I / groups, *kernel): every output element is a sum over one."""
    return lambda node, shape: math.prod(shape(node.output[0])) * math.prod(shape(node.input[weights])[1:])


def _transposed_convolution(node: Any, shape: Shapes) -> int:
    """Filters (I, O / groups, *kernel): every input element is spread over one."""
    return math.prod(shape(node.input[0])) * math.prod(shape(node.input[1])[1:])


def _product(node: Any, shape: Shapes) -> int:
    """(…, M, K) × (…, K, N), of stored weights or of two activations."""
    inner = shape(node.input[0])[-2 if attribute(node, "transA") else -1]
    return math.prod(shape(node.output[0])) * inner


def _packed_product(node: Any, shape: Shapes) -> int:
    return math.prod(shape(node.input[0])) * attribute(node, "N")


def _recurrence(gates: int) -> Callable[[Any, Shapes], int]:
    """Input (steps, batch, features): in each step every gate sees the features and the hidden state."""

    def count(node: Any, shape: Shapes) -> int:
        steps, batch, features = shape(node.input[0])
        hidden, directions = attribute(node, "hidden_size"), shape(node.input[1])[0]
        return steps * batch * directions * gates * hidden * (features + hidden)

    return count


_RULES: dict[str, Callable[[Any, Shapes], int]] = {
    **{operator: _convolution(weights) for operator, weights in _FILTERS.items()},
    "ConvTranspose": _transposed_convolution,
    "MatMul": _product,
    "FusedMatMul": _product,
    "Gemm": _product,
    "QGemm": _product,
    "MatMulInteger": _product,
    "MatMulIntegerToFloat": _product,
    "DynamicQuantizeMatMul": _product,
    "QLinearMatMul": _product,
    "MatMulNBits": _packed_product,
    "RNN": _recurrence(1),
    "GRU": _recurrence(3),
    "LSTM": _recurrence(4),
    "DynamicQuantizeLSTM": _recurrence(4),
}
