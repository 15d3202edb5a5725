"""Balanced accuracy: the mean over classes of the share of a class's items that are predicted right (recall)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from odviz.arrays import Array, Bools, Floats
from odviz.domain.estimate import Estimate
from odviz.metrics._classes import ClassPairs, class_totals
from odviz.stats.proportions import exact_paired_difference, mean_difference, mean_share, paired_difference


class BalancedAccuracy(ClassPairs):
    """Classes that are no target in a weighted set do not count there, as in scikit-learn's `balanced_accuracy_score`.

    Intervals are Price and Bonett's; those of differences are recovered from the paired ones of the classes
    (`stats.proportions.mean_difference`).
    """

    name = "balanced-accuracy"
    title = "Balanced accuracy"
    summary = "Share of the items of a class that are predicted right, averaged over classes: each counts alike."
    unit = "1"
    higher_is_better = True
    chance_title = "always predicting one class"

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate."""
        predicted, true = scores.T
        names, index = np.unique(true, return_inverse=True)
        counts = class_totals(weights, index, len(names))
        right = class_totals(weights * (predicted == true), index, len(names))
        means: Floats = (right / np.maximum(counts, 1)).sum(axis=1) / (counts > 0).sum(axis=1)
        return means

    def describe(self, value: float) -> str:
        """See Metric.describe."""
        return (
            f"if all classes were equally frequent, about {1000 * (1 - value):.0f} of 1,000 predictions would be wrong"
        )

    def item_interval(self, scores: Array, *, level: float, scope: str) -> Estimate:
        """See Metric.item_interval; by Price and Bonett's method."""
        predicted, true = scores.T
        return mean_share([predicted[true == name] == name for name in np.unique(true)], level=level, scope=scope)

    def item_difference(self, scores: Array, parent_scores: Array) -> Estimate:
        """See Metric.item_difference; from Bonett and Price's interval of each class."""
        return _over_classes(scores, parent_scores, paired_difference)

    def item_strict_difference(self, scores: Array, parent_scores: Array, *, level: float) -> Estimate:
        """See Metric.item_strict_difference; from the exact interval of each class."""
        return _over_classes(scores, parent_scores, lambda own, parent: exact_paired_difference(own, parent, level))


def _over_classes(scores: Array, parent_scores: Array, difference: Callable[[Bools, Bools], Estimate]) -> Estimate:
    if not len(scores) or not np.array_equal(scores[:, 1], parent_scores[:, 1]):
        raise ValueError(f"not the same items: {len(scores)} against {len(parent_scores)}")
    own, parent = (predicted == true for predicted, true in (scores.T, parent_scores.T))
    members = (scores[:, 1] == name for name in np.unique(scores[:, 1]))
    parts = [difference(own[of_class], parent[of_class]) for of_class in members]
    return mean_difference(parts, scope="same items as the parent")


plugin = BalancedAccuracy()
