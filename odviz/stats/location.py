"""Where the typical time lies, and how sure that is over reruns of the whole benchmark.

Times multiply (a slow clock slows everything by a share), so everything here works on logarithms.
The typical time is the geometric mean, over launches, of each launch's median.

A launch draws one memory layout and one machine state, and all its rounds share them, so the rounds of
one launch say nothing about the next launch (Kalibera and Jones, "Rigorous Benchmarking in Reasonable
Time", ISMM 2013; Georges, Buytaert and Eeckhout, OOPSLA 2007). The interval is therefore Student's t on
the launch medians. Three launches can agree by luck; so the interval is never narrower than what the
rounds within the launches alone would give.

Simulated coverage of the 95 % interval from 3 launches × 4 rounds; 5 × 10 (the noise regimes are those of
tests/statistics/test_latency_coverage.py; 300 to 1,500 reruns each):

=====================  ============  ============  ============  ============
method                 calm          drift         launches 2 %  drift + both
=====================  ============  ============  ============  ============
this one               .99;.98       .97;.95       .94;.96       .97;.94
t on launch medians    .95;.95       .95;.95       .94;.96       .97;.94
hierarchical bootstrap .97;.99       .90;.95       .76;.85       .86;.86
the same, t-corrected  1.0;1.0       .99;.99       .96;.95       .99;.97
rounds pooled          .91;.95       .81;.77       .64;.46       .72;.61
=====================  ============  ============  ============  ============

The floor costs 2 % of width where all is calm and lifts the coverage from .85 to .95 where every tenth
round is disturbed. No method with 5 launches covers where launches fall in two far modes (.83).
Adding launches until the interval is narrow enough costs up to three points (.92 at worst, for a spread
of launches of 5 % and a goal of 2 %).

What is covered is the value that reruns scatter around: compare an interval with the mean of many
reruns. The p50 of one other rerun scatters too, and lies inside about 9 times in 10.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.domain.result import Block

Floats = NDArray[np.float64]

_FAR = 100.0
"""Logarithms of times never differ by more; keeps exp() finite when two launches must speak for all."""


@dataclass(frozen=True, slots=True)
class Launch:
    """The times of one fresh process, as logarithms of seconds.

    Attributes:
        number: which launch.
        times: shape (n,), every kept inference.
        rounds: number of each round that was run, ascending.
        starts: shape (len(rounds),), where in `times` each round's block begins.
        medians: shape (len(rounds),), median of each round's block.
    """

    number: int
    times: Floats
    rounds: tuple[int, ...]
    starts: NDArray[np.intp]
    medians: Floats

    @property
    def units(self) -> Floats:
        """What varies within the launch: its rounds, or the inferences of the only one."""
        return self.medians if len(self.medians) > 1 else self.times


def launches(blocks: Sequence[Block], cpu: bool = False) -> tuple[Launch, ...]:
    """The blocks of one variant, launch by launch.

    Args:
        blocks: in any order.
        cpu: take CPU time instead of wall time.

    Raises:
        ValueError: no block, or a block without a kept inference.
    """
    kept = sorted((block.launch, block.round, block.cpu_ns if cpu else block.wall_ns) for block in blocks)
    if not kept or not all(times for _, _, times in kept):
        raise ValueError("no latency without timed inferences")
    lengths = np.array([len(times) for _, _, times in kept])
    count = int(lengths.sum())
    nanoseconds = np.fromiter(chain.from_iterable(times for _, _, times in kept), np.float64, count)
    logs = np.log(np.maximum(nanoseconds, 1.0)) - math.log(1e9)  # a coarse clock may say 0
    starts = np.cumsum(lengths) - lengths
    if (lengths == lengths[0]).all():
        medians = _median(logs.reshape(len(kept), -1))
    else:
        medians = np.array([np.median(part) for part in np.split(logs, starts[1:])])
    numbers = np.array([launch for launch, _, _ in kept])
    first = np.flatnonzero(np.r_[True, numbers[1:] != numbers[:-1]])
    found = []
    for low, high in zip(first, [*first[1:], len(kept)], strict=True):
        stop = starts[high] if high < len(kept) else count
        rounds = tuple(number for _, number, _ in kept[low:high])
        times = logs[starts[low] : stop]
        found.append(Launch(int(numbers[low]), times, rounds, starts[low:high] - starts[low], medians[low:high]))
    return tuple(found)


def _median(table: Floats) -> Floats:
    """Median along the last axis; a third of the time of np.median on small rows."""
    ordered = np.sort(table, axis=-1)
    width = table.shape[-1]
    middle: Floats = (ordered[..., (width - 1) // 2] + ordered[..., width // 2]) / 2
    return middle


def _variance(values: Floats) -> float:
    """Of a sample; several times faster than ndarray.var on few values."""
    deviations = values - values.mean()
    return float(deviations @ deviations) / (len(values) - 1)


@lru_cache(maxsize=1024)
def t_quantile(level: float, df: int) -> float:
    """Two-sided quantile of Student's t."""
    return float(special.stdtrit(df, (1 + level) / 2))


