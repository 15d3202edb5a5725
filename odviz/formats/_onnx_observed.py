"""What inference leaves open in an ONNX model, observed in ONNX Runtime: shapes, and which branches are taken."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from odviz.formats.onnx_run import outputs_of

Shape = tuple[int, ...]


def observed(model: Any, names: Sequence[str]) -> tuple[dict[str, Shape], dict[str, int]]:
    """Shapes and element sizes of computed tensors, from one run on zeros.

    Args:
        model: an `onnx.ModelProto`; not changed.
        names: of the tensors.

    Returns:
        Both by name; empty if an input has open sizes, or ONNX Runtime cannot run the model.
    """
    inputs = model.graph.input
    if any(dim.dim_value <= 0 for value in inputs for dim in value.type.tensor_type.shape.dim):
        return {}, {}
    try:
        (values,) = outputs_of(model, names, [{value.name: _zeros(value) for value in inputs}])
    except Exception:  # its errors share no base class
        return {}, {}
    arrays = {name: value for name, value in zip(names, values, strict=True) if isinstance(value, np.ndarray)}
    return {name: array.shape for name, array in arrays.items()}, {
        name: array.itemsize for name, array in arrays.items()
    }


def without_branches(model: Any) -> Any:
    """A copy of a model in which each If is the branch that is always taken for inputs of these shapes.

    Args:
        model: an `onnx.ModelProto`; not changed.

    Returns:
        None if the model has no If, if one depends on the values of inputs, or if ONNX Runtime cannot load the model.
    """
    import onnx
    import onnxruntime

    if not any(node.op_type == "If" for node in model.graph.node):
        return None
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "resolved.onnx"
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(target)
        options.log_severity_level = 4
        try:
            onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        except Exception:  # its errors share no base class
            return None
        resolved = onnx.load(str(target))
    return None if any(node.op_type == "If" for node in resolved.graph.node) else resolved


def _zeros(value: Any) -> Any:
    import onnx

    kind = value.type.tensor_type
    return np.zeros([dim.dim_value for dim in kind.shape.dim], onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type))
