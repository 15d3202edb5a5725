"""How sure a model is of its predictions, and how well that tells its own items from foreign ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.metrics.base import Array
from odviz.objectives.base import Outcome

ITEMS, OWN, FOREIGN = "items", "own", "foreign"
"""Names, in an outcome, of the indices of the test items and of the outputs on own and on foreign items."""

Floats = NDArray[np.float64]

_ROUNDING = 0.01
"""How far the sum of 8-bit probabilities may be from 1."""


def is_probability(outputs: Array) -> bool:
    """Whether outputs of shape (N, C) are probabilities rather than logits."""
    within = (outputs >= -_ROUNDING).all() and (outputs <= 1 + _ROUNDING).all()
    return bool(within and (outputs.shape[1] == 1 or np.abs(outputs.sum(axis=1) - 1).max() < 4 * _ROUNDING))


def softmax_confidence(outputs: Array) -> Floats:
    """Confidence by the largest probability of a class.

    It is the baseline of Hendrycks and Gimpel ("A Baseline for Detecting Misclassified and Out-of-Distribution Examples
    in Neural Networks", ICLR 2017).

    Args:
        outputs: logits or probabilities, shape (N, C); (N, 1) for two classes.

    Returns:
        Shape (N,): the logarithm of the odds of that class, which orders items as its probability does and does not
        round to 1.
    """
    values = outputs.astype(float)
    if values.shape[1] == 1:
        logits = special.logit(np.clip(values, 1e-12, 1 - 1e-12)) if is_probability(outputs) else values
        return np.asarray(np.abs(logits[:, 0]))
    logs = np.log(np.clip(values, 1e-12, None)) if is_probability(outputs) else special.log_softmax(values, axis=1)
    logs = np.sort(logs, axis=1)
    return np.asarray(logs[:, -1] - special.logsumexp(logs[:, :-1], axis=1))


def energy_confidence(outputs: Array) -> Floats | None:
    """Negative energy of the logits (Liu et al., "Energy-based Out-of-distribution Detection", NeurIPS 2020).

    Args:
        outputs: logits, shape (N, C).

    Returns:
        Shape (N,); None for probabilities, whose energy is the same for all items, and for a single output.
    """
    if outputs.shape[1] == 1 or is_probability(outputs):
        return None
    return np.asarray(special.logsumexp(outputs.astype(float), axis=1))


def accepted_foreign(own: Floats, foreign: Floats, share: float = 0.95) -> float:
    """Share of foreign items above the threshold that a share of own items reaches (FPR95).

    Args:
        own: confidence in own items, shape (N,).
        foreign: in foreign items, shape (M,).
        share: of own items that are to be accepted.
    """
    ordered = np.sort(own)[::-1]
    threshold = ordered[max(0, int(np.ceil(share * len(own) - 1e-9)) - 1)]
    return float((foreign >= threshold).mean())


@dataclass(frozen=True, eq=False)
class Separation:
    """Confidence in own and in foreign items.

    Attributes:
        own: shape (N,).
        foreign: shape (M,).
    """

    own: Floats
    foreign: Floats

    @property
    def scores(self) -> Floats:
        """Scores as the metric AUROC takes them, shape (N + M, 2): confidence, and whether it is an own item."""
        is_own = np.repeat([1.0, 0.0], [len(self.own), len(self.foreign)])
        return np.stack([np.concatenate([self.own, self.foreign]), is_own], axis=1)

    @property
    def accepted(self) -> float:
        """FPR95; see `accepted_foreign`."""
        return accepted_foreign(self.own, self.foreign)


def separation(outcome: Outcome) -> Separation:
    """The confidence by softmax in the outcome of a test on foreign items."""
    return _split(softmax_confidence(_outputs(outcome)), outcome)


def energy_separation(outcome: Outcome) -> Separation | None:
    """The same by energy; None where there is none."""
    energies = energy_confidence(_outputs(outcome))
    return None if energies is None else _split(energies, outcome)


def _outputs(outcome: Outcome) -> Array:
    """Outputs on own, then on foreign items, shape (N + M, C): together, so that one scale is found for both."""
    both = np.concatenate([outcome[OWN], outcome[FOREIGN]])
    return both.reshape(len(both), -1)


def _split(confidence: Floats, outcome: Outcome) -> Separation:
    own, foreign = np.split(confidence, [len(outcome[OWN])])
    return Separation(own, foreign)
