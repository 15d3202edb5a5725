"""How sure a network is of each class: probabilities from its outputs."""

from __future__ import annotations

import numpy as np
from scipy import special

from odviz.arrays import Floats
from odviz.metrics._classes import is_single, single_output, table, threshold
from odviz.metrics.base import Outputs

_ROUNDING = 0.05
"""How far probabilities may add up to something else than 1: eight-bit ones of ten classes do by about 0.02."""


def class_probabilities(outputs: Outputs) -> Floats:
    """Probability of each class.

    Nothing in a file says whether its outputs are probabilities. They are taken for these if no item has a negative one
    and those of each item add up to 1; otherwise for logits. A single output is read as by
    `odviz.metrics._classes.threshold`.

    Args:
        outputs: the first has shape (N, C), (N, 1) or (N,).

    Returns:
        Shape (N, C), of a single output (N, 2); rows add up to 1, and are NaN where an output is not finite.

    Raises:
        ValueError: another shape.
    """
    if is_single(outputs):
        values = single_output(outputs)
        chance = special.expit(values) if threshold(values) == 0 else np.clip(values, 0, 1)
        return _finite(np.stack([1 - chance, chance], axis=1), values[:, np.newaxis])
    scores = table(outputs).astype(float)
    if scores.ndim != 2:
        raise ValueError(f"outputs must be (items, classes), not {scores.shape}")
    finite = scores[np.isfinite(scores).all(axis=1)]
    if (finite >= -_ROUNDING).all() and (abs(finite.sum(axis=1) - 1) <= _ROUNDING).all():
        positive = np.maximum(scores, 0)
        return _finite(positive / positive.sum(axis=1, keepdims=True), scores)
    with np.errstate(invalid="ignore"):
        return _finite(special.softmax(scores, axis=1), scores)


def _finite(probabilities: Floats, outputs: Floats) -> Floats:
    known: Floats = np.where(np.isfinite(outputs).all(axis=1, keepdims=True), probabilities, np.nan)
    return known
