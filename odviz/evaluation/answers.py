"""From a predictor's outputs to right and wrong answers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[Any]
Labels = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_ANSWER = -1
"""The answer to an item whose outputs are not all finite."""


def answers(logits: Logits) -> Labels:
    """The class each item is given: the largest output, the first of equals.

    Args:
        logits: shape (N, C), any monotone score.

    Returns:
        Shape (N,); `NO_ANSWER` where an output is NaN or infinite.

    Raises:
        ValueError: not a table with at least one item and one class.
    """
    if logits.ndim != 2 or 0 in logits.shape:
        raise ValueError(f"outputs must be (items, classes), not {logits.shape}")
    given: Labels = np.where(np.isfinite(logits).all(axis=1), logits.argmax(axis=1), NO_ANSWER)
    return given


def correct(logits: Logits, labels: Labels) -> Bools:
    """Which items are answered right; shape (N,).

    Raises:
        ValueError: as many labels as items are needed.
    """
    given = answers(logits)
    if given.shape != labels.shape:
        raise ValueError(f"outputs for {len(given)} items, labels for {len(labels)}")
    right: Bools = given == labels
    return right
