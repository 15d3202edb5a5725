"""R², the coefficient of determination of a regression."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array, Floats
from odviz.metrics._regression import Regression, errors, per_item
from odviz.metrics.base import Outputs
from odviz.stats.scales import LOG_REST, Scale
from odviz.units import percent

_EQUAL = 1e-12
"""Variance of equal targets, as a share of their mean square: only rounding."""


class R2(Regression):
    """Scores have shape (N, 2, K): squared error and target of each of K values of an item.

    R² is averaged over the K values. As in scikit-learn's `r2_score`, a value whose targets are all equal in a weighted
    set has an R² of 1 there if all predictions are right, else of 0.
    """

    name = "r2"
    title = "R²"
    summary = "Coefficient of determination: the share of the variance of the true values that predictions explain."
    unit = ""  # no share: it may be negative
    higher_is_better = True
    chance_title = "always predicting the mean"

    def score(self, outputs: Outputs, targets: Array) -> Floats:
        """See Metric.score."""
        return np.stack([errors(outputs, targets) ** 2, per_item(targets)], axis=1)

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate."""
        weights = weights.astype(float)
        squares, true = scores[:, 0], scores[:, 1] - scores[:, 1].mean(axis=0)
        unexplained, mean_squares = weights @ squares, weights @ true**2
        total = mean_squares - (weights @ true) ** 2 / weights.sum(axis=1, keepdims=True)
        equal = total <= _EQUAL * mean_squares
        shares = np.where(equal, unexplained == 0, 1 - unexplained / np.where(equal, 1, total))
        means: Floats = shares.mean(axis=1)
        return means

    def chance_scores(self, targets: Array) -> Floats:
        """See Metric.chance_scores."""
        true = per_item(targets)
        return np.stack([(true.mean(axis=0) - true) ** 2, true], axis=1)

    def describe(self, value: float) -> str:
        """See Metric.describe."""
        if value < 0:
            return "worse than always predicting the mean"
        return f"explains about {percent(value)} of how the true values vary"

    def scale(self, values: Floats) -> Scale:
        """See Metric.scale."""
        return LOG_REST if values.max() < 1 else super().scale(values)


plugin = R2()
