"""Shapes, element sizes and constants of an ONNX graph.

ONNX's own inference stops at operators of Microsoft's domain. For those that our methods and ONNX Runtime write, a rule
per operator gives the shape of the output, and inference continues from there. What stays open (the output of a loop, a
size computed from data) is observed in one run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from odviz.arrays import Array
from odviz.formats._onnx_folding import folded
from odviz.formats._onnx_observed import observed

Shape = tuple[int, ...]

_MAX_ROUNDS = 1000
_ROWS_TIMES_N = frozenset({"MatMulIntegerToFloat", "DynamicQuantizeMatMul", "FusedMatMul"})


@dataclass(frozen=True)
class Tensors:
    """Inferred properties of the tensors of a graph.

    Attributes:
        shapes: static shape by name; tensors without a static shape are missing.
        item_bytes: bytes of one element by name.
        constants: value of every stored tensor (initializers and Constant nodes).
    """

    shapes: Mapping[str, Shape]
    item_bytes: Mapping[str, int]
    constants: Mapping[str, Array]


def infer(model: Any) -> Tensors:
    """Infer the shapes of a graph.

    Args:
        model: an `onnx.ModelProto` whose inputs have no open sizes.

    Raises:
        ValueError: ONNX's inference contradicts the file.
    """
    import onnx

    graph = model.graph
    constants = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            attribute = node.attribute[0]
            value = onnx.helper.get_attribute_value(attribute)
            tensor = onnx.numpy_helper.to_array(value) if attribute.name == "value" else np.asarray(value)
            constants[node.output[0]] = tensor

    model = folded(model, constants)
    shapes: dict[str, Shape] = {}
    sizes: dict[str, int] = {}
    for _ in range(_MAX_ROUNDS):
        try:
            inferred = onnx.shape_inference.infer_shapes(model, data_prop=True)
        except onnx.shape_inference.InferenceError as error:
            raise ValueError(str(error)) from None
        shapes, sizes = _static(inferred.graph)
        shapes |= {name: value.shape for name, value in constants.items()}
        shapes |= {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
        if not _fill_in(model, shapes, sizes, constants):
            break
    if open_names := [name for node in model.graph.node for name in node.output if name and name not in shapes]:
        more_shapes, more_sizes = observed(model, open_names)
        shapes, sizes = shapes | more_shapes, sizes | more_sizes
    return Tensors(shapes, sizes, constants)


def _static(graph: Any) -> tuple[dict[str, Shape], dict[str, int]]:
    import onnx

    shapes: dict[str, Shape] = {}
    sizes: dict[str, int] = {}
    for value in (*graph.input, *graph.value_info, *graph.output):
        kind = value.type.tensor_type
        if kind.elem_type:
            sizes[value.name] = onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type).itemsize
        if kind.HasField("shape") and all(dim.HasField("dim_value") for dim in kind.shape.dim):
            shapes[value.name] = tuple(dim.dim_value for dim in kind.shape.dim)
    return shapes, sizes


def _fill_in(model: Any, shapes: dict[str, Shape], sizes: dict[str, int], constants: Mapping[str, Array]) -> bool:
    """Add the outputs of Microsoft's operators whose input shapes are known; returns whether any was added."""
    import onnx

    float_type = {1: onnx.TensorProto.FLOAT, 2: onnx.TensorProto.FLOAT16}
    added = False
    for node in model.graph.node:
        if node.domain != "com.microsoft" or node.output[0] in shapes or node.input[0] not in shapes:
            continue
        for name, shape in _outputs(node, shapes).items():
            first = sizes.get(node.input[0], constants[node.input[0]].itemsize if node.input[0] in constants else 4)
            quantized = node.op_type.startswith("QLinear") or node.op_type == "QGemm"
            kind = onnx.TensorProto.UINT8 if quantized else float_type[2 if first == 2 else 1]
            model.graph.value_info.append(onnx.helper.make_tensor_value_info(name, kind, shape))
            added = True
    return added


def _outputs(node: Any, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """Output shapes of one of Microsoft's operators; for most, the shape of the first input."""
    first = shapes[node.input[0]]
    second = shapes.get(node.input[3 if node.op_type.startswith("Q") else 1], ()) if len(node.input) > 1 else ()
    shape = first
    if node.op_type == "MatMulNBits":
        shape = (*first[:-1], attribute(node, "N"))
    elif node.op_type == "DynamicQuantizeLSTM":
        state = (second[0], first[1], attribute(node, "hidden_size"))
        outputs = ((first[0], state[0], *state[1:]), state, state)
        return {name: shape for name, shape in zip(node.output, outputs, strict=False) if name}
    elif node.op_type in _ROWS_TIMES_N:
        shape = (*first[:-1], second[-1])
    elif node.op_type == "QGemm":
        shape = (first[0], second[0 if attribute(node, "transB") else 1])
    elif node.op_type in ("QLinearAdd", "QLinearMul"):
        shape = np.broadcast_shapes(first, second)
    elif node.op_type == "QLinearGlobalAveragePool":
        shape = (*first[:2], *(1 for _ in first[2:]))
    return {node.output[0]: shape}


def attribute(node: Any, name: str) -> int:
    """An integer attribute of a node; 0 if it is not set."""
    return next((int(entry.i) for entry in node.attribute if entry.name == name), 0)
