"""Counts of a TFLite flatbuffer: shapes are stored in the file, so one pass over the operators is enough."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import FileRefused
from odviz.domain.model import MacKind
from odviz.formats._tally import Aliases, Tally, Touch, convolution_kind, peak_bytes, product_kind

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
_RECURRENT = {"UNIDIRECTIONAL_SEQUENCE_LSTM": 17, "LSTM": 17, "UNIDIRECTIONAL_SEQUENCE_RNN": 3, "RNN": 3}
_VIEWS = frozenset(("RESHAPE", "SQUEEZE", "EXPAND_DIMS"))
_CARRIERS = _VIEWS | {"DEQUANTIZE", "TRANSPOSE", "CAST"}
_IN_PLACE = frozenset(("RELU", "RELU6", "RELU_N1_TO_1", "LEAKY_RELU", "LOGISTIC", "TANH", "HARD_SWISH", "ELU", "GELU"))
_DTYPE: dict[str, type[np.generic]] = {
    "FLOAT32": np.float32, "FLOAT16": np.float16, "FLOAT64": np.float64, "INT8": np.int8, "UINT8": np.uint8,
    "INT16": np.int16, "UINT16": np.uint16, "INT32": np.int32, "UINT32": np.uint32, "INT64": np.int64,
    "UINT64": np.uint64, "BOOL": np.bool_,
}  # fmt: skip
_PACKED_BITS = {"INT4": 4, "UINT4": 4, "INT2": 2}


def walk(raw: bytes, name: str) -> Tally:
    """Count over the bytes of a TFLite file; of several subgraphs the first, which is the one that is run.

    Raises:
        FileRefused: not a TFLite file.
    """
    from ai_edge_litert import schema_py_generated as schema

    check_identifier(raw, name)
    try:
        model = schema.ModelT.InitFromPackedBuf(raw, 0)
        return _GraphWalk(model, schema, raw).tally()
    except (struct.error, ValueError, IndexError, TypeError, AttributeError) as error:
        raise FileRefused(f"{name} is not a TFLite model that can be read: {error}.") from None


def check_identifier(raw: bytes, name: str) -> None:
    """Check the identifier of a TFLite flatbuffer.

    Raises:
        FileRefused: it is missing.
    """
    if raw[4:8] != b"TFL3":
        raise FileRefused(f"{name} is not a TFLite model: its identifier is missing.")


class _GraphWalk:
    def __init__(self, model: Any, schema: Any, raw: bytes) -> None:
        self.model, self.raw = model, raw
        self.graph = model.subgraphs[0]
        operators = {value: key for key, value in vars(schema.BuiltinOperator).items() if not key.startswith("_")}
        codes = [operators[max(code.builtinCode, code.deprecatedBuiltinCode)] for code in model.operatorCodes]
        self.ops = [(codes[op.opcodeIndex], op) for op in self.graph.operators]
        self.types = {value: key for key, value in vars(schema.TensorType).items() if not key.startswith("_")}
        self.producer = {output: (kind, op) for kind, op in self.ops for output in op.outputs}
        inputs = set(self.graph.inputs)
        self.stored = {
            index
            for index, tensor in enumerate(self.graph.tensors)
            if index not in inputs and index not in self.producer and not tensor.isVariable and self._bytes(tensor)
        }
        self.constant = set(self.stored)  # and everything computed from nothing but constants
        for _, op in self.ops:
            if all(source in self.constant or source < 0 for source in op.inputs):
                self.constant.update(op.outputs)

    def tally(self) -> Tally:
        tally = Tally()
        learned: dict[int, NDArray[np.bool_]] = {}  # by buffer, so that a shared one counts once
        for kind, op in self.ops:
            tally.count(kind)
            work = self._macs(kind, op)
            if work is not None:
                tally.macs += work
                tally.activations += math.prod(self._shape(op.outputs[0]))
                tally.kinds[self._kind(kind, op)] += work
                tally.compute_ops += 1
                tally.quantized_ops += self._quantized(kind, op)
            for index in _LEARNED.get(kind, ()):
                self._learn(kind, op, index, learned)
        tally.parameters = sum(mask.size for mask in learned.values())
        tally.nonzero_parameters = sum(int(mask.sum()) for mask in learned.values())
        tally.peak_activation_bytes = self._peak()
        return tally

    def _shape(self, index: int) -> tuple[int, ...]:
        shape = self.graph.tensors[index].shape
        return () if shape is None else tuple(int(size) for size in shape)

    def _bytes(self, tensor: Any) -> bytes:
        """A stored tensor's bytes; those of large files lie behind the flatbuffer, at an offset."""
        buffer = self.model.buffers[tensor.buffer]
        if buffer.offset > 1:
            return self.raw[buffer.offset : buffer.offset + buffer.size]
        return b"" if buffer.data is None else bytes(buffer.data)

    def _macs(self, kind: str, op: Any) -> int | None:
        written = math.prod(self._shape(op.outputs[0]))
        first, second = (self._shape(index) if index >= 0 else () for index in (*op.inputs, -1)[:2])
        count = None
        if kind in ("CONV_2D", "FULLY_CONNECTED"):  # filters (O, …, I): every output element sums over one
            count = written * math.prod(second[1:])
        elif kind == "DEPTHWISE_CONV_2D":  # (1, height, width, O)
            count = written * math.prod(second[1:3])
        elif kind == "CONV_3D":  # (depth, height, width, I, O)
            count = written * math.prod(second[:4])
        elif kind == "TRANSPOSE_CONV":  # (O, height, width, I): every input element is spread over O kernels
            count = math.prod(self._shape(op.inputs[2])) * math.prod(second[:3])
        elif kind == "BATCH_MATMUL":
            count = written * first[-2 if op.builtinOptions.adjX else -1]
        elif kind in _RECURRENT:
            weights = [self._shape(index) for index in op.inputs[1 : _RECURRENT[kind]] if index >= 0]
            count = math.prod(first[:-1]) * sum(math.prod(shape) for shape in weights if len(shape) == 2)
        return count

    def _kind(self, kind: str, op: Any) -> MacKind:
        if kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            options, filters, read = op.builtinOptions, self._shape(op.inputs[1]), self._shape(op.inputs[0])[-1]
            steps = (options.strideH, options.strideW, options.dilationHFactor, options.dilationWFactor)
            channels = 1 if kind == "DEPTHWISE_CONV_2D" else filters[-1]
            return convolution_kind(filters[1:3], steps, read // channels, channels)
        if kind in ("CONV_3D", "TRANSPOSE_CONV"):
            return MacKind.CONV
        return MacKind.DENSE if kind in _RECURRENT else product_kind(self._shape(op.outputs[0]))

    def _origin(self, index: int) -> int:
        while index not in self.stored and index in self.producer and self.producer[index][0] in _CARRIERS:
            index = self.producer[index][1].inputs[0]
        return int(index)

    def _integer(self, index: int) -> bool:
        return "INT" in self.types[self.graph.tensors[self._origin(index)].type]

    def _quantized(self, kind: str, op: Any) -> bool:
        factors = list(op.inputs[:2]) if kind == "BATCH_MATMUL" else [next(i for i in op.inputs[1:] if i >= 0)]
        weights = [index for index in factors if index in self.constant] or factors
        return all(self._integer(index) for index in weights)

    def _learn(self, kind: str, op: Any, index: int, learned: dict[int, NDArray[np.bool_]]) -> None:
        if len(op.inputs) <= index or op.inputs[index] < 0:
            return
        origin = self._origin(op.inputs[index])
        tensor = self.graph.tensors[origin]
        if origin not in self.stored or tensor.buffer in learned:
            return
        type_name = self.types[tensor.type]
        scaled = tensor.quantization is not None and tensor.quantization.scale is not None
        if "FLOAT" not in type_name and not scaled and not (kind in _CONVOLUTIONS or kind == "FULLY_CONNECTED"):
            return  # shapes, indices, masks
        count = math.prod(self._shape(origin))
        if kind in _ARITHMETIC and count == 1:
            return
        learned[tensor.buffer] = self._nonzero(tensor, type_name, count)

    def _nonzero(self, tensor: Any, type_name: str, count: int) -> NDArray[np.bool_]:
        raw = self._bytes(tensor)
        if type_name in _PACKED_BITS:
            bits = _PACKED_BITS[type_name]
            shifts = np.arange(0, 8, bits, dtype=np.uint8)
            packed = np.frombuffer(raw, np.uint8)[:, None] >> shifts & ((1 << bits) - 1)
            return np.asarray(packed.reshape(-1)[:count] != 0)  # weights are symmetric: their zero point is 0
        values = np.frombuffer(raw, _DTYPE[type_name])[:count]
        if type_name.startswith("FLOAT"):
            return np.asarray(values != 0)
        zero, scales = np.zeros(1, np.int64), tensor.quantization
        if scales is not None and scales.zeroPoint is not None and len(scales.zeroPoint):
            zero = np.asarray(scales.zeroPoint, np.int64)
        shaped = values.astype(np.int64).reshape([int(size) for size in tensor.shape])
        if zero.size > 1:
            shape = [1] * shaped.ndim
            shape[scales.quantizedDimension] = -1
            zero = zero.reshape(shape)
        return np.asarray(shaped != zero)

    def _peak(self) -> int | None:
        readers: dict[int, int] = {}
        for _, op in self.ops:
            for source in set(op.inputs):
                readers[source] = readers.get(source, 0) + 1
        aliases = Aliases()
        steps = []
        for kind, op in self.ops:
            reads = tuple(str(index) for index in op.inputs if index >= 0 and index not in self.constant)
            writes = tuple(str(index) for index in op.outputs if index not in self.constant)
            steps.append(Touch(reads, writes))
            alone = reads and readers[int(reads[0])] == 1
            if reads and writes and (kind in _VIEWS or (kind in _IN_PLACE and alone)):
                aliases.share(writes[0], reads[0])
        sizes = {}
        for index, tensor in enumerate(self.graph.tensors):
            item = _DTYPE.get(self.types[tensor.type])
            signature = tensor.shapeSignature
            if item is not None and (signature is None or all(size >= 0 for size in signature)):
                sizes[str(index)] = math.prod(self._shape(index)) * np.dtype(item).itemsize
        states = [str(index) for index, tensor in enumerate(self.graph.tensors) if tensor.isVariable]
        inputs = [*map(str, self.graph.inputs), *states]  # a state lives through the whole inference
        return peak_bytes(steps, inputs, [*map(str, self.graph.outputs), *states], sizes, aliases)
