"""High percentiles of a typical launch, as ratios to its median."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from odviz.domain.estimate import LEVEL
from odviz.stats.location import Floats, Launch

_HILL_SIZES = (3, 10)
"""Numbers of largest values for Hill's index; the heavier tail of the two is used."""

_MISS = (1 - LEVEL) / 2
"""Probability that the interval lies below, or above, the percentile."""


@dataclass(frozen=True, slots=True)
class Tail:
    """A percentile over the median, as logarithms.

    Attributes:
        ratio: log of percentile over median.
        below: distance from `ratio` to the lower end of the interval.
        above: distance to the upper end.
    """

    ratio: float
    below: float
    above: float


def tail(runs: Sequence[Launch], share: float) -> Tail:
    """A percentile of all inferences, each divided by its launch's median.

    The interval is the order-statistic one with the sample size reduced by the design effect of blocks and launches
    (Woodruff, JASA 47, 1952; Korn and Graubard, Survey Methodology 24, 1998). If the sample is too small for an upper
    end, it is extrapolated from the largest value by a power law with Hill's index (Annals of Statistics 3, 1975;
    Weissman, JASA 73, 1978), so the interval of a p99 of a hundred inferences ends above the largest value.

    Simulated coverage with launches, drift and a tail of 5 % slow inferences: p90 .95 to 1.0; p99 .96 from 3 × 4 rounds
    of ten, .98 from 5 × 10. It falls to .83 at 3 × 4 if only 2 % are slow: every tenth such sample has no slow
    inference at all.

    Args:
        runs: launches of one variant.
        share: 0.9 for the p90.
    """
    deviations = [run.times - np.median(run.times) for run in runs]
    pooled = np.sort(np.concatenate(deviations))
    ratio = float(np.quantile(pooled, share, method="median_unbiased"))
    size = _effective_size(runs, deviations, ratio, share)
    lowest, highest = (_binomial_quantile(probability, size, share) for probability in (_MISS, 1 - _MISS))
    low = float(np.quantile(pooled, lowest / (size + 1), method="weibull"))
    if highest + 1 <= size:
        high = float(np.quantile(pooled, (highest + 1) / (size + 1), method="weibull"))
    else:
        reach = -math.expm1(math.log(_MISS) / size) / (1 - share)  # P(all of n below the quantile) = miss
        high = float(pooled[-1]) + _hill(pooled) * math.log(max(reach, 1.0))
    return Tail(ratio, max(ratio - low, 0.0), max(high - ratio, 0.0))


def _effective_size(runs: Sequence[Launch], deviations: Sequence[Floats], ratio: float, share: float) -> int:
    """Number of independent inferences with the same variance, from the clustering of slow ones by block and launch."""
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


def _hill(pooled: Floats) -> float:
    """Upper confidence bound of the tail index from the largest values (a sum of exponentials is a chi square)."""
    heaviest = 0.0
    for size in _HILL_SIZES:
        if size < len(pooled):
            index = float((pooled[-size:] - pooled[-size - 1]).mean())
            heaviest = max(heaviest, index * 2 * size / float(special.chdtri(2 * size, 1 - _MISS)))
    return heaviest


def _binomial_quantile(probability: float, size: int, share: float) -> int:
    """Least count whose cumulative binomial probability is at least `probability`.

    Equal to scipy.stats.binom.ppf; importing scipy.stats takes longer than importing all of odviz.
    """
    count: int = max(0, math.ceil(special.bdtrik(probability, size, share)))
    return count - 1 if count > 0 and special.bdtr(count - 1, size, share) >= probability else count
