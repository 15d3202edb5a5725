"""Mean absolute error of a regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from odviz.arrays import Array, Floats
from odviz.metrics._regression import Regression, errors, per_item
from odviz.metrics.base import Outputs


@dataclass(frozen=True)
class Mae(Regression):
    """Scores are the mean absolute errors of the items, shape (N,).

    Attributes:
        name: as a task names it.
        unit: of the targets, as for `odviz.metrics.rmse.Rmse`.
    """

    name: str = "mae"
    unit: str = ""

    title = "MAE"
    summary = "Mean absolute error: how far predicted values lie from the true ones on average."
    higher_is_better = False
    chance_title = "always predicting the median"

    def score(self, outputs: Outputs, targets: Array) -> Floats:
        """See Metric.score."""
        return _mean_sizes(errors(outputs, targets))

    def chance_scores(self, targets: Array) -> Floats:
        """See Metric.chance_scores."""
        true = per_item(targets)
        return _mean_sizes(np.median(true, axis=0) - true)


def _mean_sizes(values: Floats) -> Floats:
    means: Floats = np.abs(values).mean(axis=1)
    return means


plugin = Mae()
