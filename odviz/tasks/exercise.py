"""Which exercise is somebody doing? Four seconds of a smartwatch's motion sensors, people not seen in training."""

from __future__ import annotations

import numpy as np

from odviz.tasks import _data
from odviz.tasks.base import Examples


class Exercise:
    """Inputs are windows of accelerometer and gyroscope, shape (N, 200, 6) float32, standardised per channel."""

    name = "exercise"
    title = "Exercise recognition"
    summary = "Feels how a watch moves for four seconds and says which exercise its wearer is doing."
    metric = "top-1 accuracy"

    def classes(self) -> tuple[str, ...]:
        """See base.Task."""
        return tuple(_data.labels(self.name)["classes"])

    def test(self) -> Examples:
        """See base.Task."""
        return self._examples("test")

    def calibration(self) -> Examples:
        """See base.Task."""
        return self._examples("calibration")

    def _examples(self, split: str) -> Examples:
        stored = _data.arrays(self.name, split)
        normalise = _data.labels(self.name)["normalise"]
        mean, std = (np.asarray(normalise[key], np.float32) for key in ("mean", "std"))
        physical = stored["x"].astype(np.float32) * stored["scale"].astype(np.float32)
        inputs = ((physical - mean) / std).astype(np.float32)
        return Examples(inputs, stored["y"].astype(np.int64), stored["group"])


plugin = Exercise()
