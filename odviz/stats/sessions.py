"""Interval of a typical time over other sessions: the machine an hour later, after a restart, on another day.

Launches of one benchmark follow each other within seconds to minutes and share the clock, the temperature and the
neighbours of that time. Drift that outlasts the benchmark cannot be seen in it, however many launches are added, and
three launches that agree may all have the more frequent of two memory layouts (Mytkowicz et al., "Producing wrong data
without doing anything obviously wrong", ASPLOS 2009). So the interval of an absolute time has two parts:

- Launches spread by a variance that is estimated from them together with `_PRIOR`, worth `_WEIGHT` launches (moderated
  t: Smyth, Statistical Applications in Genetics and Molecular Biology 3, 2004).
- Sessions spread by `_RATIO` times that variance: the least with which p50 covers at least 93 % on every simulated
  machine, however often a benchmark was continued (docs/benchmarks.md, section "Drift"). Where a reference loop tells
  the speed of the machine (`odviz.stats.full_speed`), most of what drifts is known, and `_KNOWN_RATIO` is enough: with
  it the p50s of 115 real reruns of 58 variants covered each other in 97 to 98 % (section "Coverage").

It is a prediction interval, so more launches narrow it only down to the spread between sessions. It need not be
corrected for being looked at again and again: it does not shrink below that spread. Ratios of times measured in turns
are free of what sessions share; `odviz.stats.latency.speedup` has no such part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from odviz.stats.location import MAX_HALF, Launch, Location, launch_medians, locate_p50, t_quantile

_PRIOR = 0.02
"""Standard deviation of launches, in log time, before any is seen."""

_WEIGHT = 2
"""Degrees of freedom that stand behind `_PRIOR`."""

_RATIO = 1.4
"""Variance between sessions over variance between launches, where nothing tells the speed of the machine."""

_KNOWN_RATIO = 0.3
"""The same where a reference loop tells it."""


def expected_half_width(launches: int) -> float:
    """Relative half width of a p50 between launches, before any is seen: Student's t with the spread `_PRIOR`.

    Args:
        launches: how many there will be; inf for one.
    """
    if launches < 2:
        return math.inf
    return math.sinh(min(t_quantile(launches - 1) * _PRIOR / math.sqrt(launches), MAX_HALF))


def across_sessions(runs: Sequence[Launch], location: Location | None = None) -> Location:
    """Typical time with its interval over other sessions; never narrower than over launches alone.

    Args:
        runs: launches of one variant.
        location: of the runs, if it was computed already.

    Returns:
        The half width stays infinite for a single inference.
    """
    within = location or locate_p50(runs)
    count = len(runs)
    medians = launch_medians(runs)
    squares = float(((medians - medians.mean()) ** 2).sum())
    df = count - 1 + _WEIGHT
    variance = (squares + _WEIGHT * _PRIOR**2) / df
    ratio = _KNOWN_RATIO if all(run.references.all() for run in runs) else _RATIO
    half = min(t_quantile(df) * math.sqrt(variance * (ratio + 1 / count)), MAX_HALF)
    return replace(within, half=max(half, within.half), df=df)
