"""Macro F1: the mean over classes of F1, the harmonic mean of precision and recall."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array, Floats
from odviz.metrics._classes import NO_CLASS, ClassPairs, class_totals


class MacroF1(ClassPairs):
    """Classes that are neither target nor prediction in a weighted set do not count there.

    Those that are one of both have an F1 of 0, as in scikit-learn's `f1_score`. An item without a prediction is missed
    by its class and counted for no other.
    """

    name = "macro-f1"
    title = "Macro F1"
    summary = "How well each class is found and told from others (F1), averaged over classes: each counts alike."
    unit = "1"
    higher_is_better = True
    within_class = False
    chance_title = "always predicting the most frequent class"

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate."""
        names, index = np.unique(scores, return_inverse=True)
        predicted, true = index.reshape(scores.shape).T
        right = class_totals(weights * (predicted == true), true, len(names))
        total = class_totals(weights, predicted, len(names)) + class_totals(weights, true, len(names))
        total[:, names == NO_CLASS] = 0
        means: Floats = (2 * right / np.maximum(total, 1)).sum(axis=1) / (total > 0).sum(axis=1)
        return means


plugin = MacroF1()
