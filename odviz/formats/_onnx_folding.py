"""Constant folding, so that shapes which exporters compute at run time are known.

PyTorch writes the amounts of a Pad or the target of a Reshape as a dozen small operators; runtimes fold them when they
load a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from odviz.arrays import Array

_SMALL = 4096
"""Number of elements above which a value is data rather than a shape, and is not folded."""


def folded(model: Any, constants: Mapping[str, Array]) -> Any:
    """A copy of a model in which small constant subgraphs are initializers.

    Args:
        model: an `onnx.ModelProto`; not changed.
        constants: value of every stored tensor.

    Returns:
        The model itself if no operator can be folded.
    """
    import onnx

    opsets = {entry.domain: entry.version for entry in model.opset_import}
    small = {name: value for name, value in constants.items() if value.size <= _SMALL}
    computed: dict[str, Array] = {}
    kept = []
    for node in model.graph.node:
        values = _evaluate(node, {**small, **computed}, opsets) if node.domain == "" else None
        if values is None:
            kept.append(node)
        else:
            computed |= values
    if not computed:
        return model
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    del copy.graph.node[:]
    copy.graph.node.extend(kept)
    copy.graph.initializer.extend(onnx.numpy_helper.from_array(value, name) for name, value in computed.items())
    return copy


def _evaluate(node: Any, values: Mapping[str, Array], opsets: Mapping[str, int]) -> dict[str, Array] | None:
    """Outputs of an operator; None if an input is not among `values`, or if the operator cannot be evaluated."""
    from onnx.reference import ReferenceEvaluator

    inputs = [name for name in node.input if name]
    if node.op_type == "Constant" or not inputs or not all(name in values for name in inputs):
        return None
    try:
        outputs = ReferenceEvaluator(node, opsets=dict(opsets)).run(None, {name: values[name] for name in inputs})
    except Exception:  # an operator that the reference does not support stays in the graph
        return None
    results = {name: np.asarray(value) for name, value in zip(node.output, outputs, strict=True)}
    return results if all(value.size <= _SMALL for value in results.values()) else None
