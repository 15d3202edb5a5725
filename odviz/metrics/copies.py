"""The mean of a metric over several copies of the same items, each changed in another way."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array, Bools, Floats
from odviz.metrics._mean import MeanMetric
from odviz.metrics.base import Metric, Outputs


class OverCopies(Metric):
    """Items are the originals: a bootstrap draws an item with all of its copies.

    Scores have shape (N, K, …): those of the metric for the K copies of each item. Outputs are of the copies, shape
    (K × N, …): of all items in the first way, then of all in the second. Targets are of the originals, shape (N, …).

    Args:
        metric: whose mean it is.
        count: number of copies, K.
    """

    def __init__(self, metric: Metric, count: int) -> None:
        self.metric, self.count = metric, count
        self.name, self.title, self.summary, self.unit = metric.name, metric.title, metric.summary, metric.unit
        self.higher_is_better, self.chance_title = metric.higher_is_better, metric.chance_title
        self.within_class, self.targets = metric.within_class, metric.targets

    def score(self, outputs: Outputs, targets: Array) -> Array:
        """See Metric.score."""
        repeated = np.tile(targets, (self.count, *[1] * (targets.ndim - 1)))
        return self._by_item(self.metric.score(outputs, repeated))

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate."""
        values: Floats = np.mean([self.metric.aggregate(copy, weights) for copy in np.moveaxis(scores, 1, 0)], axis=0)
        return values

    def chance_scores(self, targets: Array) -> Array:
        """See Metric.chance_scores."""
        return np.stack([self.metric.chance_scores(targets)] * self.count, axis=1)

    def agreement(self, outputs: Outputs, parent_outputs: Outputs) -> Bools:
        """See Metric.agreement; in all copies of an item."""
        same: Bools = self._by_item(self.metric.agreement(outputs, parent_outputs)).all(axis=1)
        return same

    def _by_item(self, values: Array) -> Array:
        return np.moveaxis(values.reshape(self.count, -1, *values.shape[1:]), 0, 1)


class MeanOverCopies(OverCopies):
    """The same for a metric that is the mean of one score an item: the copies of an item are averaged first."""

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate."""
        means: Floats = weights.astype(float) @ scores.mean(axis=1) / weights.sum(axis=1)
        return means


def copies_of(metric: Metric, count: int) -> OverCopies:
    """The mean of a metric over copies of the items; see `OverCopies`."""
    is_mean = type(metric).aggregate is MeanMetric.aggregate
    return (MeanOverCopies if is_mean else OverCopies)(metric, count)
