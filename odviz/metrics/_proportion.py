"""The base class of metrics that are a share of the items."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from odviz.arrays import Array, Floats
from odviz.domain.estimate import Estimate
from odviz.metrics._mean import MeanMetric
from odviz.stats import joint_accuracy, mcnemar, paired_difference, share
from odviz.stats.proportions import exact_paired_difference


class Proportion(MeanMetric):
    """Scores are booleans, shape (N,): whether an item counts.

    Intervals are Wilson's, differences Bonett and Price's (exact where many hold at once), p-values McNemar's.
    """

    unit = "1"
    higher_is_better = True

    def item_interval(self, scores: Array, *, level: float, scope: str) -> Estimate:
        """See Metric.item_interval; by Wilson's method."""
        return share(scores, level=level, scope=scope)

    def item_difference(self, scores: Array, parent_scores: Array) -> Estimate:
        """See Metric.item_difference; by Bonett and Price's method."""
        return paired_difference(scores, parent_scores)

    def item_strict_difference(self, scores: Array, parent_scores: Array, *, level: float) -> Estimate:
        """See Metric.item_strict_difference; exact."""
        return exact_paired_difference(scores, parent_scores, level)

    def item_p_value(self, scores: Array, parent_scores: Array) -> float:
        """See Metric.item_p_value; McNemar's exact test."""
        return mcnemar(scores, parent_scores)

    def item_replicates(self, scores: Sequence[Array], resamples: int, rng: np.random.Generator) -> Floats:
        """See Metric.item_replicates; one matrix product for all models."""
        return joint_accuracy(np.stack(scores, axis=1), resamples, rng)