@dataclass(frozen=True, slots=True)
class Location:
    """A typical value and how sure it is.

    Attributes:
        centre: mean over launches.
        half: half the interval; inf where a single value cannot say.
        df: degrees of freedom of the Student's t it was made with.
        by_launch: whether the spread of the launches set the interval, or that of their rounds.
    """

    centre: float
    half: float
    df: int
    by_launch: bool


def locate(values: Floats, rounds: Sequence[Floats], level: float) -> Location:
    """Mean over launches with its interval; all in logarithms.

    Args:
        values: shape (L,), the typical value of each launch.
        rounds: for each launch its rounds' values, in order.
        level: what the interval is to cover.
    """
    count = len(values)
    centre = float(values.mean())
    if count == 1:
        return Location(centre, _one_launch(rounds[0], level), max(len(rounds[0]) - 1, 1), by_launch=False)
    half = min(t_quantile(level, count - 1) * math.sqrt(_variance(values) / count), _FAR)
    counted = [part for part in rounds if len(part) > 1]
    if counted:
        df = sum(len(part) - 1 for part in counted)
        variance = sum(_variance(part) / len(part) for part in counted) / len(counted)
        floor = min(t_quantile(level, df) * math.sqrt(variance / count), _FAR)
        if floor > half:
            return Location(centre, floor, df, by_launch=False)
    return Location(centre, half, count - 1, by_launch=True)


def _one_launch(rounds: Floats, level: float) -> float:
    """Half interval from the rounds of a single process: t, widened for the correlation of neighbours.

    Simulated in the same regimes it covers more often than a circular block bootstrap of equal
    width (.90 against .78 with 4 drifting rounds); neither can cover other launches.
    """
    count = len(rounds)
    if count == 1:
        return math.inf
    error = rounds - rounds.mean()
    power = float(error @ error)
    if power == 0:
        return 0.0
    correlation = min(max(float(error[1:] @ error[:-1]) / power + 1 / count, 0.0), 0.9)  # 1/n: its bias
    variance = power / (count - 1) / count * (1 + correlation) / (1 - correlation)
    return min(t_quantile(level, count - 1) * math.sqrt(variance), _FAR)


def locate_p50(runs: Sequence[Launch], level: float = 0.95) -> Location:
    """The typical time of one variant; see the module."""
    values = np.array([_median(run.times) for run in runs])
    return locate(values, [run.units for run in runs], level)


def half_width(blocks: Sequence[Block]) -> float:
    """Half the 95 % interval of the p50, relative to it; inf for a single inference.

    The stopping rule's figure: the same as `latency` gives, without percentiles (well under a millisecond).
    """
    half = locate_p50(launches(blocks)).half
    return math.sinh(half) if half < _FAR else math.inf
