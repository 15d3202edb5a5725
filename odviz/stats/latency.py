"""Latency of a variant from its blocks, and speed-up from two variants' blocks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.domain.result import Block, Latency
from odviz.stats.full_speed import full_speed_ns
from odviz.stats.location import Launch, Location, half_width, launches, locate, widened
from odviz.stats.paired_rounds import LEAST_PAIRS, at_full_speed, paired_rounds
from odviz.stats.sessions import across_sessions
from odviz.stats.tails import Tail, TooFew, tail

NOISY = 1.1
"""Ratio of wall time to CPU time on one thread above which something else was running."""

PERCENTILES = {"p90": 0.90, "p99": 0.99}
"""High percentiles by name."""

_ONE_ROUND = "one round only: its spread is unknown"
_ONE_LAUNCH = "one process only: other launches may differ by more than this interval"
_ONE_INFERENCE = "a single inference: its spread is unknown"


def latency(blocks: Sequence[Block], *, threads: int = 1, correction_sd: float = 0.0) -> Latency:
    """Summarise one variant's blocks; `speedup` is left None.

    The interval of the p50 covers the long-run p50 over other sessions (`odviz.stats.sessions`); p90 and p99 are those
    of a typical launch (`odviz.stats.tails`). The interval of the minimum is a range: from the
    fastest inference to the fastest inference of the slowest launch.

    Args:
        blocks: of one variant, in any order; at least one inference.
        threads: threads inside one inference; CPU time detects noise on a single thread only.
        correction_sd: standard deviation, in log time, of a correction of the blocks (`odviz.stats.full_speed`).

    Raises:
        ValueError: nothing was timed.
    """
    wall, cpu = launches(blocks), launches(blocks, cpu=True)
    p50, cpu_p50 = (widened(across_sessions(runs), correction_sd) for runs in (wall, cpu))
    count = sum(block.inferences for block in blocks)
    timed_per_kept = count / sum(len(run.times) for run in wall)
    scope = _scope(wall)

    def median(location: Location) -> Estimate:
        low, high = location.centre - location.half, location.centre + location.half
        return _estimate(location.centre, low, high, n=count, scope=scope)

    tails = {name: tail(wall, share) for name, share in PERCENTILES.items()}

    def percentile(above: Tail | TooFew) -> Estimate | None:
        if isinstance(above, TooFew):
            return None
        low, high = math.hypot(p50.half, above.below), math.hypot(p50.half, above.above)
        centre = p50.centre + above.ratio
        return _estimate(centre, centre - low, centre + high, n=count, scope=scope)

    between_launches = half_width(blocks)
    return Latency(
        minimum=_minimum(wall, count),
        p50=median(p50),
        p90=percentile(tails["p90"]),
        p99=percentile(tails["p99"]),
        cpu_p50=median(cpu_p50),
        between_launches=between_launches if math.isfinite(between_launches) else None,
        launches=len(wall),
        noisy=threads == 1 and math.exp(p50.centre - cpu_p50.centre) > NOISY,
        needs={
            name: math.ceil(above.needs * timed_per_kept) for name, above in tails.items() if isinstance(above, TooFew)
        },
    )


def speedup(parent: Sequence[Block], own: Sequence[Block], full_speed: float = 0.0) -> Estimate:
    """How many times faster `own` is than its parent at the machine's full speed: the parent's time over its own.

    Within a launch the blocks of a round are paired, which cancels the drift that both share. Rounds in which the
    machine changed its speed between the two blocks are left out. The ratio of a launch is the Hodges-Lehmann estimate
    (Annals of Mathematical Statistics 34, 1963: as efficient as a mean, as robust as a median) over its rounds at full
    speed, or, where it has fewer than `LEAST_PAIRS` of them, over the others, corrected by how much the ratio depends
    on the machine's speed; or the ratio of the medians where it has too few in common. The interval is over launches.
    If there is nothing to pair, the result combines both intervals.

    Args:
        parent: blocks of the uncompressed variant on the same runtime.
        own: blocks of the variant.
        full_speed: time of the reference loop at full speed, as earlier benchmarks found it; 0 if there are none.

    Raises:
        ValueError: nothing was timed on one side.
    """
    full = full_speed_ns([*parent, *own], full_speed)
    own_launches = {run.number: run for run in launches(own)}
    parent_launches = launches(parent)
    shared = [(run, own_launches[run.number]) for run in parent_launches if run.number in own_launches]
    pairs = [paired_rounds(*runs, full) for runs in shared]
    count = sum(len(launch.ratios) for launch in pairs) or len(parent_launches) + len(own_launches)
    ratios, left_sd = at_full_speed(pairs) if pairs else ([], 0.0)
    if len(shared) > 1:
        typical = [
            _hodges_lehmann(rounds) if len(rounds) >= LEAST_PAIRS else _ratio_of_medians(*runs)
            for runs, rounds in zip(shared, ratios, strict=True)
        ]
        location, scope = widened(locate(np.array(typical), ratios), left_sd), "paired by round"
    elif any(map(len, ratios)):
        location = widened(locate(np.array([_hodges_lehmann(ratios[0])]), ratios), left_sd)
        scope = f"paired by round; {_ONE_LAUNCH}" if count > 1 else _ONE_ROUND
    else:
        location = _unpaired(across_sessions(parent_launches), across_sessions(tuple(own_launches.values())))
        scope = "no launch in common: not paired"
    low, high = location.centre - location.half, location.centre + location.half
    return _estimate(location.centre, low, high, unit="1", n=count, scope=scope)


def _ratio_of_medians(parent: Launch, own: Launch) -> float:
    """Logarithm of parent over own in one launch."""
    return float(np.median(parent.medians) - np.median(own.medians))


def _unpaired(parent: Location, own: Location) -> Location:
    """Log ratio of two independent locations."""
    return Location(parent.centre - own.centre, math.hypot(parent.half, own.half), 1, by_launch=False)


def _hodges_lehmann(values: Floats) -> float:
    """Median of the means of all pairs, including each value with itself."""
    first, second = np.triu_indices(len(values))
    return float(np.median(values[first] + values[second]) / 2)


def _minimum(runs: Sequence[Launch], count: int) -> Estimate:
    """Fastest inference, with the range of the fastest per launch, or per round of a single launch."""
    several = len(runs) > 1
    fastest = [float(run.times.min()) for run in runs] if several else _fastest_of_rounds(runs[0])
    return _estimate(
        min(fastest),
        min(fastest),
        max(fastest),
        n=count,
        level=1.0,
        scope=f"fastest seen, to the fastest of the slowest {'launch' if several else 'round'}",
    )


def _fastest_of_rounds(run: Launch) -> list[float]:
    return [float(fastest) for fastest in np.minimum.reduceat(run.times, run.starts)]


def _scope(runs: Sequence[Launch]) -> str:
    if len(runs) > 1:
        return ""
    return _ONE_LAUNCH if len(runs[0].times) > 1 else _ONE_INFERENCE


def _estimate(
    centre: float, low: float, high: float, *, n: int, scope: str, unit: str = "s", level: float = LEVEL
) -> Estimate:
    """A measured estimate from logarithms; an infinite interval becomes the value itself at level 1."""
    if math.isinf(low) or math.isinf(high):
        low, high, level = centre, centre, 1.0
    value, bottom, top = math.exp(centre), math.exp(low), math.exp(high)
    return Estimate(value, min(bottom, value), max(top, value), unit, Provenance.MEASURED, n, level, scope)
