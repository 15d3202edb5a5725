"""Binary accuracy: the share of items on the right side of a probability of 0.5, for networks with a single output."""

from __future__ import annotations

from odviz.arrays import Array, Bools
from odviz.metrics._classes import classes_and_targets, single_output
from odviz.metrics.base import Outputs
from odviz.metrics.top1 import Top1


class Binary(Top1):
    """Targets are 0 or 1, shape (N,); the first output is one number an item, shape (N,) or (N, 1).

    The number is the probability of class 1 or its logit; `threshold` in `odviz.metrics._classes` tells these apart by
    all items. Scores are booleans, shape (N,): whether each prediction is right.
    """

    name = "binary"
    summary = "Share of the test items that are told right, yes or no, at a probability of 0.5 (binary accuracy)."
    chance_title = "always predicting the more frequent of the two"

    def score(self, outputs: Outputs, targets: Array) -> Bools:
        """See Metric.score."""
        single_output(outputs)  # refuses several
        classes, true = classes_and_targets(outputs, targets).T
        right: Bools = classes == true
        return right


plugin = Binary()
