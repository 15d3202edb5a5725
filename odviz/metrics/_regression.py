"""The base class of metrics of a regression."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array, Bools, Floats
from odviz.metrics._mean import MeanMetric
from odviz.metrics.base import Outputs, Targets

TOLERANCE = 0.1
"""Two models predict the same value if they differ by less than this share of the parent's standard deviation."""


class Regression(MeanMetric):
    """Targets are numbers, shape (N, …); the first output has the same shape, or one more axis of length 1."""

    targets = Targets.VALUES

    def agreement(self, outputs: Outputs, parent_outputs: Outputs) -> Bools:
        """See Metric.agreement; all values of an item must lie within `TOLERANCE`."""
        own, parent = (per_item(output[0]) for output in (outputs, parent_outputs))
        near: Bools = (np.abs(own - parent) <= TOLERANCE * parent.std(axis=0)).all(axis=1)
        return near


def errors(outputs: Outputs, targets: Array) -> Floats:
    """Predicted minus true values of each item, shape (N, K).

    Raises:
        ValueError: outputs of another shape than the targets.
    """
    shape = outputs[0].shape
    if shape not in (targets.shape, (*targets.shape, 1)):
        raise ValueError(f"outputs of shape {shape} for targets of shape {targets.shape}")
    return per_item(outputs[0]) - per_item(targets)


def per_item(values: Array) -> Floats:
    """The numbers of each item in a row, shape (N, K)."""
    rows: Floats = values.astype(float).reshape(len(values), -1)
    return rows
