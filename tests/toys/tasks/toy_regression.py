"""A regression whose true function is a known network, scored by RMSE."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from odviz.tasks.base import Examples

FEATURES, HIDDEN, NOISE = 8, 32, 0.2

_rng = np.random.default_rng(0)
WEIGHTS = (
    _rng.normal(0, 1, (FEATURES, HIDDEN)).astype(np.float32),
    _rng.normal(0, 0.5, HIDDEN).astype(np.float32),
    _rng.normal(0, 0.5, (HIDDEN, 1)).astype(np.float32),
)


def network(inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The true values, shape (N, 1)."""
    first, bias, second = WEIGHTS
    values: NDArray[np.float32] = np.maximum(inputs @ first + bias, 0) @ second
    return values


class ToyRegression:
    """Eight features to one value, with noise."""

    name, title, summary, metric = "toy-regression", "Toy regression", "Predicts a number.", "rmse"
    takes, shape, dtype, groups, knows = "eight numbers", (FEATURES,), "float32", "", ""

    def classes(self) -> tuple[str, ...]:
        """No classes."""
        return ()

    def test(self) -> Examples:
        """200 items."""
        return self._examples(1, 200)

    def calibration(self) -> Examples:
        """32 others."""
        return self._examples(2, 32)

    def _examples(self, seed: int, count: int) -> Examples:
        rng = np.random.default_rng(seed)
        inputs = rng.normal(0, 1, (count, FEATURES)).astype(np.float32)
        targets = network(inputs)[:, 0] + rng.normal(0, NOISE, count)
        return Examples(inputs, targets.astype(np.float32), np.full(count, ""))


plugin = ToyRegression()
