"""AUROC: the area under the receiver operating characteristic of networks with a single output.

It is the share of the pairs of a positive and a negative item in which the positive one has the higher output; equal
outputs count half (Mann and Whitney's statistic; Hanley and McNeil, Radiology 143, 1982).
"""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array, Floats
from odviz.domain.estimate import Estimate
from odviz.metrics._classes import OfClasses, check_binary, check_same_items, single_output
from odviz.metrics.base import Outputs
from odviz.stats.ranks import auroc_interval


class Auroc(OfClasses):
    """Targets are 0 or 1, shape (N,); the first output is one number an item, shape (N,) or (N, 1): any scale.

    Scores have shape (N, 2): output and target of each item; an output that is infinite is NaN. A set of items without
    a positive or a negative one has no pairs, and an AUROC of 0.5. Intervals are Newcombe's.
    """

    name = "auroc"
    title = "AUROC"
    summary = "How often a positive item gets a higher output than a negative one, whatever the threshold."
    unit = "1"
    higher_is_better = True
    within_class = False
    chance_title = "giving all items the same output"

    def score(self, outputs: Outputs, targets: Array) -> Floats:
        """See Metric.score."""
        values = single_output(outputs)
        check_same_items(len(values), targets)
        check_binary(targets)
        return np.stack([np.where(np.isfinite(values), values, np.nan), targets.astype(float)], axis=1)

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate. NaN if an output is NaN."""
        if np.isnan(scores).any():
            return np.full(len(weights), np.nan)
        order = np.argsort(scores[:, 0], kind="stable")
        values, positive = scores[order].T
        ordered = weights[:, order].astype(float)
        starts = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)  # of runs of equal outputs; NaN differs
        positives = np.add.reduceat(ordered * positive, starts, axis=1)
        negatives = np.add.reduceat(ordered * (1 - positive), starts, axis=1)
        below = np.cumsum(negatives, axis=1) - negatives / 2
        pairs = positives.sum(axis=1) * negatives.sum(axis=1)
        in_order = (positives * below).sum(axis=1)
        return np.divide(in_order, pairs, out=np.full(len(weights), 0.5), where=pairs > 0)

    def chance_scores(self, targets: Array) -> Floats:
        """See Metric.chance_scores."""
        return np.stack([np.zeros(len(targets)), targets.astype(float)], axis=1)

    def describe(self, value: float) -> str:
        """See Metric.describe."""
        return f"of 1,000 pairs of a positive and a negative item, about {1000 * (1 - value):.0f} are ordered wrongly"

    def item_interval(self, scores: Array, *, level: float, scope: str) -> Estimate:
        """See Metric.item_interval; by Newcombe's method."""
        positives = int(scores[:, 1].sum())
        value = self.value(scores)
        low, high = auroc_interval(value, positives, len(scores) - positives, level)
        return self._estimate(value, low, high, len(scores), level, scope)


plugin = Auroc()
