"""Copies of a TFLite model that compute the same in other conditions, or only its first layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from odviz.formats._onnx_variations import without_zeros
from odviz.formats._tflite_layers import graph_of, stored


def fill(model: Any) -> int:
    """Put numbers in place of the zeros of stored float weights of a `ModelT`, in place; in how many tensors."""
    graph, _, types = graph_of(model)
    changed = 0
    for tensor in graph.tensors:
        buffer = model.buffers[tensor.buffer]
        if types[tensor.type] != "FLOAT32" or len(tensor.shape) < 2 or not stored(buffer):
            continue
        filled = without_zeros(np.frombuffer(stored(buffer), "<f4"))
        if filled is not None:
            buffer.data = filled.astype("<f4").tobytes()
            changed += 1
    return changed


def cut(model: Any, tensors: Sequence[str]) -> None:
    """Remove all operators of a `ModelT` behind the last one that writes one of these tensors, in place.

    The outputs are what later operators, or who runs the model, would have read.
    """
    graph, _, _ = graph_of(model)
    wanted = set(map(int, tensors))
    last = max(place for place, operator in enumerate(graph.operators) if wanted & set(map(int, operator.outputs)))
    kept, dropped = graph.operators[: last + 1], graph.operators[last + 1 :]
    needed = {int(index) for operator in dropped for index in operator.inputs} | set(map(int, graph.outputs))
    inputs = set(map(int, graph.inputs))
    written = {int(index) for operator in kept for index in operator.outputs}
    graph.operators = kept
    graph.outputs = sorted((written & needed) - inputs or wanted)
    model.signatureDefs = None
