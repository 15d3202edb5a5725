"""Layers of a TFLite file, copies that output them, and copies with other integer weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from odviz.domain.parity import Change, Layer, LayerGraph
from odviz.formats._requantize import as_floats, requantized

_CHANNELS = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 3, "FULLY_CONNECTED": 0, "EMBEDDING_LOOKUP": 0}
"""Operators whose second input are weights, and the axis of the channels of these; the third is the bias."""

_BIASES: dict[str, np.dtype[Any]] = {"INT32": np.dtype("<i4"), "INT64": np.dtype("<i8")}


def layers(model: Any) -> LayerGraph:
    """The layers of a `ModelT`; of several subgraphs the first, which is the one that is run."""
    graph, kinds, types = graph_of(model)
    writer: dict[int, tuple[int, ...]] = {int(index): () for index in graph.inputs}
    collected: list[Layer] = []
    for operator in graph.operators:
        inputs = [int(index) for index in operator.inputs if int(index) in writer]
        outputs = [int(index) for index in operator.outputs]
        if not inputs:
            continue
        sources = tuple(sorted({position for index in inputs for position in writer[index]}))
        numbers = [index for index in outputs if types[graph.tensors[index].type] in _NUMBERS]
        if not numbers:
            writer.update(dict.fromkeys(outputs, sources))
            continue
        first = graph.tensors[numbers[0]]
        writer.update(dict.fromkeys(outputs, (len(collected),)))
        name = (first.name or b"").decode(errors="replace")
        tensors = tuple(map(str, numbers))
        reads = tuple(types[graph.tensors[int(index)].type].lower() for index in operator.inputs if int(index) >= 0)
        step = _step(first, types[first.type])
        collected.append(Layer(kinds[operator.opcodeIndex], name, tensors, sources, step, reads))
    return LayerGraph(tuple(collected), _rounding(model, graph, types))


def expose(model: Any, tensors: Sequence[str]) -> tuple[int, ...]:
    """Add tensors to the outputs of a `ModelT`, in place; see `_onnx_layers.expose`."""
    graph, _, _ = graph_of(model)
    outputs = list(map(int, graph.outputs))
    outputs += [int(name) for name in tensors if int(name) not in outputs]
    graph.outputs = outputs
    return tuple(outputs.index(int(name)) for name in tensors)


def requantize(model: Any, change: Change) -> int:
    """Change the symmetric 8-bit weights of convolutions, products and embeddings, in place; how many tensors."""
    graph, kinds, types = graph_of(model)
    changed: dict[int, Any] = {}
    for operator in graph.operators:
        kind = kinds[operator.opcodeIndex]
        if kind not in _CHANNELS or int(operator.inputs[1]) < 0:
            continue
        if change is Change.ONE_SCALE and kind == "DEPTHWISE_CONV_2D":
            continue  # its kernels read a scale for every channel, whatever the file holds
        if change is Change.FLOATS and types[graph.tensors[int(operator.outputs[0])].type] != "FLOAT32":
            continue  # operators on integers take no floats
        weights = graph.tensors[int(operator.inputs[1])]
        ratio = changed.get(weights.buffer)
        if ratio is None:
            ratio = _requantized(model, weights, types, _CHANNELS[kind], change)
        if ratio is None:
            continue
        changed[weights.buffer] = ratio
        if len(operator.inputs) > 2 and int(operator.inputs[2]) >= 0:
            _rescale_bias(model, graph.tensors[int(operator.inputs[2])], types, ratio)
    return len(changed)


_NUMBERS = frozenset((
    "FLOAT32", "FLOAT16", "FLOAT64", "INT8", "UINT8", "INT16", "UINT16", "INT32", "INT64", "BOOL",
))  # fmt: skip


def graph_of(model: Any) -> tuple[Any, list[str], dict[int, str]]:
    """The subgraph that is run, names of its operators by their code, and names of the tensor types."""
    from ai_edge_litert import schema_py_generated as schema

    names = {value: key for key, value in vars(schema.BuiltinOperator).items() if not key.startswith("_")}
    codes = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in model.operatorCodes]
    types = {value: key for key, value in vars(schema.TensorType).items() if not key.startswith("_")}
    return model.subgraphs[0], [names.get(code, str(code)) for code in codes], types


def _step(tensor: Any, kind: str) -> float:
    if "INT" not in kind:
        return 0.0
    scales = tensor.quantization
    return 1.0 if scales is None or scales.scale is None or not len(scales.scale) else float(scales.scale[0])


def _rounding(model: Any, graph: Any, types: dict[int, str]) -> float:
    kinds = {types[tensor.type] for tensor in graph.tensors if len(stored(model.buffers[tensor.buffer])) > 1}
    if kinds & {"INT8", "UINT8", "INT4"}:
        return 2.0**-9
    return 2.0**-11 if "FLOAT16" in kinds else 2.0**-24


def _requantized(model: Any, tensor: Any, types: dict[int, str], axis: int, change: Change) -> Any:
    """Change a tensor in place; new scale over the old one, or None if it stays."""
    scales, buffer = tensor.quantization, model.buffers[tensor.buffer]
    if types[tensor.type] != "INT8" or scales is None or scales.scale is None or not stored(buffer):
        return None
    if scales.zeroPoint is not None and np.any(scales.zeroPoint):
        return None
    values = np.frombuffer(stored(buffer), np.int8).reshape(tensor.shape)
    old = np.asarray(scales.scale, np.float64)
    if change is Change.FLOATS:
        buffer.data, tensor.quantization = as_floats(values, old, axis).tobytes(), None
        tensor.type = next(number for number, name in types.items() if name == "FLOAT32")
        return np.ones(1)
    new = requantized(values, old, axis, change)
    if new is None:
        return None
    buffer.data = new.values.tobytes()
    scales.scale = np.atleast_1d(new.scales).astype(np.float32)
    scales.zeroPoint = np.zeros(len(scales.scale), np.int64)
    if len(scales.scale) == 1:
        scales.quantizedDimension = 0
    return new.scales / old


def _rescale_bias(model: Any, tensor: Any, types: dict[int, str], ratio: Any) -> None:
    """Give an integer bias the scale that follows from that of the weights, in place."""
    scales, buffer, dtype = tensor.quantization, model.buffers[tensor.buffer], _BIASES.get(types[tensor.type])
    if dtype is None or scales is None or scales.scale is None or not stored(buffer):
        return
    buffer.data = np.rint(np.frombuffer(stored(buffer), dtype) / ratio).astype(dtype).tobytes()
    scales.scale = np.atleast_1d(np.asarray(scales.scale, np.float64) * ratio).astype(np.float32)


def stored(buffer: Any) -> bytes:
    """Bytes of a buffer; none for that of a computed tensor."""
    return b"" if buffer.data is None else bytes(buffer.data)
