"""Counts of an ONNX graph: shapes by inference, then one pass over the operators in file order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import FileRefused
from odviz.formats._onnx_macs import kind_of, macs
from odviz.formats._onnx_shapes import Shape, Tensors, attribute, infer
from odviz.formats._tally import Aliases, Tally, Touch, peak_bytes

# Which inputs of an operator may hold what was learned: weights before biases. The running statistics of a batch
# normalization were not learned.
_LEARNED: dict[str, tuple[int, ...]] = {
    "Conv": (1, 2),
    "ConvTranspose": (1, 2),
    "ConvInteger": (1,),
    "QLinearConv": (3, 8),
    "Gemm": (1, 0, 2),
    "QGemm": (3, 6),
    "MatMul": (1, 0),
    "FusedMatMul": (1, 0),
    "MatMulInteger": (1, 0),
    "QLinearMatMul": (3, 0),
    "MatMulIntegerToFloat": (1, 0, 6),
    "DynamicQuantizeMatMul": (1, 4),
    "MatMulNBits": (1, 5),
    "GRU": (1, 2, 3),
    "LSTM": (1, 2, 3),
    "RNN": (1, 2, 3),
    "DynamicQuantizeLSTM": (1, 2, 3),
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
    "QLinearAdd": (0, 3),
    "QLinearMul": (0, 3),
}
# Alone among these, a single number is a constant of the architecture (a scale, an epsilon), not something learned.
_ARITHMETIC = frozenset({"Add", "Sub", "Mul", "Div", "QLinearAdd", "QLinearMul"})
_INTEGER_OPS = frozenset(
    ("ConvInteger", "QLinearConv", "QGemm", "MatMulInteger", "QLinearMatMul", "MatMulIntegerToFloat")
) | {"DynamicQuantizeMatMul", "MatMulNBits", "DynamicQuantizeLSTM"}
# Where an integer operator keeps the zero point of a weight.
_ZERO_POINT = {
    ("QLinearConv", 3): 5,
    ("QGemm", 3): 5,
    ("ConvInteger", 1): 3,
    ("MatMulInteger", 1): 3,
    ("MatMulInteger", 0): 2,
    ("QLinearMatMul", 3): 5,
    ("QLinearMatMul", 0): 2,
    ("MatMulIntegerToFloat", 1): 5,
    ("DynamicQuantizeMatMul", 1): 3,
    ("DynamicQuantizeLSTM", 1): 9,
    ("DynamicQuantizeLSTM", 2): 11,
    ("QLinearAdd", 0): 2,
    ("QLinearAdd", 3): 5,
    ("QLinearMul", 0): 2,
    ("QLinearMul", 3): 5,
}
_VIEWS = frozenset(("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"))
# A stored tensor passes through these on its way to its operator with as many learned numbers as before.
_CARRIERS = _VIEWS | {"DequantizeLinear", "QuantizeLinear", "Cast", "Transpose"}
_IN_PLACE = frozenset(
    ("Relu", "Clip", "LeakyRelu", "PRelu", "Sigmoid", "Tanh", "HardSwish", "HardSigmoid", "Elu", "Erf", "Gelu")
)


def walk(raw: bytes, path: Path, companions: Sequence[Path] = ()) -> Tally:
    """Count over an ONNX file; the bodies of If, Loop and Scan are not entered.

    Args:
        raw: contents of the file.
        path: of the file.
        companions: files that its weights may lie in.

    Raises:
        FileRefused: not an ONNX file, weights in a file that is no companion, or a shape that the counts need is not
            fixed.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    try:
        model = onnx.ModelProto()
        model.ParseFromString(raw)
        if not model.graph.node:
            raise ValueError("it holds no operators")
        _load_external_data(model, companions)
        tensors = infer(model)
    except (DecodeError, ValueError) as error:
        raise FileRefused(f"{path.name} is not an ONNX model that can be read: {error}.") from None
    return _Walk(model.graph, tensors, path.name).tally()


