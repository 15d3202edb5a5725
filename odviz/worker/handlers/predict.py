"""Predicts every input, for the metric."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.library.files import atomic_write
from odviz.worker.protocol import Predict
from odviz.worker.request import Done
from odviz.worker.serve import Worker


def handle(request: Predict, worker: Worker) -> Done:
    """See protocol.Predict."""
    model = worker.loaded()
    count = len(model.inputs)
    outputs: list[Array] = []
    for index, item in enumerate(model.inputs):
        predicted = model.session.predict(item)
        if not outputs:
            outputs = [_room(count, output) for output in predicted]
        for rows, output in zip(outputs, predicted, strict=True):
            if output.shape != rows.shape[1:]:
                raise FileRefused(f"An output has shape {rows.shape[1:]} for one item and {output.shape} for another.")
            rows[index] = output
        worker.report_alive_at_times()
    with atomic_write(Path(request.out)) as file:
        np.savez(file, *outputs)
    return Done()


def _room(count: int, output: Array) -> Array:
    """An empty array for the same output of every item.

    Raises:
        FileRefused: the output does not consist of numbers.
    """
    if output.dtype.kind not in "biuf":
        raise FileRefused(f"An output is of type {output.dtype}; odviz reads booleans, integers and floats.")
    return np.empty((count, *output.shape), output.dtype)
