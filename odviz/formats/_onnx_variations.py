"""Copies of an ONNX model that compute the same in other conditions: without zeros, or for several items."""

from __future__ import annotations

from typing import Any

import numpy as np


def fill(model: Any) -> int:
    """Put numbers in place of the zeros of stored float weights, in place; in how many tensors."""
    import onnx

    changed = 0
    for tensor in model.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT or len(tensor.dims) < 2:
            continue
        values = onnx.numpy_helper.to_array(tensor)
        filled = without_zeros(values)
        if filled is not None:
            tensor.CopyFrom(onnx.numpy_helper.from_array(filled, tensor.name))
            changed += 1
    return changed


def without_zeros(values: Any) -> Any:
    """The values with their mean magnitude in place of zeros; None if there are no zeros, or nothing else."""
    zero = values == 0
    if not zero.any() or zero.all():
        return None
    return np.where(zero, np.abs(values[~zero]).mean(dtype=float).astype(values.dtype), values)


def batched(model: Any, items: int) -> bool:
    """Let a model take so many items at once, in place; whether it has an input for one item alone.

    A model that fixes the batch anywhere else, as in the shape of a Reshape, cannot be run afterwards.
    """
    graph = model.graph
    stored = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in stored]
    for value in inputs:
        sizes = value.type.tensor_type.shape.dim
        if not sizes or sizes[0].dim_value > 1:
            return False
        sizes[0].dim_value = items
    for value in graph.output:
        value.type.tensor_type.ClearField("shape")
    del graph.value_info[:]
    return bool(inputs)
