"""High percentiles of a typical launch, as ratios to its median."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL
from odviz.stats.location import Launch

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


@dataclass(frozen=True, slots=True)
class TooFew:
    """The reason why a percentile is not given.

    Attributes:
        needs: how many more inferences, if they are as dependent on each other as those so far.
    """

    needs: int


def tail(runs: Sequence[Launch], share: float) -> Tail | TooFew:
    """A percentile of all inferences, each divided by its launch's median.

    The interval is the order-statistic one with the sample size reduced by the design effect of blocks and launches
    (Woodruff, JASA 47, 1952; Korn and Graubard, Survey Methodology 24, 1998). It is given only where the largest value
    is above the percentile with confidence, which takes 36 independent inferences for a p90 and 367 for a p99.

    Simulated coverage with launches, drift and a tail of 5 % slow inferences: p90 .95 to 1.0; p99 .98 from 5 × 10
    rounds of ten.

    Args:
        runs: launches of one variant.
        share: 0.9 for the p90.
    """
    deviations = [run.times - np.median(run.times) for run in runs]
    pooled = np.sort(np.concatenate(deviations))
    ratio = float(np.quantile(pooled, share, method="median_unbiased"))
    slow = [part > ratio for part in deviations]
    by_block = [np.add.reduceat(part, run.starts, dtype=int) for part, run in zip(slow, runs, strict=True)]
    by_launch = np.array([part.sum() for part in slow])
    size = effective_size((np.concatenate(by_block), by_launch), len(pooled), share)
    ends = order_interval(pooled, size, share)
    if isinstance(ends, TooFew):
        return ends
    return Tail(ratio, max(ratio - ends[0], 0.0), max(ends[1] - ratio, 0.0))


def order_interval(ordered: Floats, size: int, share: float) -> tuple[float, float] | TooFew:
    """Both ends of the order-statistic interval of a percentile.

    Args:
        ordered: values, ascending, shape (n,).
        size: how many independent values they are worth.
        share: 0.9 for the p90.
    """
    rarer = max(share, 1 - share)
    needed = math.ceil(math.log(_MISS) / math.log(rarer))  # P(all of n lie below the percentile) = share ** n
    if size < needed:
        return TooFew(math.ceil(len(ordered) * (needed / size - 1)))
    lowest, highest = (_binomial_quantile(probability, size, share) for probability in (_MISS, 1 - _MISS))
    low = float(np.quantile(ordered, lowest / (size + 1), method="weibull"))
    high = float(np.quantile(ordered, (highest + 1) / (size + 1), method="weibull"))
    return low, high


def effective_size(clusterings: Iterable[NDArray[np.int_]], count: int, share: float) -> int:
    """Number of independent values with the same variance, from the clustering of those beyond a percentile.

    Args:
        clusterings: how many are beyond it in each block, and the same for each launch.
        count: number of values.
        share: of values that are not beyond it.
    """
    size = float(count)
    for clusters in clusterings:
        number = len(clusters)
        if number > 1:
            variance = number / (number - 1) * float(((clusters - clusters.mean()) ** 2).sum()) / count**2
            size = min(size, share * (1 - share) / variance) if variance else size
    return max(round(size), 1)


def _binomial_quantile(probability: float, size: int, share: float) -> int:
    """Least count whose cumulative binomial probability is at least `probability`.

    Equal to scipy.stats.binom.ppf; importing scipy.stats takes longer than importing all of odviz.
    """
    count: int = max(0, math.ceil(special.bdtrik(probability, size, share)))
    return count - 1 if count > 0 and special.bdtr(count - 1, size, share) >= probability else count
