"""Small rewrites of an ONNX graph that keep its outputs and let quantizers convert more of it."""

from __future__ import annotations

from typing import Any


def gemm_to_matmul(model: Any) -> None:
    """Write every plain Gemm with stored weights as MatMul and Add, in place.

    A Gemm with alpha or beta other than 1, or a transposed first factor, is kept.

    Args:
        model: an `onnx.ModelProto`.
    """
    import numpy as np
    import onnx

    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        attributes = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        plain = (
            attributes.get("alpha", 1.0) == 1.0
            and attributes.get("beta", 1.0) == 1.0
            and not attributes.get("transA", 0)
        )
        if node.op_type != "Gemm" or not plain or node.input[1] not in stored:
            nodes.append(node)
            continue
        weight = node.input[1]
        if attributes.get("transB", 0):
            flipped = f"{weight}_transposed"
            if flipped not in stored:
                values = np.ascontiguousarray(onnx.numpy_helper.to_array(stored[weight]).T)
                stored[flipped] = onnx.numpy_helper.from_array(values, flipped)
                graph.initializer.append(stored[flipped])
            weight = flipped
        biased = len(node.input) > 2 and bool(node.input[2])
        product = f"{node.output[0]}_product" if biased else node.output[0]
        nodes.append(onnx.helper.make_node("MatMul", [node.input[0], weight], [product], name=node.name))
        if biased:
            name = f"{node.name}_bias"
            nodes.append(onnx.helper.make_node("Add", [product, node.input[2]], [node.output[0]], name=name))
    replace_nodes(graph, nodes)


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
    read = {name for node in graph.node for name in node.input} | {value.name for value in graph.output}
    tensors = [tensor for tensor in graph.initializer if tensor.name in read]
    del graph.initializer[:]
    graph.initializer.extend(tensors)
