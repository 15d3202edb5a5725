"""Agreement: the share of items on which a model predicts the same class as the parent, for items without labels."""

from __future__ import annotations

from odviz.arrays import Array, Bools
from odviz.metrics._classes import OfClasses, decided_classes, most_frequent, same_classes
from odviz.metrics._parent import check_shape
from odviz.metrics._proportion import Proportion
from odviz.metrics.base import Outputs, Targets


class Agreement(OfClasses, Proportion):
    """Targets are the parent's first output on the items: shape (N, C), (N, 1) or (N,), as the first output of a model.

    Of C outputs the largest is the class; a single one is judged as by binary accuracy. An item for which either model
    has an output that is NaN or infinite does not count. Scores are booleans, shape (N,).
    """

    name = "agreement"
    title = "Agreement"
    summary = "Share of the test items for which the uncompressed network predicts the same, right or wrong."
    chance_title = "always predicting the class that the uncompressed network predicts most often"
    targets = Targets.OUTPUTS

    def score(self, outputs: Outputs, targets: Array) -> Bools:
        """See Metric.score."""
        check_shape(outputs[0], targets)
        return same_classes(outputs, (targets,))

    def chance_scores(self, targets: Array) -> Bools:
        """See Metric.chance_scores."""
        (classes,) = decided_classes((targets,))
        return most_frequent(classes)

    def describe(self, value: float) -> str:
        """See Metric.describe."""
        return f"about {1000 * (1 - value):.0f} of 1,000 predictions are others than those of the uncompressed network"


plugin = Agreement()
