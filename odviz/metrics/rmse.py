"""Root mean squared error of a regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from odviz.arrays import Array, Floats
from odviz.metrics._regression import Regression, errors, per_item
from odviz.metrics.base import Outputs


@dataclass(frozen=True)
class Rmse(Regression):
    """Scores are the mean squared errors of the items, shape (N,).

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
        return _mean_squares(errors(outputs, targets))

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate."""
        return np.sqrt(super().aggregate(scores, weights))

    def chance_scores(self, targets: Array) -> Floats:
        """See Metric.chance_scores."""
        true = per_item(targets)
        return _mean_squares(true.mean(axis=0) - true)


def _mean_squares(values: Floats) -> Floats:
    means: Floats = (values**2).mean(axis=1)
    return means


plugin = Rmse()
