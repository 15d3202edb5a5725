"""Top-1 accuracy: the share of items whose largest output is that of the target class."""

from __future__ import annotations

from odviz.arrays import Array, Bools
from odviz.metrics._classes import OfClasses, check_same_items, most_frequent, predicted_classes
from odviz.metrics._proportion import Proportion
from odviz.metrics.base import Outputs


class Top1(OfClasses, Proportion):
    """Targets are class indices, shape (N,); the first output is (N, C), any monotone score of the classes.

    Scores are booleans, shape (N,): whether each prediction is right.
    """

    name = "top1"
    title = "Accuracy"
    summary = "Share of the test items whose class is predicted right (top-1 accuracy)."
    counts_right = True
    chance_title = "always predicting the most frequent class"

    def score(self, outputs: Outputs, targets: Array) -> Bools:
        """See Metric.score."""
        classes = predicted_classes(outputs)
        check_same_items(len(classes), targets)
        right: Bools = classes == targets
        return right

    def chance_scores(self, targets: Array) -> Bools:
        """See Metric.chance_scores."""
        return most_frequent(targets)

    def describe(self, value: float) -> str:
        """See Metric.describe."""
        return f"about {1000 * (1 - value):.0f} of 1,000 predictions are wrong"


plugin = Top1()
