"""Likeness: how near the outputs on random inputs are to those of the parent, for networks without data."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array, Bools, Floats
from odviz.metrics._mean import MeanMetric
from odviz.metrics._parent import check_shape, vectors
from odviz.metrics.base import Outputs, Targets

_NEAR = 0.9
"""Least likeness of two models that predict the same."""


class Likeness(MeanMetric):
    """Targets are the parent's first output on the items, shape (N, …), as the first output of a model.

    Scores have shape (N,): 1 less the length of the difference of both outputs, as a share of the length of the
    parent's, and at least 0. Nothing follows from it about right and wrong, so that no variant is chosen by it.
    """

    name = "likeness"
    title = "Likeness"
    summary = (
        "How near the outputs on random inputs are to those of the uncompressed network; says nothing of accuracy."
    )
    unit = "1"
    higher_is_better = True
    decides = False
    chance_title = "always giving the output that is nearest to all"
    targets = Targets.OUTPUTS

    def score(self, outputs: Outputs, targets: Array) -> Floats:
        """See Metric.score."""
        check_shape(outputs[0], targets)
        own, parent = vectors(outputs[0]), vectors(targets)
        lengths = np.linalg.norm(parent, axis=1)
        apart = np.linalg.norm(own - parent, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(apart == 0, 0.0, apart / lengths)
        scores: Floats = np.clip(1 - shares, 0, 1)
        return scores

    def chance_scores(self, targets: Array) -> Floats:
        """See Metric.chance_scores."""
        constants = (np.broadcast_to(row, targets.shape) for row in (np.zeros_like(targets[0]), *targets))
        return max((self.score((constant,), targets) for constant in constants), key=np.mean)

    def agreement(self, outputs: Outputs, parent_outputs: Outputs) -> Bools:
        """See Metric.agreement."""
        near: Bools = self.score(outputs, parent_outputs[0]) >= _NEAR
        return near


plugin = Likeness()
