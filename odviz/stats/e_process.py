"""Evidence that a share has risen, which may be looked at after every answer without raising false alarms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from odviz.arrays import Floats

_ODDS = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
"""Alternatives: factors by which the odds of the largest allowed share may have risen."""


def log_evidence(hits: ArrayLike, sizes: ArrayLike, most: ArrayLike) -> Floats:
    """Logarithm of an e-process against "the share is at most so large, whatever came before".

    For a change at a known time, a likelihood ratio of a larger share to the largest allowed one is a nonnegative
    supermartingale: it bets that hits are more frequent (Waudby-Smith and Ramdas, JRSS B 86, 2024). The mean over
    several larger shares is one, too, and so is the sum over all blocks in which the change may have come, with weights
    that add up to 1 over unlimited time; weights of blocks that are still to come count as they are. It begins at 1.
    By Ville's inequality it exceeds 1/α at any time with a probability of at most α, however often one looks (Ramdas et
    al., Statistical Science 38, 2023; sums over change points: Shin, Ramdas and Rinaldo, E-detectors, 2022).

    Args:
        hits: in each block of answers, shape (…, B).
        sizes: answers of each block, shape (B,) or (…, B).
        most: largest share of hits that is allowed, above 0 and below 1, shape (…).

    Returns:
        After each block, shape (…, B).
    """
    hits, sizes, most = np.asarray(hits, float), np.asarray(sizes, float), np.asarray(most, float)[..., np.newaxis]
    blocks = hits.shape[-1]
    weights, rest = _weights(blocks)
    total = np.full(hits.shape, -np.inf)
    for gains, sums in _gains(hits, sizes, most):
        changed = sums + np.logaddexp.accumulate(np.log(weights) - (sums - gains), axis=-1)
        total = np.logaddexp(total, changed)
    evidence: Floats = np.logaddexp(total - np.log(len(_ODDS)), np.log(rest))
    return evidence


def likeliest_change(hits: Floats, sizes: Floats, most: float) -> int:
    """The first block after the likeliest change, given all blocks up to now; shape (B,) each."""
    changes = [(sums[-1] - (sums - gains).min(), int((sums - gains).argmin()))
               for gains, sums in _gains(hits, sizes, np.asarray(most))]  # fmt: skip
    return max(changes)[1]


def _gains(hits: Floats, sizes: Floats, most: NDArray[np.float64]) -> Iterator[tuple[Floats, Floats]]:
    """Log likelihood ratio of each block, and its running sum, for every alternative."""
    for odds in _ODDS:
        larger = special.expit(special.logit(most) + np.log(odds))
        gains = hits * np.log(larger / most) + (sizes - hits) * np.log((1 - larger) / (1 - most))
        yield gains, np.cumsum(gains, axis=-1)


def _weights(blocks: int) -> tuple[Floats, Floats]:
    """Weight of a change in each block, and what is left for later ones; they fall slowly: 1 / (n log² n)."""
    edges = np.log(2) / np.log(np.arange(2.0, blocks + 3))
    return edges[:-1] - edges[1:], edges[1:]
