"""ONNX models in the form that the compression methods take.

Exporters write the same network in many ways. Each rewrite here keeps what the model computes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from odviz.compression.base import Applied, ModelSource
from odviz.domain.errors import RecipeError
from odviz.domain.model import Layout
from odviz.formats import FORMATS
from odviz.formats.base import read as read_bytes
from odviz.formats.onnx_graph import forget_shapes, graphs, parse, sizes_of, sort, subgraphs
from odviz.library.items import shapes
from odviz.runtimes.inputs import fits, mismatch

OPSET = 13
"""Oldest operator set in which weights are quantized per channel; older models are raised to it."""

_IR = 7
"""The IR version that belongs to `OPSET`."""

_QUANTIZED = frozenset((
    "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "ConvInteger", "MatMulInteger", "QLinearConv",
    "QLinearMatMul", "QGemm", "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM", "MatMulNBits",
))  # fmt: skip

QUANTIZED = Applied(False, ("The model is quantized already.",))
HALF = Applied(False, ("The model is in half precision; the method converts models in float32.",))


def load(source: ModelSource) -> Any:
    """An `onnx.ModelProto` whose inputs are fed, opset 13 or later, weights as initializers, and names of operators.

    Raises:
        FileRefused: see `odviz.formats.onnx_graph.parse`.
        RecipeError: it takes other inputs than the calibration items have parts, or of other shapes.
    """
    files = FORMATS["onnx"].files(source.path)
    model = parse(read_bytes(files[0]), source.path, files[1:])
    _one_import_per_domain(model)
    model = _raised(model)
    _constants_to_initializers(model.graph)
    _write_outputs(model.graph)
    _fix_sides(model.graph, source)
    for graph in graphs(model.graph):
        _plain_products(graph)
    _own_weights(model.graph)
    _name_operators(model.graph)
    return model


def read(path: Path) -> Any:
    """An `onnx.ModelProto` from a file that odviz or a tool has just written."""
    import onnx

    return onnx.load(str(path))


def save(model: Any, target: Path) -> None:
    """Write a model with its operators in order: tools order them without a look at what subgraphs read."""
    import onnx

    sort(model.graph)
    onnx.save(model, str(target))


def is_quantized(model: Any) -> bool:
    """Whether the model holds quantized operators."""
    return any(node.op_type in _QUANTIZED for graph in graphs(model.graph) for node in graph.node)


def is_half(model: Any) -> bool:
    """Whether the weights of the model are in half precision."""
    import onnx

    types = {tensor.data_type for graph in graphs(model.graph) for tensor in graph.initializer}
    return onnx.TensorProto.FLOAT16 in types and onnx.TensorProto.FLOAT not in types


def _one_import_per_domain(model: Any) -> None:
    import onnx

    versions: dict[str, int] = {}
    for entry in model.opset_import:
        domain = "" if entry.domain == "ai.onnx" else entry.domain
        versions[domain] = max(versions.get(domain, 0), entry.version)
    del model.opset_import[:]
    model.opset_import.extend(onnx.helper.make_opsetid(domain, version) for domain, version in versions.items())


def _raised(model: Any) -> Any:
    """The model in opset 13 if its own is older."""
    import onnx

    version = next((entry.version for entry in model.opset_import if entry.domain == ""), OPSET)
    if version >= OPSET:
        return model
    model.ir_version = max(model.ir_version, _IR)  # in older ones every stored tensor is an input as well
    try:
        raised = onnx.version_converter.convert_version(model, OPSET)
    except Exception as error:  # the converter raises RuntimeError and errors of its own
        raise RecipeError(
            f"The model's operators are of opset {version}, and cannot be written in opset {OPSET}, which the method "
            f"needs: {error}. Export it again with opset {OPSET} or later.",
            format="onnx",
        ) from error
    return raised


def _constants_to_initializers(graph: Any) -> None:
    """Store the tensors of Constant nodes as initializers, where tools look for weights."""
    import onnx

    nodes = []
    for node in graph.node:
        tensor = _value(node) if node.op_type == "Constant" else None
        if tensor is None:
            nodes.append(node)
            continue
        stored = onnx.TensorProto()
        stored.CopyFrom(tensor)
        stored.name = node.output[0]
        graph.initializer.append(stored)
    if len(nodes) < len(graph.node):
        del graph.node[:]
        graph.node.extend(nodes)


def _value(node: Any) -> Any:
    """The tensor of a Constant node, however it is stored; None of one that holds text or a sparse tensor."""
    import numpy as np
    import onnx

    (entry,) = node.attribute
    match entry.name:
        case "value":
            return entry.t
        case "value_float" | "value_floats":
            return onnx.numpy_helper.from_array(np.array(onnx.helper.get_attribute_value(entry), np.float32))
        case "value_int" | "value_ints":
            return onnx.numpy_helper.from_array(np.array(onnx.helper.get_attribute_value(entry), np.int64))
    return None


def _write_outputs(graph: Any) -> None:
    """Have each output written by an operator: methods that cast outputs take inputs and stored tensors for others."""
    import onnx

    written = {name for node in graph.node for name in node.output}
    for value in graph.output:
        if value.name not in written:
            graph.node.append(onnx.helper.make_node("Identity", [value.name], [f"{value.name}_output"]))
            value.name += "_output"


def _fix_sides(graph: Any, source: ModelSource) -> None:
    """Give open sides of the inputs the sizes of the calibration items; a batch axis stays open if it is.

    Raises:
        RecipeError: the items do not fit the inputs.
    """
    own = source.layout.batches(shapes(source.calibration.inputs))
    if len(own) != len(graph.input):
        names = ", ".join(value.name for value in graph.input) or "none"
        raise RecipeError(
            f"The model has {len(graph.input)} inputs ({names}), and the items {len(own)}.", format="onnx"
        )
    fixed = [_fix_input(value, shape, source.layout) for value, shape in zip(graph.input, own, strict=True)]
    if any(fixed):
        forget_shapes(graph)


def _fix_input(value: Any, shape: Sequence[int], layout: Layout) -> bool:
    """Give the open sides of one input the sizes of a batch of one; whether there were any."""
    dims = value.type.tensor_type.shape.dim
    taken = tuple(dim.dim_value if dim.dim_value > 0 else None for dim in dims)
    sizes = sizes_of(shape, len(dims))
    if not fits(sizes, taken):
        raise RecipeError(mismatch(value.name, taken, shape, layout), format="onnx")
    has_batch = len(sizes) == len(shape)
    sides = list(zip(dims, sizes, strict=True))[has_batch:]
    open_batch = has_batch and dims[0].dim_value <= 0
    if all(dim.dim_value > 0 for dim, _ in sides) and not (open_batch and dims[0].dim_value < 0):
        return False
    if open_batch:
        dims[0].dim_param = "batch"
    for dim, size in sides:
        dim.dim_value = size
    return True


def _plain_products(graph: Any) -> None:
    """Fold the factors of a Gemm into its stored weights and bias, and store a bias of one row as a vector.

    Quantizers take Gemm for a plain product and sum.
    """
    import numpy as np
    import onnx

    stored = {tensor.name: tensor for tensor in graph.initializer}

    def store(node: Any, index: int, array: Any) -> None:
        name = f"{node.output[0]}_{'weight' if index == 1 else 'bias'}"  # another operator may read the old tensor
        graph.initializer.append(onnx.numpy_helper.from_array(array.astype(np.float32), name))
        node.input[index] = name

    for node in graph.node:
        if node.op_type != "Gemm":
            continue
        factors = {entry.name: entry for entry in node.attribute if entry.name in ("alpha", "beta")}
        for index, name in ((1, "alpha"), (2, "beta")):
            factor = factors[name].f if name in factors else 1.0
            tensor = stored.get(node.input[index]) if len(node.input) > index else None
            if tensor is None or tensor.data_type != onnx.TensorProto.FLOAT:
                continue
            array = onnx.numpy_helper.to_array(tensor)
            is_row = index == 2 and array.ndim == 2 and array.shape[0] == 1
            if factor != 1.0 or is_row:
                store(node, index, factor * (array[0] if is_row else array))
            if name in factors:
                node.attribute.remove(factors[name])


def _own_weights(graph: Any) -> None:
    """Give each subgraph copies of the stored tensors that it reads: quantizers look for weights in a graph itself."""
    outer = {tensor.name: tensor for tensor in graph.initializer}
    for subgraph in subgraphs(graph.node):
        own = {tensor.name for tensor in subgraph.initializer}
        wanted = {name for node in subgraph.node for name in node.input if name in outer and name not in own}
        for name in sorted(wanted):
            copied = subgraph.initializer.add()
            copied.CopyFrom(outer[name])
            copied.name = f"{name}_of_{subgraph.name or 'subgraph'}"
            for node in subgraph.node:
                for index, read_name in enumerate(node.input):
                    if read_name == name:
                        node.input[index] = copied.name
        _own_weights(subgraph)


def _name_operators(graph: Any) -> None:
    """Give every operator a name of its own: tools address operators by their names."""
    names = Counter(node.name for part in graphs(graph) for node in part.node)
    taken = set(names)
    for part in graphs(graph):
        for number, node in enumerate(part.node):
            if node.name and names[node.name] == 1:
                continue
            base = f"{node.name or node.op_type}_{number}"
            while base in taken:
                base += "_"
            taken.add(base)
            node.name = base
