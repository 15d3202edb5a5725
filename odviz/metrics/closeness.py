"""Closeness: the cosine similarity to the parent's outputs, for items without labels and outputs that are no scores."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array, Bools, Floats
from odviz.metrics._mean import MeanMetric
from odviz.metrics._parent import check_shape, vectors
from odviz.metrics.base import Outputs, Targets

TOLERANCE = 0.1
"""Two models predict the same if they differ by at most this share of the length of the parent's output."""


class Closeness(MeanMetric):
    """Targets are the parent's first output on the items, shape (N, …), as the first output of a model.

    Scores have shape (N,): the cosine of the angle between both outputs of an item, as vectors. An angle of more than
    90° counts as 0, as does an output of zeros, unless both are. The cosine does not see a factor common to all values
    of an item. Of a single value an item it would see the sign alone, so that these are refused: R² with the
    parent's outputs as targets compares them.
    """

    name = "closeness"
    title = "Closeness"
    summary = "Cosine similarity to the outputs of the uncompressed network, averaged over the test items."
    unit = "1"
    higher_is_better = True
    chance_title = "always giving the mean direction of the outputs of the uncompressed network"
    targets = Targets.OUTPUTS

    def score(self, outputs: Outputs, targets: Array) -> Floats:
        """See Metric.score."""
        check_shape(outputs[0], targets)
        own, parent = vectors(outputs[0]), vectors(targets)
        if own.shape[1] < 2:
            raise ValueError("of one value an item a cosine sees the sign alone: use R²")
        return _cosines(own, parent)

    def chance_scores(self, targets: Array) -> Floats:
        """See Metric.chance_scores. The mean of the vectors of length 1 has the greatest mean cosine with these."""
        parent = vectors(targets)
        mean = _units(parent).mean(axis=0)
        return _cosines(np.broadcast_to(mean, parent.shape), parent)

    def agreement(self, outputs: Outputs, parent_outputs: Outputs) -> Bools:
        """See Metric.agreement; the lengths must be alike too, see `TOLERANCE`."""
        own, parent = vectors(outputs[0]), vectors(parent_outputs[0])
        near: Bools = np.linalg.norm(own - parent, axis=1) <= TOLERANCE * np.linalg.norm(parent, axis=1)
        return near


def _units(rows: Floats) -> Floats:
    """Vectors of length 1, or 0; NaN for those that are not finite."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units: Floats = np.where(np.isfinite(lengths), rows, np.nan) / np.where(lengths > 0, lengths, 1)
    return units


def _cosines(own: Floats, parent: Floats) -> Floats:
    cosines = (_units(own) * _units(parent)).sum(axis=1)
    both_zero = ~own.any(axis=1) & ~parent.any(axis=1)
    return np.where(both_zero, 1.0, np.clip(cosines, 0, 1))


plugin = Closeness()