def _load_external_data(model: Any, companions: Sequence[Path]) -> None:
    """Load the tensors that lie in companion files.

    Raises:
        ValueError: a tensor lies in another file.
    """
    import onnx

    folders = {companion.name: str(companion.parent) for companion in companions}
    for tensor in model.graph.initializer:
        if tensor.data_location != onnx.TensorProto.EXTERNAL:
            continue
        location = next((entry.value for entry in tensor.external_data if entry.key == "location"), "")
        if location not in folders:
            raise ValueError("it keeps weights in another file")
        onnx.external_data_helper.load_external_data_for_tensor(tensor, folders[location])
        tensor.data_location = onnx.TensorProto.DEFAULT


class _Walk:
    def __init__(self, graph: Any, tensors: Tensors, name: str) -> None:
        self.graph, self.tensors, self.name = graph, tensors, name
        self.nodes = [node for node in graph.node if node.op_type != "Constant"]
        self.producer = {output: node for node in self.nodes for output in node.output if output}
        self.constant = set(tensors.constants)  # and everything computed from nothing but constants
        for node in self.nodes:
            if all(not source or source in self.constant for source in node.input):
                self.constant.update(node.output)

    def tally(self) -> Tally:
        tally = Tally()
        learned: dict[str, NDArray[np.bool_]] = {}  # by stored tensor, so that a shared one counts once
        for node in self.nodes:
            tally.count(node.op_type)
            work = macs(node, self._shape)
            if work is not None:
                tally.macs += work
                tally.activations += math.prod(self._shape(next(name for name in node.output if name)))
                tally.kinds[kind_of(node, self._shape)] += work
                tally.compute_ops += 1
                tally.quantized_ops += self._quantized(node)
            for index in _LEARNED.get(node.op_type, ()):
                self._learn(node, index, learned)
        tally.parameters = sum(mask.size for mask in learned.values())
        tally.nonzero_parameters = sum(int(mask.sum()) for mask in learned.values())
        tally.peak_activation_bytes = self._peak()
        return tally

    def _shape(self, name: str) -> Shape:
        shape = self.tensors.shapes.get(name)
        if shape is None:
            raise FileRefused(
                f"{self.name}: the shape of {name!r} is not fixed, so the work on it cannot be counted; "
                "export the model with static shapes."
            )
        return shape

    def _origin(self, name: str) -> tuple[str, Any]:
        """Where a tensor comes from: its name before views, casts and Q/DQ, and the last DequantizeLinear passed."""
        dequantize = None
        while name not in self.tensors.constants and name in self.producer:
            node = self.producer[name]
            if node.op_type not in _CARRIERS:
                break
            if node.op_type == "DequantizeLinear":
                dequantize = node
            name = node.input[0]
        return name, dequantize

    def _quantized(self, node: Any) -> bool:
        """Whether the weights are integers; of a product of two activations, both factors."""
        if node.op_type in _INTEGER_OPS:
            return True
        factors = [node.input[1], node.input[0]] if node.op_type in ("MatMul", "FusedMatMul", "Gemm") else []
        weights = [name for name in factors if name in self.constant] or factors or [node.input[1]]
        return all(self._origin(name)[1] is not None for name in weights)

    def _learn(self, node: Any, index: int, learned: dict[str, NDArray[np.bool_]]) -> None:
        """Record which numbers of the stored tensor behind an input are not zero."""
        if len(node.input) <= index:
            return
        name, dequantize = self._origin(node.input[index])
        values = self.tensors.constants.get(name)
        if values is None or name in learned:
            return
        if node.op_type == "MatMulNBits" and index == 1:
            learned[name] = _packed_nonzero(node, values, self.tensors.constants)
            return
        zero_at = _ZERO_POINT.get((node.op_type, index))
        if values.dtype.kind in "iub" and dequantize is None and zero_at is None and node.op_type not in _INTEGER_OPS:
            return  # shapes, indices, masks
        if node.op_type in _ARITHMETIC and (values.size == 1 or self._scales(node, index)):
            return
        learned[name] = self._nonzero(values, node, dequantize, zero_at)

    def _scales(self, node: Any, index: int) -> bool:
        """Whether the other operand is the scale of a dynamic quantizer, so that this one is a scale too."""
        return any(
            self.producer[operand].op_type == "DynamicQuantizeLinear"
            for position, operand in enumerate(node.input)
            if position != index and operand in self.producer
        )

    def _nonzero(self, values: NDArray[Any], node: Any, dequantize: Any, zero_at: int | None) -> NDArray[np.bool_]:
        zero, axis = np.zeros((), np.int64), values.ndim - 1
        inputs = dequantize.input if dequantize is not None else node.input
        zero_at = 2 if dequantize is not None else zero_at
        if zero_at is not None and len(inputs) > zero_at and inputs[zero_at] in self.tensors.constants:
            zero = self.tensors.constants[inputs[zero_at]].astype(np.int64)
        if dequantize is not None:
            axis = next((entry.i for entry in dequantize.attribute if entry.name == "axis"), 1)
        elif "Conv" in node.op_type:
            axis = 0
        if zero.size > 1:
            # One zero point per channel, laid along the channels' axis; recurrences keep one row per direction.
            shape = [1] * values.ndim
            shape[axis] = -1
            zero = zero.reshape(shape) if zero.size == values.shape[axis] else zero.reshape(zero.shape[0], 1, -1)
        if values.dtype.kind != "f":
            values = values.astype(np.int64)  # also 4-bit types that numpy cannot compare
        return np.asarray(values != zero)

    def _peak(self) -> int | None:
        readers: dict[str, int] = {}
        for node in self.nodes:
            for source in set(node.input):
                readers[source] = readers.get(source, 0) + 1
        aliases = Aliases()
        steps = []
        for node in self.nodes:
            reads = tuple(name for name in node.input if name and name not in self.constant)
            writes = tuple(name for name in node.output if name and name not in self.constant)
            if not reads or not writes:
                continue
            steps.append(Touch(reads, writes))
            alone = readers[reads[0]] == 1
            if node.op_type in _VIEWS or node.op_type == "DequantizeLinear" or (node.op_type in _IN_PLACE and alone):
                aliases.share(writes[0], reads[0])
            elif node.op_type == "QuantizeLinear" and alone and reads[0] in self.producer:
                # Runtimes fuse a QuantizeLinear into the producer of its input, if it is the only reader of it.
                aliases.share(reads[0], writes[0])
        sizes = {
            name: math.prod(shape) * self.tensors.item_bytes[name]
            for name, shape in self.tensors.shapes.items()
            if name in self.tensors.item_bytes
        }
        inputs = [value.name for value in self.graph.input if value.name not in self.constant]
        return peak_bytes(steps, inputs, [value.name for value in self.graph.output], sizes, aliases)


def _packed_nonzero(node: Any, packed: NDArray[Any], constants: Any) -> NDArray[np.bool_]:
    """Which of the N × K weights of a MatMulNBits are not at their block's zero point; padding is left out."""
    bits, rows, columns = (attribute(node, name) for name in ("bits", "N", "K"))
    block = attribute(node, "block_size")
    values = _unpack(packed, bits or 4).reshape(rows, -1)[:, :columns]
    zero: NDArray[Any] = np.full((rows, 1), 1 << ((bits or 4) - 1))
    if len(node.input) > 3 and node.input[3] in constants:
        stored = constants[node.input[3]]
        blocks = -(-columns // block)
        zero = _unpack(stored, bits or 4).reshape(rows, -1)[:, :blocks] if stored.dtype.kind == "u" else stored
        zero = np.repeat(zero.reshape(rows, -1), block, axis=1)[:, :columns]
    return np.asarray(values != zero)


def _unpack(packed: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    """Numbers of 2, 4 or 8 bits from bytes that hold them lowest first."""
    shifts = np.arange(0, 8, bits, dtype=np.uint8)
    return (packed.reshape(-1, 1) >> shifts & ((1 << bits) - 1)).astype(np.uint8)
