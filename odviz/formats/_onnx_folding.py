"""Folds what a graph computes from constants alone, so that shapes which exporters compute at run time are known.

PyTorch writes the amounts of a Pad or the target of a Reshape as a dozen small operators; runtimes fold them when they
load a file, and so must whoever wants to know its shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SMALL = 4096
"""Elements above which a value is data rather than a shape, and is left alone."""


def folded(model: Any, constants: Mapping[str, NDArray[Any]]) -> Any:
    """A copy of a model in which small constant subgraphs are initializers.

    Args:
        model: an `onnx.ModelProto`; not changed.
        constants: value of every stored tensor.

    Returns:
        The model itself where there is nothing to fold.
    """
    import onnx

    opsets = {entry.domain: entry.version for entry in model.opset_import}
    known = {name: value for name, value in constants.items() if value.size <= _SMALL}
    computed: dict[str, NDArray[Any]] = {}
    kept = []
    for node in model.graph.node:
        values = _evaluate(node, {**known, **computed}, opsets) if node.domain == "" else None
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


def _evaluate(
    node: Any, known: Mapping[str, NDArray[Any]], opsets: Mapping[str, int]
) -> dict[str, NDArray[Any]] | None:
    """Outputs of an operator all of whose inputs are known and small; None where they are not, or it cannot be run."""
    from onnx.reference import ReferenceEvaluator

    inputs = [name for name in node.input if name]
    if node.op_type == "Constant" or not inputs or not all(name in known for name in inputs):
        return None
    try:
        outputs = ReferenceEvaluator(node, opsets=dict(opsets)).run(None, {name: known[name] for name in inputs})
    except Exception:  # whatever the reference cannot do stays in the graph, its shape unknown as before
        return None
    values = {name: np.asarray(value) for name, value in zip(node.output, outputs, strict=True)}
    return values if all(value.size <= _SMALL for value in values.values()) else None
