"""The bodies of Loop and Scan in place of these, once each, for counting their work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from odviz.formats.onnx_graph import inline_branches, renamed, subgraphs

Sizes = Mapping[str, tuple[int, ...]]

MOST_TURNS = 1 << 16
"""Turns from which on a number of them stands for "until a condition ends it"."""


def inline_loops(model: Any) -> dict[str, int]:
    """Replace every Loop and Scan of a graph by one turn of its body, in place.

    A loop within a loop, or one that gathers rows of which no number is fixed, stays as it is, and so is not counted.

    Returns:
        How often each operator of a body runs, by its first output; once if a condition ends the loop.
    """
    import onnx

    if not any(node.op_type in ("Loop", "Scan") for node in model.graph.node):
        return {}
    try:
        sizes = _sizes(onnx.shape_inference.infer_shapes(model, data_prop=True).graph)
    except onnx.shape_inference.InferenceError:  # which is told when all shapes are inferred
        return {}
    graph, nodes = model.graph, []
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].HasField("t"):
            stored[node.output[0]] = onnx.numpy_helper.to_array(node.attribute[0].t)
    turns: dict[str, int] = {}
    for node in graph.node:
        made = list(_turn(node, graph, sizes)) if node.op_type in ("Loop", "Scan") else []
        nodes += made or [node]
        if made:
            count = _turns(node, stored, sizes)
            turns |= {one.output[0]: count for one in made if one.output}
    copies = [_copy(node) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)
    return turns


def _copy(node: Any) -> Any:
    import onnx

    copied = onnx.NodeProto()
    copied.CopyFrom(node)
    return copied


def _sizes(graph: Any) -> Sizes:
    """Shapes that are fixed, by name."""
    sizes = {}
    for value in (*graph.input, *graph.value_info, *graph.output):
        dims = value.type.tensor_type.shape.dim
        if value.type.tensor_type.HasField("shape") and all(dim.dim_value > 0 for dim in dims):
            sizes[value.name] = tuple(dim.dim_value for dim in dims)
    return sizes


def _scanned(node: Any) -> int:
    """How many inputs a Scan goes through."""
    return next(int(entry.i) for entry in node.attribute if entry.name == "num_scan_inputs")


def _turns(node: Any, stored: Mapping[str, Any], sizes: Sizes) -> int:
    if node.op_type == "Scan":
        return sizes.get(node.input[-1], (1,))[0]
    count = int(stored[node.input[0]]) if node.input[0] in stored else 1
    return count if 0 < count < MOST_TURNS else 1


def _turn(node: Any, graph: Any, sizes: Sizes) -> Iterator[Any]:
    """One turn of a body, between what gives it its inputs and what writes the outputs of the loop; or nothing."""
    import onnx

    (body,) = subgraphs([node])
    inline_branches(body)
    is_scan, name = node.op_type == "Scan", node.output[0]
    carried = len(node.input) - (_scanned(node) if is_scan else 2)
    sources = list(node.input) if is_scan else ["", "", *node.input[2:]]
    needed = [*node.output[carried:], *(node.input[carried:] if is_scan else ())]
    if len(body.input) != len(sources) or any(subgraphs(body.node)) or any(one not in sizes for one in needed):
        return

    def constant(suffix: str, array: Any) -> str:
        graph.initializer.append(onnx.numpy_helper.from_array(np.asarray(array), f"{name}/{suffix}"))
        return f"{name}/{suffix}"

    for index, (value, source) in enumerate(zip(body.input, sources, strict=True)):
        own = f"{name}/{value.name}"
        if not is_scan and index < 2:
            constant(value.name, np.int64(0) if index == 0 else np.True_)
        elif is_scan and index >= carried:
            yield onnx.helper.make_node("Gather", [source, constant(f"first{index}", np.int64(0))], [own], axis=0)
        else:
            yield onnx.helper.make_node("Identity", [source], [own])
    names = {value.name: f"{name}/{value.name}" for value in body.input}
    yield from renamed(body, name, graph, names)
    written = [names.get(value.name, value.name) for value in body.output][0 if is_scan else 1 :]
    for index, (inner, output) in enumerate(zip(written, node.output, strict=False)):
        if index < carried:
            yield onnx.helper.make_node("Identity", [inner], [output])
            continue
        shape = constant(f"row{index}", np.array([1, *sizes[output][1:]], np.int64))
        yield onnx.helper.make_node("Reshape", [inner, shape], [f"{output}/row"])
        yield onnx.helper.make_node("Concat", [f"{output}/row"] * sizes[output][0], [output], axis=0)
