"""Layers of an ONNX file, copies that output them, and copies with other integer weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from odviz.domain.parity import Layer, LayerGraph
from odviz.formats.onnx_graph import fed, graphs, reads

_NUMBERS = frozenset(("FLOAT", "FLOAT16", "DOUBLE", "INT8", "UINT8", "INT16", "UINT16", "INT32", "INT64", "BOOL"))
_INTEGERS = frozenset(("INT8", "UINT8", "INT16", "UINT16", "INT32", "INT64"))
_SKIPPED = frozenset(("DequantizeLinear", "Identity", "Shape", "Size"))
"""Operators whose outputs say nothing that their inputs do not say."""


def layers(model: Any) -> LayerGraph:
    """The layers of a parsed model.

    An operator whose output only one QuantizeLinear reads is one layer with it, because runtimes compute both in one
    kernel: looking at the number in between would make them compute in float.
    """
    graph, types = model.graph, _types(model)
    readers: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in set(reads(node)):
            readers.setdefault(name, []).append(node)
    ends = {value.name for value in graph.output}
    computed = {value.name for value in fed(graph)}
    writer: dict[str, tuple[int, ...]] = dict.fromkeys(computed, ())
    absorbed: set[int] = set()
    collected: list[Layer] = []
    for node in graph.node:
        inputs = [name for name in reads(node) if name in computed]
        if not inputs or id(node) in absorbed:
            continue
        computed.update(filter(None, node.output))
        sources = tuple(sorted({position for name in inputs for position in writer.get(name, ())}))
        last = node
        if (quantize := _only_quantizer(node, readers, ends)) is not None:
            absorbed.add(id(quantize))
            computed.update(quantize.output)
            last = quantize
        tensors = tuple(name for name in last.output if name and types.get(name, "FLOAT") in _NUMBERS)
        if node.op_type in _SKIPPED or not tensors:
            writer.update(dict.fromkeys(last.output, sources))
            continue
        step = 1.0 if types.get(tensors[0]) in _INTEGERS else 0.0
        writer.update(dict.fromkeys((*node.output, *last.output), (len(collected),)))
        collected.append(Layer(node.op_type, node.name or tensors[0], tensors, sources, step))
    return LayerGraph(tuple(collected), _rounding(model))


def expose(model: Any, tensors: Sequence[str]) -> tuple[int, ...]:
    """Add tensors to the outputs of a parsed model, in place.

    Returns:
        The position of each among the outputs.
    """
    import onnx

    outputs = [value.name for value in model.graph.output]
    known = {value.name: value for value in onnx.shape_inference.infer_shapes(model).graph.value_info}
    for name in tensors:
        if name not in outputs:
            outputs.append(name)
            model.graph.output.append(known.get(name, onnx.ValueInfoProto(name=name)))
    return tuple(map(outputs.index, tensors))


def _only_quantizer(node: Any, readers: dict[str, list[Any]], ends: set[str]) -> Any:
    """The QuantizeLinear that alone reads the output of an operator; None if there is none."""
    if len(node.output) != 1 or node.output[0] in ends or node.op_type in _SKIPPED:
        return None
    reading = readers.get(node.output[0], [])
    return reading[0] if len(reading) == 1 and reading[0].op_type == "QuantizeLinear" else None


def _types(model: Any) -> dict[str, str]:
    """Names of the element types of the tensors for which they can be inferred."""
    import onnx

    inferred = onnx.shape_inference.infer_shapes(model).graph
    values = [*inferred.value_info, *inferred.output]
    return {
        value.name: onnx.TensorProto.DataType.Name(value.type.tensor_type.elem_type)
        for value in values
        if value.type.WhichOneof("value") == "tensor_type" and value.type.tensor_type.elem_type
    }


def _rounding(model: Any) -> float:
    import onnx

    kinds = onnx.TensorProto
    stored = {tensor.data_type for graph in graphs(model.graph) for tensor in graph.initializer if len(tensor.dims)}
    if stored & {kinds.INT8, kinds.UINT8, kinds.INT4, kinds.UINT4}:
        return 2.0**-9
    return 2.0**-11 if kinds.FLOAT16 in stored else 2.0**-24
