"""The operators of a TFLite flatbuffer, which stores the shape of every tensor."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from odviz.domain.errors import FileRefused
from odviz.domain.model import GraphFacts, MacKind, Signature, TensorType
from odviz.domain.why import LayerWork
from odviz.formats._walk import GraphWalk, Mask, Operator, convolution_kind, differs, product_kind, unpack

# Which inputs of an operator may hold what was learned.
_LEARNED: dict[str, tuple[int, ...]] = {
    "CONV_2D": (1, 2),
    "CONV_3D": (1, 2),
    "DEPTHWISE_CONV_2D": (1, 2),
    "TRANSPOSE_CONV": (1, 3),
    "FULLY_CONNECTED": (1, 2),
    "BATCH_MATMUL": (0, 1),
    "EMBEDDING_LOOKUP": (1,),
    "GATHER": (0,),
    "PRELU": (1,),
    "ADD": (0, 1),
    "SUB": (0, 1),
    "MUL": (0, 1),
    "DIV": (0, 1),
    # Weights, peepholes, biases, projection and layer normalization; the states in between are no constants.
    "UNIDIRECTIONAL_SEQUENCE_LSTM": (*range(1, 18), *range(20, 24)),
    "LSTM": (*range(1, 18), *range(20, 24)),
    "UNIDIRECTIONAL_SEQUENCE_RNN": (1, 2, 3),
    "RNN": (1, 2, 3),
}
_ARITHMETIC = frozenset(("ADD", "SUB", "MUL", "DIV"))
_CONVOLUTIONS = frozenset(("CONV_2D", "DEPTHWISE_CONV_2D", "CONV_3D", "TRANSPOSE_CONV"))
_SUMMED = {
    "CONV_2D": slice(1, None),  # (O, height, width, I)
    "FULLY_CONNECTED": slice(1, None),  # (O, I)
    "DEPTHWISE_CONV_2D": slice(1, 3),  # (1, height, width, O)
    "CONV_3D": slice(4),  # (depth, height, width, I, O)
}
"""Axes of the filters over which every output element is a sum."""
_RECURRENT = {"UNIDIRECTIONAL_SEQUENCE_LSTM": 17, "LSTM": 17, "UNIDIRECTIONAL_SEQUENCE_RNN": 3, "RNN": 3}
_VIEWS = frozenset(("RESHAPE", "SQUEEZE", "EXPAND_DIMS"))
_IN_PLACE = frozenset(("RELU", "RELU6", "RELU_N1_TO_1", "LEAKY_RELU", "LOGISTIC", "TANH", "HARD_SWISH", "ELU", "GELU"))
_DTYPE: dict[str, type[np.generic]] = {
    "FLOAT32": np.float32, "FLOAT16": np.float16, "FLOAT64": np.float64, "INT8": np.int8, "UINT8": np.uint8,
    "INT16": np.int16, "UINT16": np.uint16, "INT32": np.int32, "UINT32": np.uint32, "INT64": np.int64,
    "UINT64": np.uint64, "BOOL": np.bool_,
}  # fmt: skip
_PACKED_BITS = {"INT4": 4, "UINT4": 4, "INT2": 2}


def facts(raw: bytes, name: str) -> GraphFacts:
    """Facts of the bytes of a TFLite file; of several subgraphs the first, which is the one that is run.

    Raises:
        FileRefused: not a TFLite file.
    """
    from ai_edge_litert import schema_py_generated as schema

    check_identifier(raw, name)
    try:
        return _Walk(schema.ModelT.InitFromPackedBuf(raw, 0), schema, raw).facts([raw])
    except (struct.error, ValueError, IndexError, TypeError, AttributeError) as error:
        raise FileRefused(f"{name} is not a TFLite model that can be read: {error}.") from None


def work(raw: bytes, name: str) -> tuple[LayerWork, ...]:
    """Work of each layer; see `facts`."""
    from ai_edge_litert import schema_py_generated as schema

    check_identifier(raw, name)
    try:
        return _Walk(schema.ModelT.InitFromPackedBuf(raw, 0), schema, raw).work()
    except (struct.error, ValueError, IndexError, TypeError, AttributeError) as error:
        raise FileRefused(f"{name} is not a TFLite model that can be read: {error}.") from None


def check_identifier(raw: bytes, name: str) -> None:
    """Check the identifier of a TFLite flatbuffer.

    Raises:
        FileRefused: it is missing.
    """
    if raw[4:8] != b"TFL3":
        raise FileRefused(f"{name} is not a TFLite model: its identifier is missing.")


def signature(raw: bytes, name: str) -> Signature:
    """Types of the first input and output of the bytes of a TFLite file.

    Raises:
        FileRefused: not a TFLite file.
    """
    from ai_edge_litert import schema_py_generated as schema

    check_identifier(raw, name)
    types = {value: key.lower() for key, value in vars(schema.TensorType).items() if not key.startswith("_")}
    try:
        graph = schema.Model.GetRootAs(raw).Subgraphs(0)
        read, written = (graph.Tensors(int(indices[0])) for indices in (graph.InputsAsNumpy(), graph.OutputsAsNumpy()))
        return Signature(_type_of(read, types), _type_of(written, types))
    except (struct.error, ValueError, IndexError, TypeError, AttributeError) as error:
        raise FileRefused(f"{name} is not a TFLite model that can be read: {error}.") from None


def reorder(raw: bytearray, inputs: Sequence[str], outputs: Sequence[str]) -> bool:
    """Put the inputs and outputs of these names first, in place; whether that changed anything.

    The places of the tensors in the lists of the flatbuffer are exchanged; everything else stays where it is.
    """
    from ai_edge_litert import schema_py_generated as schema

    graph = schema.Model.GetRootAs(raw).Subgraphs(0)
    changed = False
    for indices, names in ((graph.InputsAsNumpy(), inputs), (graph.OutputsAsNumpy(), outputs)):
        first = {name: place for place, name in enumerate(names)}
        own = indices.tolist()
        ordered = sorted(own, key=lambda index: first.get(graph.Tensors(index).Name().decode(), len(first)))
        changed |= ordered != own
        indices[:] = ordered
    return changed


def _type_of(tensor: Any, types: dict[int, str]) -> TensorType:
    shape, dtype = tuple(map(int, tensor.ShapeAsNumpy())), types[tensor.Type()]
    scales = tensor.Quantization()
    if scales is None or not scales.ScaleLength():
        return TensorType(shape, dtype)
    return TensorType(shape, dtype, float(scales.Scale(0)), int(scales.ZeroPoint(0)))


class _Walk(GraphWalk):
    """Tensors are named by their index."""

    learned = _LEARNED
    views = _VIEWS
    in_place = _IN_PLACE
    carriers = _VIEWS | {"DEQUANTIZE", "TRANSPOSE", "CAST"}
    dequantizer = "DEQUANTIZE"

    def __init__(self, model: Any, schema: Any, raw: bytes) -> None:
        self.model, self.raw, graph = model, raw, model.subgraphs[0]
        self.tensors = graph.tensors
        kinds = {value: key for key, value in vars(schema.BuiltinOperator).items() if not key.startswith("_")}
        codes = [_operator(code, kinds) for code in model.operatorCodes]
        self.types: dict[int, str] = {
            value: key for key, value in vars(schema.TensorType).items() if not key.startswith("_")
        }
        computed = {*graph.inputs, *(output for op in graph.operators for output in op.outputs)}
        stored = [
            str(index)
            for index, tensor in enumerate(self.tensors)
            if index not in computed and not tensor.isVariable and self._bytes(tensor)
        ]
        # A state lives through the whole inference.
        states = [str(index) for index, tensor in enumerate(self.tensors) if tensor.isVariable]
        super().__init__(
            [Operator(codes[op.opcodeIndex], _names(op.inputs), _names(op.outputs), op) for op in graph.operators],
            stored,
            [*_names(graph.inputs), *states],
            [*_names(graph.outputs), *states],
            dict(self._sizes()),
        )

    def shape(self, name: str) -> tuple[int, ...]:
        shape = self.tensors[int(name)].shape
        return () if shape is None else tuple(int(size) for size in shape)

    def macs(self, op: Operator) -> int | None:
        if not op.outputs:  # it writes a variable
            return None
        written = math.prod(self.shape(op.outputs[0]))
        first, second = (self.shape(name) if name else () for name in (*op.inputs, "", "")[:2])
        if op.kind in _SUMMED:
            return written * math.prod(second[_SUMMED[op.kind]])
        if op.kind == "TRANSPOSE_CONV":  # filters (O, height, width, I): every input element is spread over O kernels
            return math.prod(self.shape(op.inputs[2])) * math.prod(second[:3])
        if op.kind == "BATCH_MATMUL":
            return written * first[-2 if op.node.builtinOptions.adjX else -1]
        if op.kind in _RECURRENT:
            weights = [self.shape(name) for name in op.inputs[1 : _RECURRENT[op.kind]] if name]
            return math.prod(first[:-1]) * sum(math.prod(shape) for shape in weights if len(shape) == 2)
        return None

    def mac_kind(self, op: Operator) -> MacKind:
        if op.kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            options, filters, read = op.node.builtinOptions, self.shape(op.inputs[1]), self.shape(op.inputs[0])[-1]
            steps = (options.strideH, options.strideW, options.dilationHFactor, options.dilationWFactor)
            channels = 1 if op.kind == "DEPTHWISE_CONV_2D" else filters[-1]
            return convolution_kind(filters[1:3], steps, read // channels, channels)
        if op.kind in ("CONV_3D", "TRANSPOSE_CONV"):
            return MacKind.CONV
        return MacKind.DENSE if op.kind in _RECURRENT else product_kind(self.shape(op.outputs[0]))

    def is_quantized(self, op: Operator) -> bool:
        factors = op.inputs[:2] if op.kind == "BATCH_MATMUL" else [next(filter(None, op.inputs[1:]))]
        weights = [name for name in factors if name in self.constant] or factors
        return all("INT" in self._type(self.origin(name)[0]) for name in weights)

    def nonzero(self, op: Operator, index: int, name: str, dequantize: Operator | None) -> Mask | None:  # noqa: ARG002
        tensor, type_name, shape = self.tensors[int(name)], self._type(name), self.shape(name)
        scales, count = tensor.quantization, math.prod(shape)
        scaled = scales is not None and scales.scale is not None
        if "FLOAT" not in type_name and not scaled and not (op.kind in _CONVOLUTIONS or op.kind == "FULLY_CONNECTED"):
            return None  # shapes, indices, masks
        if op.kind in _ARITHMETIC and count == 1:
            return None
        raw = np.frombuffer(self._bytes(tensor), np.uint8)
        if type_name in _PACKED_BITS:
            packed = unpack(raw, _PACKED_BITS[type_name]).reshape(-1)[:count]
            return np.asarray(packed != 0)  # weights are symmetric: their zero point is 0
        values = raw.view(_DTYPE[type_name])[:count]
        if tensor.sparsity is not None:  # only what is not zero is stored
            return np.arange(count) < np.count_nonzero(values)
        if type_name.startswith("FLOAT"):
            return np.asarray(values != 0)
        zero, axis = np.zeros(1, np.int64), 0
        if scales is not None and scales.zeroPoint is not None and len(scales.zeroPoint):
            zero, axis = np.asarray(scales.zeroPoint, np.int64), scales.quantizedDimension
        return differs(values.astype(np.int64).reshape(shape), zero, axis)

    def buffer_of(self, name: str) -> object:
        return self.tensors[int(name)].buffer

    def _type(self, name: str) -> str:
        return self.types[self.tensors[int(name)].type]

    def _bytes(self, tensor: Any) -> bytes:
        """A stored tensor's bytes; those of large files lie behind the flatbuffer, at an offset."""
        buffer = self.model.buffers[tensor.buffer]
        if buffer.offset > 1:
            return self.raw[buffer.offset : buffer.offset + buffer.size]
        return b"" if buffer.data is None else bytes(buffer.data)

    def _sizes(self) -> Iterator[tuple[str, int]]:
        for index, tensor in enumerate(self.tensors):
            item, signature = _DTYPE.get(self.types[tensor.type]), tensor.shapeSignature
            if item is not None and (signature is None or all(size >= 0 for size in signature)):
                yield str(index), math.prod(self.shape(str(index))) * np.dtype(item).itemsize


def _operator(code: Any, kinds: Mapping[int, str]) -> str:
    """Name of an operator.

    Raises:
        ValueError: it is one that no runtime here holds.
    """
    number, custom = (
        max(code.builtinCode, code.deprecatedBuiltinCode),
        (code.customCode or b"").decode(errors="replace"),
    )
    if number not in kinds:
        raise ValueError(
            f"it holds an operator of the number {number}, which this version of LiteRT does not know yet; convert it "
            "for an older runtime, or update odviz's packages"
        )
    if custom.startswith("Flex"):
        raise ValueError(
            f"it needs TensorFlow's own operator {custom.removeprefix('Flex')}, which LiteRT does not hold; convert it "
            "without SELECT_TF_OPS"
        )
    return kinds[number]


def _names(indices: Iterable[int]) -> tuple[str, ...]:
    """Names of tensors; "" for -1, an optional input that is left out."""
    return tuple(str(index) if index >= 0 else "" for index in indices)
