"""Which exercise is somebody doing? Four seconds of a smartwatch's motion sensors, people not seen in training."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.library import datasets
from odviz.tasks.base import Task


class Exercise(Task):
    """Inputs are windows of accelerometer and gyroscope, shape (N, 200, 6) float32, standardised per channel."""

    name = "exercise"
    title = "Exercise recognition"
    summary = "Feels how a watch moves for four seconds and says which exercise its wearer is doing."
    knows = (
        "Seven shoulder exercises, learned from six healthy adults with a watch on the wrist. It takes everything "
        "else, rest and walking too, for one of the seven."
    )
    metric = "top1"
    shape, dtype = (200, 6), "float32"
    takes = (
        "four seconds of a watch's accelerometer (g) and gyroscope (rad/s), 50 times a second: ax ay az wx wy wz, less "
        "the mean and over the spread of each, which normalisation.json has"
    )
    groups = "people"

    def prepare(self, stored: Mapping[str, Array]) -> Array:
        """Physical values, standardised per channel with the training part's mean and deviation."""
        normalise = _normalisation()
        mean, std = (np.asarray(normalise[key], np.float32) for key in ("mean", "std"))
        physical = stored["x"].astype(np.float32) * stored["scale"].astype(np.float32)
        inputs: NDArray[np.float32] = ((physical - mean) / std).astype(np.float32)
        return inputs

    def preparation(self) -> Mapping[str, bytes]:
        """Mean and spread of each channel."""
        return {"normalisation.json": json.dumps(_normalisation(), indent=1).encode()}


def _normalisation() -> Mapping[str, Any]:
    normalise: Mapping[str, Any] = datasets.constant("exercise", "normalise", dict[str, list[float]])
    return normalise


plugin = Exercise()
