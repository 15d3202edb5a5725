"""The base class of metrics that are the mean of one score an item."""

from __future__ import annotations

from odviz.arrays import Array, Floats
from odviz.metrics.base import Metric


class MeanMetric(Metric):
    """Scores have shape (N,); the metric is their mean."""

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate."""
        means: Floats = weights.astype(float) @ scores / weights.sum(axis=1)
        return means
