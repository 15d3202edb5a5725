"""Percentiles and deadline misses of requests that arrive at times of their own.

Requests wait for each other, so that slow ones come in clusters. They are answered in windows that each begin with an
empty queue, on a machine that may have changed meanwhile: windows are independent, requests of one window are not. All
intervals are those of independent requests with the sample size reduced by the design effect of the windows (Korn and
Graubard, Survey Methodology 24, 1998), and once more because few windows tell that effect roughly (Student's t).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.stats.location import t_quantile
from odviz.stats.proportions import wilson
from odviz.stats.tails import TooFew, effective_size, order_interval

PERCENTILES: Mapping[str, float] = {"p50": 0.5, "p90": 0.9, "p99": 0.99}

_NORMAL = 1.96
_STEADY = 0.75
"""Percentile at which the clustering of slow requests is always known well enough."""


@dataclass(frozen=True, slots=True)
class Responses:
    """How fast requests were answered.

    Attributes:
        percentiles: "p50", "p90" and "p99" as far as they are known, seconds.
        needs: how many more requests the others need; 0 where so many were not answered that no number would help.
        answered: share of the requests that were answered at all.
        count: number of requests.
    """

    percentiles: Mapping[str, Estimate]
    needs: Mapping[str, int] = field(default_factory=dict)
    answered: float = 1.0
    count: int = 0


def responses(windows: Sequence[Floats], scope: str = "") -> Responses:
    """Percentiles of latencies.

    Args:
        windows: latencies of the requests of each window, seconds; infinite for one that was not answered.
        scope: under which conditions.
    """
    values = np.sort(np.concatenate(windows))
    known: dict[str, Estimate] = {}
    needs: dict[str, int] = {}
    for name, share in PERCENTILES.items():
        value = float(np.quantile(values, share, method="higher"))
        with np.errstate(invalid="ignore"):  # between infinite latencies; what comes of them is not given
            ends = order_interval(values, _size(windows, value, share), share)
        if isinstance(ends, TooFew):
            needs[name] = ends.needs
        elif not np.isfinite([value, *ends]).all():
            needs[name] = 0
        else:
            low, high = min(ends[0], value), max(ends[1], value)
            known[name] = Estimate(value, low, high, "s", Provenance.MEASURED, len(values), LEVEL, scope)
    return Responses(known, needs, float(np.isfinite(values).mean()), len(values))


def deadline_misses(windows: Sequence[Floats], deadline_s: float, scope: str = "") -> Estimate:
    """Share of the requests that are answered later than a deadline.

    Args:
        windows: as for `responses`.
        deadline_s: seconds.
        scope: under which conditions.
    """
    count = sum(map(len, windows))
    value = float(sum((window > deadline_s).sum() for window in windows)) / count
    size = _size(windows, deadline_s, 1 - value)
    ends = wilson(round(value * size), size)
    low, high = min(ends.low, value), max(ends.high, value)
    return Estimate(value, low, high, "1", Provenance.MEASURED, count, LEVEL, scope)


def _size(windows: Sequence[Floats], value: float, share: float) -> int:
    """Number of independent requests that those of all windows are worth at a value; at least 1.

    The design effect is the larger one of those at the value and at the upper quartile: few slow requests tell it too
    roughly, and percentiles would be given just where it happens to look small.

    Args:
        windows: latencies.
        value: the percentile.
        share: of the requests that are not beyond it.
    """
    count, number = sum(map(len, windows)), len(windows)
    if number < 2:
        return 1
    quartile = float(np.quantile(np.concatenate(windows), _STEADY, method="lower"))
    sizes = [
        effective_size((np.array([(window > edge).sum() for window in windows]),), count, below)
        for edge, below in ((value, share), (quartile, _STEADY))
    ]
    return max(1, round(min(sizes) * (_NORMAL / t_quantile(number - 1)) ** 2))
