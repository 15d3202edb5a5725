"""Shares of right answers, and paired differences of them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.domain.estimate import Estimate, Provenance

Bools = NDArray[np.bool_]


def wilson(right: int, count: int, *, level: float = 0.95, scope: str = "") -> Estimate:
    """A share with Wilson's score interval (JASA 22, 1927).

    Args:
        right: how many.
        count: of how many; at least 1.
        level: what the interval is to cover.
        scope: what was counted.

    Raises:
        ValueError: not 0 <= right <= count, or nothing counted.
    """
    if not 0 <= right <= count or count < 1:
        raise ValueError(f"no share: {right} of {count}")
    z, share = _z(level), right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    low, high = max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))
    return Estimate(share, low, high, "1", Provenance.MEASURED, count, level, scope)


def share(answers: Bools, *, level: float = 0.95, scope: str = "") -> Estimate:
    """`wilson` of how many are true; shape (N,)."""
    return wilson(int(answers.sum()), len(answers), level=level, scope=scope)


def paired_difference(own: Bools, parent: Bools, *, level: float = 0.95) -> Estimate:
    """Accuracy of `own` minus that of `parent` on the same items.

    The interval is Bonett and Price's adjusted Wald interval (Journal of Educational and Behavioral
    Statistics 37, 2012), among those that Fagerland, Lydersen and Laake recommend (Statistics in
    Medicine 33, 2014); simulated, it covers as Newcombe's does and was never wider. It has a width even
    where all answers agree: 10,000 agreeing items leave room for a difference of about 3 in 10,000.

    Args:
        own: shape (N,), whether each item is answered right.
        parent: shape (N,), the same for the parent.
        level: what the interval is to cover.

    Raises:
        ValueError: different lengths, or no items.
    """
    gained, lost, count = _discordant(own, parent)
    up, down, size = (gained + 1) / (count + 2), (lost + 1) / (count + 2), count + 2
    half = _z(level) * math.sqrt((up + down - (up - down) ** 2) / size)
    value = (gained - lost) / count
    low, high = max(-1.0, min(up - down - half, value)), min(1.0, max(up - down + half, value))
    return Estimate(value, low, high, "1", Provenance.MEASURED, count, level, "same items as the parent")


def mcnemar(own: Bools, parent: Bools) -> float:
    """Exact p-value of equal accuracy, from the items only one of the two gets right; 1 where there are none.

    Raises:
        ValueError: different lengths, or no items.
    """
    gained, lost, _ = _discordant(own, parent)
    if gained + lost == 0:
        return 1.0
    # Twice the smaller tail is exact here, because the binomial is symmetric at one half.
    return min(1.0, 2 * float(special.bdtr(min(gained, lost), gained + lost, 0.5)))


def _discordant(own: Bools, parent: Bools) -> tuple[int, int, int]:
    if own.shape != parent.shape or len(own) == 0:
        raise ValueError(f"not the same items: {own.shape} against {parent.shape}")
    return int((own & ~parent).sum()), int((parent & ~own).sum()), len(own)


def _z(level: float) -> float:
    return float(special.ndtri((1 + level) / 2))
