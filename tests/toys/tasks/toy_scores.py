"""A classifier of eight classes, or of two by a single output, whose true scores are a known network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from odviz.tasks.base import Examples

FEATURES, HIDDEN, CLASSES, NOISE = 8, 32, 8, 2.0

_rng = np.random.default_rng(3)
WEIGHTS = (
    _rng.normal(0, 1, (FEATURES, HIDDEN)).astype(np.float32),
    np.roll(_rng.normal(0, 0.5, (HIDDEN, CLASSES)), 4, axis=1).astype(np.float32),  # the first is often either sign
)


def network(inputs: NDArray[np.float32], outputs: int) -> NDArray[np.float32]:
    """The first of the true scores, shape (N, outputs)."""
    first, second = WEIGHTS
    scores: NDArray[np.float32] = np.maximum(inputs @ first, 0) @ second[:, :outputs]
    return scores


class ToyScores:
    """Eight features to the scores of eight classes, with noise.

    Attributes:
        outputs: how many of the scores a network gives.
        labelled: whether targets are classes; else they are the scores.
    """

    name, title, summary, metric = "toy-scores", "Toy scores", "Predicts a class.", "top5"
    takes, shape, dtype, groups, knows = "eight numbers", (FEATURES,), "float32", "", ""
    outputs, labelled = CLASSES, True

    def classes(self) -> tuple[str, ...]:
        """The letters A to H, or no and yes."""
        return tuple("ABCDEFGH") if self.outputs > 1 else ("no", "yes")

    def test(self) -> Examples:
        """200 items."""
        return self._examples(1, 200)

    def calibration(self) -> Examples:
        """32 others."""
        return self._examples(2, 32)

    def _examples(self, seed: int, count: int) -> Examples:
        rng = np.random.default_rng(seed)
        inputs = rng.normal(0, 1, (count, FEATURES)).astype(np.float32)
        scores = network(inputs, self.outputs)
        noisy = scores + rng.normal(0, NOISE, scores.shape)
        classes = noisy.argmax(axis=1) if self.outputs > 1 else (noisy[:, 0] > 0).astype(np.int64)
        return Examples(inputs, classes if self.labelled else scores, np.full(count, ""))


plugin = ToyScores()
