"""Blocks of timed inferences to a `Latency`, and two variants' blocks to a speed-up."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.result import Block, Latency
from odviz.stats.location import Floats, Launch, Location, launches, locate, locate_p50
from odviz.stats.tails import tail

NOISY = 1.1
"""Wall p50 over CPU p50 above which, on one thread, something else was running."""

_ONE = "one process only: other launches may differ by more than this interval"
_ALONE = "a single inference: its spread is unknown"


def latency(blocks: Sequence[Block], *, level: float = 0.95, threads: int = 1) -> Latency:
    """Summarise one variant's blocks; `speedup` is left None.

    The p50's interval is for the long-run p50 over reruns of the whole benchmark (`odviz.stats.location`);
    p90 and p99 are those of a typical launch (`odviz.stats.tails`). The minimum's interval is the whole
    of what was seen: from the fastest inference of all to the fastest of the slowest launch.

    Args:
        blocks: of one variant, any order; at least one inference.
        level: what the intervals are to cover.
        threads: threads inside one inference; CPU time tells of noise on one only.

    Raises:
        ValueError: nothing was timed.
    """
    wall, cpu = launches(blocks), launches(blocks, cpu=True)
    p50, cpu_p50 = locate_p50(wall, level), locate_p50(cpu, level)
    count = sum(len(run.times) for run in wall)
    scope = _scope(wall)

    def figure(centre: float, low: float, high: float) -> Estimate:
        return _estimate(centre, low, high, n=count, level=level, scope=scope)

    def percentile(share: float) -> Estimate:
        above = tail(wall, share, level)
        low, high = math.hypot(p50.half, above.below), math.hypot(p50.half, above.above)
        centre = p50.centre + above.ratio
        return figure(centre, centre - low, centre + high)

    return Latency(
        minimum=_minimum(wall),
        p50=figure(p50.centre, p50.centre - p50.half, p50.centre + p50.half),
        p90=percentile(0.90),
        p99=percentile(0.99),
        cpu_p50=figure(cpu_p50.centre, cpu_p50.centre - cpu_p50.half, cpu_p50.centre + cpu_p50.half),
        noisy=threads == 1 and math.exp(p50.centre - cpu_p50.centre) > NOISY,
    )


def speedup(parent: Sequence[Block], own: Sequence[Block], *, level: float = 0.95) -> Estimate:
    """How many times faster `own` is than its parent: the parent's time over its own.

    Within a launch each round's block of one is paired with the other's, which cancels the drift they
    share; the launch's ratio is the Hodges-Lehmann centre of its rounds' ratios (Annals of Mathematical
    Statistics 34, 1963: as narrow as a mean, as deaf to outliers as a median); the interval is over
    launches as for the p50. Launches without a common round are left out; with none at all, each
    side's own interval enters.

    Args:
        parent: blocks of the uncompressed variant on the same runtime.
        own: blocks of the variant.
        level: what the interval is to cover.

    Raises:
        ValueError: nothing was timed on one side.
    """
    ours = {run.number: run for run in launches(own)}
    theirs = launches(parent)
    pairs = [_paired(run, ours[run.number]) for run in theirs if run.number in ours]
    ratios = [pair for pair in pairs if len(pair)]
    if ratios:
        where = locate(np.array([_hodges_lehmann(pair) for pair in ratios]), ratios, level)
        scope = "paired by round" + (f"; {_ONE}" if len(ratios) == 1 else "")
    else:
        one, other = locate_p50(theirs, level), locate_p50(tuple(ours.values()), level)
        half = math.hypot(one.half, other.half)
        where = Location(one.centre - other.centre, half, 1, by_launch=False)
        scope = "no round in common: not paired"
    count = sum(map(len, ratios)) or len(theirs) + len(ours)
    if math.isinf(where.half):
        scope = "one round only: its spread is unknown"
    low, high = where.centre - where.half, where.centre + where.half
    return _estimate(where.centre, low, high, unit="1", n=count, level=level, scope=scope)


def _paired(parent: Launch, own: Launch) -> Floats:
    """Logarithm of the ratio of times, for each round both ran."""
    _, there, here = np.intersect1d(parent.rounds, own.rounds, return_indices=True)
    ratio: Floats = parent.medians[there] - own.medians[here]
    return ratio


def _hodges_lehmann(values: Floats) -> float:
    """Median of the means of all pairs, each value with itself too."""
    first, second = np.triu_indices(len(values))
    return float(np.median(values[first] + values[second]) / 2)


def _minimum(runs: Sequence[Launch]) -> Estimate:
    several = len(runs) > 1
    fastest = [float(run.times.min()) for run in runs] if several else _fastest_of_rounds(runs[0])
    return _estimate(
        min(fastest),
        min(fastest),
        max(fastest),
        n=sum(len(run.times) for run in runs),
        level=1.0,
        scope=f"fastest seen, to the fastest of the slowest {'launch' if several else 'round'}",
    )


def _fastest_of_rounds(run: Launch) -> list[float]:
    return [float(fastest) for fastest in np.minimum.reduceat(run.times, run.starts)]


def _scope(runs: Sequence[Launch]) -> str:
    if len(runs) > 1:
        return ""
    return _ONE if len(runs[0].times) > 1 else _ALONE


def _estimate(centre: float, low: float, high: float, *, unit: str = "s", n: int, level: float, scope: str) -> Estimate:
    """A measured figure from logarithms; without a finite interval it is the whole of what was seen."""
    if math.isinf(low) or math.isinf(high):
        low, high, level = centre, centre, 1.0
    value, bottom, top = math.exp(centre), math.exp(low), math.exp(high)
    return Estimate(value, min(bottom, value), max(top, value), unit, Provenance.MEASURED, n, level, scope)
