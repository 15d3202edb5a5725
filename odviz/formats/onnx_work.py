"""The work of each operator of an ONNX model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from odviz.formats._onnx_macs import RULES
from odviz.formats._onnx_shapes import infer
from odviz.formats.onnx_graph import fix_shapes


def macs_by_operator(model: Any, shapes: Sequence[Sequence[int]]) -> dict[str, int]:
    """Multiply-accumulates of every convolution, product and recurrence, by the name of the operator.

    Operators whose shapes are not fixed are left out, as are those in subgraphs.

    Args:
        model: an `onnx.ModelProto` whose operators have names; not changed.
        shapes: of a batch of one of each input, for inputs with open sizes.
    """
    import onnx

    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    fix_shapes(copy.graph, shapes)
    known = infer(copy).shapes
    return {
        node.name: RULES[node.op_type](node, known.__getitem__)
        for node in model.graph.node
        if node.op_type in RULES and all(not name or name in known for name in (*node.input[:2], node.output[0]))
    }
