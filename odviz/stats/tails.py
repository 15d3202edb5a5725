"""High percentiles of a typical launch, as a ratio to its median."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from odviz.stats.location import Floats, Launch

_TOPS = (3, 10)
"""How many of the largest values the tail's index is taken from; the heavier answer is believed."""


@dataclass(frozen=True, slots=True)
class Tail:
    """A percentile over the median, as logarithms.

    Attributes:
        ratio: log of percentile over median.
        below: how far the interval reaches down from it.
        above: how far it reaches up.
    """

    ratio: float
    below: float
    above: float


def tail(runs: Sequence[Launch], share: float, level: float) -> Tail:
    """A percentile of all inferences, each divided by its launch's median.

    The interval is the order-statistic one with the sample size reduced by the design effect of blocks
    and launches (Woodruff, JASA 47, 1952; Korn and Graubard, Survey Methodology 24, 1998). Where the
    sample is too small to hold an upper end, it is extrapolated from the largest value by a power law
    with Hill's index (Annals of Statistics 3, 1975; Weissman, JASA 73, 1978), so that a p99 of a
    hundred inferences ends above the largest seen, never below it.

    Simulated coverage with launches, drift and a tail of 5 % slow inferences: p90 .95 to 1.0; p99 .96 from
    3 × 4 rounds of ten, .98 from 5 × 10. It falls to .83 at 3 × 4 where only 2 % are slow: every tenth such
    sample holds none of them, and nothing in it could tell.

    Args:
        runs: of one variant.
        share: 0.9 for p90.
        level: what the interval is to cover.
    """
    deviations = [run.times - np.median(run.times) for run in runs]
    everything = np.sort(np.concatenate(deviations))
    ratio = float(np.quantile(everything, share, method="median_unbiased"))
    size = _effective_size(runs, deviations, ratio, share)
    miss = (1 - level) / 2
    lowest, highest = (_binomial_quantile(chance, size, share) for chance in (miss, 1 - miss))
    low = float(np.quantile(everything, lowest / (size + 1), method="weibull"))
    if highest + 1 <= size:
        high = float(np.quantile(everything, (highest + 1) / (size + 1), method="weibull"))
    else:
        reach = -math.expm1(math.log(miss) / size) / (1 - share)  # P(all of n below the quantile) = miss
        high = float(everything[-1]) + _hill(everything, miss) * math.log(max(reach, 1.0))
    return Tail(ratio, max(ratio - low, 0.0), max(high - ratio, 0.0))


def _effective_size(runs: Sequence[Launch], deviations: Sequence[Floats], ratio: float, share: float) -> int:
    """How many independent inferences would say as much: from how unevenly the slow ones fall."""
    slow = [part > ratio for part in deviations]
    by_block = np.concatenate(
        [np.add.reduceat(part, run.starts, dtype=int) for part, run in zip(slow, runs, strict=True)]
    )
    by_launch = np.array([part.sum() for part in slow])
    count = sum(map(len, slow))
    size = float(count)
    for clusters in (by_block, by_launch):
        number = len(clusters)
        if number > 1:
            variance = number / (number - 1) * float(((clusters - clusters.mean()) ** 2).sum()) / count**2
            size = min(size, share * (1 - share) / variance) if variance else size
    return max(round(size), 1)


def _hill(everything: Floats, miss: float) -> float:
    """Upper bound of the tail's index from its largest values (a sum of exponentials is a chi square)."""
    heaviest = 0.0
    for top in _TOPS:
        if top < len(everything):
            index = float((everything[-top:] - everything[-top - 1]).mean())
            heaviest = max(heaviest, index * 2 * top / float(special.chdtri(2 * top, 1 - miss)))
    return heaviest


def _binomial_quantile(chance: float, size: int, share: float) -> int:
    """Least count whose cumulative binomial probability is at least `chance`.

    What scipy.stats.binom.ppf gives, without scipy.stats: importing that takes longer than all the rest of odviz.
    """
    count: int = max(0, math.ceil(special.bdtrik(chance, size, share)))
    return count - 1 if count > 0 and special.bdtr(count - 1, size, share) >= chance else count
