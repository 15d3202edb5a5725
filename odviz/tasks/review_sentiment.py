"""Is a review, a tweet or a film line positive or negative? Human-rated snippets, split by source document."""

from __future__ import annotations

import numpy as np

from odviz.tasks import _data
from odviz.tasks.base import Examples


class ReviewSentiment:
    """Two classes; inputs are WordPiece ids, shape (N, L) int32, padded with 0."""

    name = "review-sentiment"
    title = "Review sentiment"
    summary = "Reads a sentence from a customer and says whether it is positive or negative."
    metric = "top-1 accuracy"

    def classes(self) -> tuple[str, ...]:
        """See base.Task."""
        return tuple(_data.labels(self.name)["classes"])

    def test(self) -> Examples:
        """See base.Task."""
        return self._examples("test")

    def calibration(self) -> Examples:
        """See base.Task."""
        return self._examples("calibration")

    def _examples(self, split: str) -> Examples:
        stored = _data.arrays(self.name, split)
        return Examples(stored["x"].astype(np.int32), stored["y"].astype(np.int64), stored["group"])


plugin = ReviewSentiment()
