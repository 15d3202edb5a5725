"""Top-1 accuracy: the share of items whose largest output is that of the target class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from odviz.domain.estimate import Estimate
from odviz.metrics.base import Array, Bools, Floats, Metric, Outputs
from odviz.stats import joint_accuracy, mcnemar, paired_difference, share

NO_CLASS = -1
"""Prediction for an item whose outputs are not all finite."""


class Top1(Metric):
    """Targets are class indices, shape (N,); the first output is (N, C), any monotone score of the classes.

    Scores are booleans, shape (N,): whether each prediction is right. Intervals are Wilson's, differences Bonett and
    Price's, p-values McNemar's.
    """

    name = "top1"
    title = "Accuracy"
    summary = "Share of the test items whose class is predicted right (top-1 accuracy)."
    unit = "1"
    higher_is_better = True
    chance_title = "always predicting the most frequent class"

    def score(self, outputs: Outputs, targets: Array) -> Bools:
        """See Metric.score."""
        classes = predicted_classes(outputs)
        if classes.shape != targets.shape:
            raise ValueError(f"predictions for {len(classes)} items, targets of shape {targets.shape}")
        right: Bools = classes == targets
        return right

    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """See Metric.aggregate."""
        shares: Floats = (weights @ scores.astype(np.float32)).astype(float) / weights.sum(axis=1)
        return shares

    def chance_scores(self, targets: Array) -> Bools:
        """See Metric.chance_scores."""
        right: Bools = targets == np.bincount(targets).argmax()
        return right

    def agreement(self, outputs: Outputs, parent_outputs: Outputs) -> Bools:
        """See Metric.agreement. An item without a class agrees with nothing."""
        classes = predicted_classes(outputs)
        same: Bools = (classes == predicted_classes(parent_outputs)) & (classes != NO_CLASS)
        return same

    def describe(self, value: float) -> str:
        """See Metric.describe."""
        return f"about {1000 * (1 - value):.0f} of 1,000 predictions are wrong"

    def item_interval(self, scores: Array, *, level: float, scope: str) -> Estimate:
        """See Metric.item_interval; by Wilson's method."""
        return share(scores, level=level, scope=scope)

    def item_difference(self, scores: Array, parent_scores: Array) -> Estimate:
        """See Metric.item_difference; by Bonett and Price's method."""
        return paired_difference(scores, parent_scores)

    def item_p_value(self, scores: Array, parent_scores: Array) -> float:
        """See Metric.item_p_value; McNemar's exact test."""
        return mcnemar(scores, parent_scores)

    def item_replicates(self, scores: Sequence[Array], resamples: int, rng: np.random.Generator) -> Floats:
        """See Metric.item_replicates; one matrix product for all models."""
        return joint_accuracy(np.stack(scores, axis=1), resamples, rng)


def predicted_classes(outputs: Outputs) -> NDArray[np.int64]:
    """Find the class of each item: the largest output, the first of equals.

    Args:
        outputs: the first has shape (N, C).

    Returns:
        Shape (N,); `NO_CLASS` where an output is NaN or infinite.

    Raises:
        ValueError: the first output is not a table with at least one item and two classes.
    """
    logits = outputs[0]
    if logits.ndim != 2 or 0 in logits.shape:
        raise ValueError(f"outputs must be (items, classes), not {logits.shape}")
    if logits.shape[1] == 1:
        raise ValueError("a single output an item has no largest one; one for each class is needed")
    classes: NDArray[np.int64] = np.where(np.isfinite(logits).all(axis=1), logits.argmax(axis=1), NO_CLASS)
    return classes


plugin = Top1()
