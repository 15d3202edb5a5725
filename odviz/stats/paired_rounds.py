"""Ratios of the times of two variants in the rounds that both ran, at one speed of the machine.

A slower machine slows some variants more than others (`odviz.stats.full_speed`), so that their ratio depends on its
speed: resnet-8-wide was slowed by 1.4, its int8 variant by 1.57, while the reference loop took 1.7 times as long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Floats
from odviz.stats.full_speed import LEAST, SLOWED, TOLERANCE, posterior
from odviz.stats.location import Launch

LEAST_PAIRS = 2
"""Fewest rounds in common by which two variants are compared in one launch."""

_DIFFERENCE_SD = 0.1
"""Standard deviation of the difference of two sensitivities, over pairs of variants on a runtime: 45 pairs had 0.08."""

_ONE_LAUNCH_SD = 0.13
"""Standard deviation of that difference as one launch shows it: 0.08, and more where a launch has one such round."""


@dataclass(frozen=True, slots=True)
class PairedRounds:
    """The rounds of one launch in which the machine had the same speed for both variants.

    Attributes:
        ratios: logarithm of the parent's time over the other's, shape (rounds,).
        slowdowns: logarithm of the reference loop's time over that at full speed, shape (rounds,); 0 without one.
        fast: whether it was at full speed, shape (rounds,); True without a reference loop.
    """

    ratios: Floats
    slowdowns: Floats
    fast: NDArray[np.bool_]


def paired_rounds(parent: Launch, own: Launch, full_speed: float) -> PairedRounds:
    """Pair the rounds of one launch of two variants.

    Args:
        parent: launch of the one.
        own: launch of the other, of the same number.
        full_speed: time of the reference loop at the machine's full speed, nanoseconds; 0 without a reference.
    """
    _, first, second = np.intersect1d(parent.rounds, own.rounds, return_indices=True)
    ratios = parent.medians[first] - own.medians[second]
    loops = np.stack([parent.references[first], own.references[second]])
    if not full_speed or not loops.all():
        return PairedRounds(ratios, np.zeros(len(ratios)), np.ones(len(ratios), bool))
    slowdowns = np.log(np.maximum(loops / full_speed, 1.0))
    same = abs(slowdowns[0] - slowdowns[1]) <= math.log(TOLERANCE)
    fast = (slowdowns <= math.log(TOLERANCE)).all(axis=0)
    return PairedRounds(ratios[same], slowdowns.mean(axis=0)[same], fast[same])


def at_full_speed(launches: Sequence[PairedRounds]) -> tuple[list[Floats], float]:
    """The log ratios of each launch as they would be at full speed.

    Launches with at least `LEAST_PAIRS` rounds at full speed keep these. The rounds of the others are corrected by the
    difference of the two sensitivities, as the launches that have both kinds of rounds show it; before any does, the
    two are taken as equal.

    Returns:
        The ratios, and the standard deviation that the correction leaves in their mean over launches.
    """
    slopes = []
    for rounds in launches:
        slow = ~rounds.fast & (rounds.slowdowns >= math.log(SLOWED))
        if rounds.fast.any() and slow.sum() >= LEAST:
            change = np.median(rounds.ratios[slow]) - np.median(rounds.ratios[rounds.fast])
            slopes.append(float(change / np.median(rounds.slowdowns[slow])))
    slope, sd = posterior(slopes, 0.0, _DIFFERENCE_SD, _ONE_LAUNCH_SD)
    ratios, left = [], 0.0
    for rounds in launches:
        if rounds.fast.sum() >= LEAST_PAIRS or rounds.fast.all():
            ratios.append(rounds.ratios[rounds.fast])
        else:
            ratios.append(rounds.ratios - slope * rounds.slowdowns)
            left += sd * float(np.median(rounds.slowdowns))
    return ratios, left / len(launches)
