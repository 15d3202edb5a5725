"""Root mean squared error of a regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from odviz.metrics.base import Array, Bools, Floats, Metric, Outputs

TOLERANCE = 0.1
"""Two models predict the same value if they differ by less than this share of the parent's standard deviation."""


@dataclass(frozen=True)
class Rmse(Metric):
    """Targets are numbers, shape (N, …); the first output has the same shape, or one more axis of length 1.

    Scores are the mean squared errors of the items, shape (N,).

    Attributes:
        name: as a task names it.
        unit: of the targets ("°C"); empty for pure numbers. A metric for another unit is `Rmse("rmse-celsius", "°C")`
            in a file of its own.
    """

    name: str = "rmse"
    unit: str = ""

    title = "RMSE"
    summary = "Root mean squared error: how far predicted values typically lie from the true ones."
    higher_is_better = False
    chance_title = "always predicting the mean"

    def score(self, outputs: Outputs, targets: Array) -> Floats:
        """See Metric.score."""
        return _squared(_values(outputs, targets.shape) - targets.astype(float))

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate."""
        means: Floats = np.sqrt(weights.astype(float) @ scores / weights.sum(axis=1))
        return means

    def chance_scores(self, targets: Array) -> Floats:
        """See Metric.chance_scores."""
        return _squared(targets.mean(axis=0, dtype=float) - targets)

    def agreement(self, outputs: Outputs, parent_outputs: Outputs) -> Bools:
        """See Metric.agreement; all values of an item must lie within `TOLERANCE`."""
        own, parent = (output[0].astype(float).reshape(len(output[0]), -1) for output in (outputs, parent_outputs))
        near: Bools = (np.abs(own - parent) <= TOLERANCE * parent.std(axis=0)).all(axis=1)
        return near


def _values(outputs: Outputs, shape: tuple[int, ...]) -> Floats:
    values = outputs[0].astype(float)
    if values.shape not in (shape, (*shape, 1)):
        raise ValueError(f"outputs of shape {values.shape} for targets of shape {shape}")
    return values.reshape(shape)


def _squared(errors: Floats) -> Floats:
    means: Floats = (errors.reshape(len(errors), -1) ** 2).mean(axis=1)
    return means


plugin = Rmse()
