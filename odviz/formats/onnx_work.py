"""Shapes of the tensors of an ONNX model, and the work of each of its operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from odviz.formats._onnx_folding import folded
from odviz.formats._onnx_macs import RULES
from odviz.formats._onnx_shapes import Tensors, infer
from odviz.formats.onnx_graph import fix_shapes


def tensors(model: Any, shapes: Sequence[Sequence[int]]) -> Tensors:
    """Properties of the tensors of a model.

    Args:
        model: an `onnx.ModelProto`; not changed.
        shapes: of a batch of one of each input, for inputs with open sizes.

    Raises:
        ValueError: the shapes that the file states contradict each other.
    """
    import onnx

    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    fix_shapes(copy.graph, shapes)
    return infer(copy)


def fold(model: Any) -> Any:
    """A model whose small tensors that are computed from stored ones alone are stored; the model itself if it has none.

    Args:
        model: an `onnx.ModelProto` without Constant operators; not changed.
    """
    import onnx

    return folded(model, {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer})


def macs_by_operator(model: Any, shapes: Sequence[Sequence[int]]) -> dict[str, int]:
    """Multiply-accumulates of every convolution, product and recurrence, by the name of the operator.

    Operators whose shapes are not fixed are left out, as are those in subgraphs.

    Args:
        model: an `onnx.ModelProto` whose operators have names; not changed.
        shapes: of a batch of one of each input, for inputs with open sizes.
    """
    known = tensors(model, shapes).shapes
    return {
        node.name: RULES[node.op_type](node, known.__getitem__)
        for node in model.graph.node
        if node.op_type in RULES and all(not name or name in known for name in (*node.input[:2], node.output[0]))
    }
