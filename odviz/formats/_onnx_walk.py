"""The operators of an ONNX graph, with shapes by inference."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.model import GraphFacts, MacKind
from odviz.domain.why import LayerWork
from odviz.formats._onnx_loops import inline_loops
from odviz.formats._onnx_macs import RULES, kind_of
from odviz.formats._onnx_observed import without_branches
from odviz.formats._onnx_shapes import Shape, Tensors, attribute, infer
from odviz.formats._walk import GraphWalk, Mask, Operator, differs, unpack
from odviz.formats.onnx_graph import fix_shapes, inline_branches, parse

# Which inputs of an operator may hold what was learned: weights before biases. The running statistics of a batch
# normalization were not learned.
_FLOAT: dict[str, tuple[int, ...]] = {
    "Conv": (1, 2),
    "ConvTranspose": (1, 2),
    "Gemm": (1, 0, 2),
    "MatMul": (1, 0),
    "FusedMatMul": (1, 0),
    "Einsum": (1, 0),
    "GRU": (1, 2, 3),
    "LSTM": (1, 2, 3),
    "RNN": (1, 2, 3),
    "BatchNormalization": (1, 2),
    "InstanceNormalization": (1, 2),
    "GroupNormalization": (1, 2),
    "LayerNormalization": (1, 2),
    "SimplifiedLayerNormalization": (1,),
    "SkipLayerNormalization": (2, 3, 4),
    "PRelu": (1,),
    "Gather": (0,),
    "Add": (0, 1),
    "Sub": (0, 1),
    "Mul": (0, 1),
    "Div": (0, 1),
}
# The same of operators that compute with integers, each with the input that holds its zero point.
_INTEGER: dict[str, dict[int, int | None]] = {
    "ConvInteger": {1: 3},
    "QLinearConv": {3: 5, 8: None},
    "QGemm": {3: 5, 6: None},
    "MatMulInteger": {1: 3, 0: 2},
    "QLinearMatMul": {3: 5, 0: 2},
    "MatMulIntegerToFloat": {1: 5, 0: None, 6: None},
    "DynamicQuantizeMatMul": {1: 3, 4: None},
    "MatMulNBits": {1: None, 5: None},
    "DynamicQuantizeLSTM": {1: 9, 2: 11, 3: None},
}
_INTEGER_ARITHMETIC: dict[str, dict[int, int | None]] = {"QLinearAdd": {0: 2, 3: 5}, "QLinearMul": {0: 2, 3: 5}}
_ZERO_POINTS = _INTEGER | _INTEGER_ARITHMETIC
_LEARNED: dict[str, Iterable[int]] = {**_FLOAT, **_ZERO_POINTS}
# Alone among these, a single number is a constant of the architecture (a scale, an epsilon), not something learned.
_ARITHMETIC = frozenset(("Add", "Sub", "Mul", "Div", *_INTEGER_ARITHMETIC))
_VIEWS = frozenset(("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"))
_IN_PLACE = frozenset(
    ("Relu", "Clip", "LeakyRelu", "PRelu", "Sigmoid", "Tanh", "HardSwish", "HardSigmoid", "Elu", "Erf", "Gelu")
)


def facts(
    contents: Sequence[bytes], path: Path, companions: Sequence[Path] = (), shapes: Sequence[Sequence[int]] = ()
) -> GraphFacts:
    """Facts of an ONNX model; of Loop and Scan every turn counts, and of an If the larger branch.

    Where shapes stay open so, of an If the branch counts that ONNX Runtime finds to be taken always.

    Args:
        contents: of the main file, then of its companions.
        path: of the main file.
        companions: files that its weights may lie in.
        shapes: of a batch of one of each input, for open sizes.

    Raises:
        FileRefused: not an ONNX file, weights in a file that is no companion, or a shape that the counts need is not
            fixed.
    """
    model = _fixed(contents[0], path, companions, shapes)
    try:
        return _walk(model, path).facts(contents)
    except FileRefused:
        resolved = without_branches(_fixed(contents[0], path, companions, shapes))
        if resolved is None:
            raise
        return _walk(resolved, path).facts(contents)


def work(
    content: bytes, path: Path, companions: Sequence[Path] = (), shapes: Sequence[Sequence[int]] = ()
) -> tuple[LayerWork, ...]:
    """Work of each layer of an ONNX model; see `facts`."""
    return _walk(_fixed(content, path, companions, shapes), path).work()


def _fixed(content: bytes, path: Path, companions: Sequence[Path], shapes: Sequence[Sequence[int]]) -> Any:
    """The model, with inputs of fixed sizes."""
    model = parse(content, path, companions)
    fix_shapes(model.graph, shapes)
    return model


def _walk(model: Any, path: Path) -> _Walk:
    """The graph of a model, which is changed."""
    inline_branches(model.graph)
    turns = inline_loops(model)
    try:
        tensors = infer(model)
    except ValueError as error:
        raise FileRefused(f"{path.name} is not an ONNX model that can be read: {error}.") from None
    return _Walk(model.graph, tensors, path.name, turns)


class _Walk(GraphWalk):
    learned = _LEARNED
    views = _VIEWS | {"DequantizeLinear"}
    in_place = _IN_PLACE
    fused = frozenset({"QuantizeLinear"})
    carriers = _VIEWS | {"DequantizeLinear", "QuantizeLinear", "Cast", "Transpose"}
    dequantizer = "DequantizeLinear"

    def __init__(self, graph: Any, tensors: Tensors, name: str, turns: Mapping[str, int]) -> None:
        self.tensors, self.name, self.turns = tensors, name, turns
        sizes = {
            name: math.prod(shape) * tensors.item_bytes[name]
            for name, shape in tensors.shapes.items()
            if name in tensors.item_bytes
        }
        super().__init__(
            [
                Operator(node.op_type, tuple(node.input), tuple(node.output), node)
                for node in graph.node
                if node.op_type != "Constant"
            ],
            tensors.constants,
            [value.name for value in graph.input],
            [value.name for value in graph.output],
            sizes,
        )

    def shape(self, name: str) -> Shape:
        shape = self.tensors.shapes.get(name)
        if shape is None:
            raise FileRefused(
                f"{self.name}: the shape of {name!r} is not fixed, so the work on it cannot be counted; "
                "export the model with static shapes."
            )
        return shape

    def macs(self, op: Operator) -> int | None:
        rule = RULES.get(op.kind)
        return rule(op.node, self.shape) * self.turns.get(op.outputs[0], 1) if rule else None

    def mac_kind(self, op: Operator) -> MacKind:
        return kind_of(op.node, self.shape)

    def is_quantized(self, op: Operator) -> bool:
        if op.kind in _INTEGER:
            return True
        factors = [*reversed(op.inputs[:2])] if op.kind in ("MatMul", "FusedMatMul", "Gemm", "Einsum") else []
        weights = [name for name in factors if name in self.constant] or factors or [op.inputs[1]]
        return all(self.origin(name)[1] is not None for name in weights)

    def nonzero(self, op: Operator, index: int, name: str, dequantize: Operator | None) -> Mask | None:
        values = self.tensors.constants[name]
        if op.kind == "MatMulNBits" and index == 1:
            return _packed_nonzero(op.node, values, self.tensors.constants)
        zero_at = 2 if dequantize else _ZERO_POINTS.get(op.kind, {}).get(index)
        if values.dtype.kind in "iub" and zero_at is None and op.kind not in _INTEGER:
            return None  # shapes, indices, masks
        if op.kind in _ARITHMETIC and (values.size == 1 or self._scales(op, index)):
            return None
        zero, axis = self._zero_point(dequantize or op, zero_at), values.ndim - 1
        if dequantize:
            axis = next((entry.i for entry in dequantize.node.attribute if entry.name == "axis"), 1)
        elif "Conv" in op.kind:
            axis = 0
        if values.dtype.kind != "f":
            values = values.astype(np.int64)  # also 4-bit types that numpy cannot compare
        if zero.size > 1 and zero.size != values.shape[axis]:  # recurrences keep one row per direction
            return np.asarray(values != zero.reshape(zero.shape[0], 1, -1))
        return differs(values, zero, axis)

    def _scales(self, op: Operator, index: int) -> bool:
        """Whether the other operand is the scale of a dynamic quantizer, so that this one is a scale too."""
        return any(
            self.producer[operand].kind == "DynamicQuantizeLinear"
            for position, operand in enumerate(op.inputs)
            if position != index and operand in self.producer
        )

    def _zero_point(self, op: Operator, index: int | None) -> NDArray[np.int64]:
        if index is None or len(op.inputs) <= index or op.inputs[index] not in self.tensors.constants:
            return np.zeros((), np.int64)
        return self.tensors.constants[op.inputs[index]].astype(np.int64)


def _packed_nonzero(node: Any, packed: Array, constants: Any) -> Mask:
    """Which of the N × K weights of a MatMulNBits are not at their block's zero point; padding is left out."""
    bits, rows, columns = (attribute(node, name) for name in ("bits", "N", "K"))
    block = attribute(node, "block_size")
    values = unpack(packed, bits or 4).reshape(rows, -1)[:, :columns]
    zero: Array = np.full((rows, 1), 1 << ((bits or 4) - 1))
    if len(node.input) > 3 and node.input[3] in constants:
        stored = constants[node.input[3]]
        blocks = -(-columns // block)
        zero = unpack(stored, bits or 4).reshape(rows, -1)[:, :blocks] if stored.dtype.kind == "u" else stored
        zero = np.repeat(zero.reshape(rows, -1), block, axis=1)[:, :columns]
    return np.asarray(values != zero)
