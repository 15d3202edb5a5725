"""Top-5 accuracy: the share of items whose target class is among the five largest outputs."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array, Bools
from odviz.metrics._classes import NO_CLASS, OfClasses, check_same_items, predicted_classes, table
from odviz.metrics._proportion import Proportion
from odviz.metrics.base import Outputs

PLACES = 5


class Top5(OfClasses, Proportion):
    """Targets are class indices, shape (N,); the first output is (N, C), any monotone score of six or more classes.

    Scores are booleans, shape (N,): whether fewer than five classes come before that of the target. Of equal outputs
    the first class comes first. An item is wrong if an output is NaN or infinite, or
    if its target is none of the classes.
    """

    name = "top5"
    title = "Top-5 accuracy"
    summary = "Share of the test items whose class is among the five that the model finds likeliest."
    chance_title = "always predicting the five most frequent classes"

    def score(self, outputs: Outputs, targets: Array) -> Bools:
        """See Metric.score."""
        classes = predicted_classes(outputs)
        check_same_items(len(classes), targets)
        logits = table(outputs)
        count = logits.shape[1]
        if count <= PLACES:
            raise ValueError(f"of {count} classes the right one is always among the first {PLACES}: use top-1 accuracy")
        known = (classes != NO_CLASS) & (targets >= 0) & (targets < count)
        column = np.where(known, targets, 0)[:, np.newaxis]
        own = np.take_along_axis(logits, column, axis=1)
        before = (logits > own) | ((logits == own) & (np.arange(count) < column))
        right: Bools = (before.sum(axis=1) < PLACES) & known
        return right

    def chance_scores(self, targets: Array) -> Bools:
        """See Metric.chance_scores."""
        names, counts = np.unique(targets, return_counts=True)
        return np.isin(targets, names[np.argsort(-counts, kind="stable")[:PLACES]])

    def describe(self, value: float) -> str:
        """See Metric.describe."""
        return f"in about {1000 * (1 - value):.0f} of 1,000 predictions the right class is not among the first {PLACES}"


plugin = Top5()
