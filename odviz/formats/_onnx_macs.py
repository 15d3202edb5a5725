"""Multiply-accumulates of one ONNX operator, from the shapes of its tensors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from odviz.domain.model import MacKind
from odviz.formats._onnx_shapes import Shape, attribute
from odviz.formats._walk import convolution_kind, product_kind

Shapes = Callable[[str], Shape]


def kind_of(node: Any, shape: Shapes) -> MacKind:
    """The kind of an operator's multiply-accumulates: of a convolution, product or recurrence."""
    if node.op_type in _FILTERS:
        _, channels, *kernel = shape(node.input[_FILTERS[node.op_type]])
        steps = [step for entry in node.attribute if entry.name in ("strides", "dilations") for step in entry.ints]
        return convolution_kind(kernel, steps, attribute(node, "group") or 1, channels)
    if node.op_type == "ConvTranspose":
        return MacKind.CONV
    return MacKind.DENSE if node.op_type in _RECURRENT else product_kind(shape(node.output[0]))


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


def _einsum(node: Any, shape: Shapes) -> int:
    """Every output element is a sum over the labels that the output has not."""
    equation = next(entry.s.decode() for entry in node.attribute if entry.name == "equation").replace(" ", "")
    terms, arrow, output = equation.partition("->")
    if not arrow:  # then the output has the labels that occur once
        output = "".join(label for label in terms if label.isalpha() and terms.count(label) == 1)
    sizes: dict[str, int] = {}
    for term, name in zip(terms.split(","), node.input, strict=True):
        before, _, after = term.partition("...")
        sizes |= dict(zip(before, shape(name), strict=False))
        sizes |= dict(zip(reversed(after), reversed(shape(name)), strict=False))
    return math.prod(shape(node.output[0])) * math.prod(size for label, size in sizes.items() if label not in output)


def _recurrence(gates: int) -> Callable[[Any, Shapes], int]:
    """Input (steps, batch, features): in each step every gate sees the features and the hidden state.

    In a branch that is not taken, which may be the one that is counted, the input can have an axis more.
    """

    def count(node: Any, shape: Shapes) -> int:
        *sizes, features = shape(node.input[0])
        hidden, directions = attribute(node, "hidden_size"), shape(node.input[1])[0]
        return math.prod(sizes) * directions * gates * hidden * (features + hidden)

    return count


_RECURRENT = {"RNN": 1, "GRU": 3, "LSTM": 4, "DynamicQuantizeLSTM": 4}
"""Gates of each recurrence."""

RULES: dict[str, Callable[[Any, Shapes], int]] = {
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
    "Einsum": _einsum,
    **{operator: _recurrence(gates) for operator, gates in _RECURRENT.items()},
}
"""Multiply-accumulates of one operator, by its type."""
