"""A rewrite of an ONNX graph that keeps its outputs and lets the static quantizer convert more of it."""

from __future__ import annotations

from typing import Any

from odviz.formats.onnx_graph import reads


def mean_to_pool(model: Any) -> None:
    """Write every mean over all spatial axes as GlobalAveragePool, which has an integer kernel, in place.

    Args:
        model: an `onnx.ModelProto` whose shapes are static.
    """
    import numpy as np
    import onnx

    graph = model.graph
    inferred = onnx.shape_inference.infer_shapes(model).graph
    ranks = {
        value.name: len(value.type.tensor_type.shape.dim)
        for value in (*inferred.input, *inferred.value_info, *inferred.output)
    }
    stored = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        axes = _axes(node, stored) if node.op_type == "ReduceMean" else None
        rank = ranks.get(node.input[0], 0) if node.input else 0
        if axes is None or rank < 3 or sorted(axis % rank for axis in axes) != list(range(2, rank)):
            nodes.append(node)
            continue
        keeps = next((attribute.i for attribute in node.attribute if attribute.name == "keepdims"), 1)
        pooled = node.output[0] if keeps else f"{node.output[0]}_pooled"
        nodes.append(onnx.helper.make_node("GlobalAveragePool", [node.input[0]], [pooled], name=node.name))
        if not keeps:
            axes_name = f"{node.output[0]}_axes"
            places = np.arange(2, rank, dtype=np.int64)
            graph.initializer.append(onnx.numpy_helper.from_array(places, axes_name))
            nodes.append(
                onnx.helper.make_node("Squeeze", [pooled, axes_name], [node.output[0]], f"{node.name}_squeeze")
            )
    replace_nodes(graph, nodes)


def _axes(node: Any, stored: Any) -> list[int] | None:
    """The axes of a reduction: an attribute up to opset 17, an input from 18 on."""
    import onnx

    for attribute in node.attribute:
        if attribute.name == "axes":
            return list(attribute.ints)
    if len(node.input) > 1 and node.input[1] in stored:
        return [int(axis) for axis in onnx.numpy_helper.to_array(stored[node.input[1]])]
    return None


def replace_nodes(graph: Any, nodes: list[Any]) -> None:
    """Replace the operators of a graph, and remove stored tensors that no operator reads any more."""
    del graph.node[:]
    graph.node.extend(nodes)
    read = {name for node in graph.node for name in reads(node)} | {value.name for value in graph.output}
    tensors = [tensor for tensor in graph.initializer if tensor.name in read]
    del graph.initializer[:]
    graph.initializer.extend(tensors)
