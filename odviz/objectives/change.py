"""The change from one estimate to another of the same objective."""

from __future__ import annotations

import math
from dataclasses import replace

from odviz.domain.estimate import LEVEL, Estimate, Provenance


def unpaired(base: Estimate, new: Estimate, is_ratio: bool) -> Estimate:
    """The change of two independent estimates: squares of the half widths add, in the logarithm for a ratio.

    Args:
        base: what is compared with.
        new: what is compared.
        is_ratio: whether the change is new over base, else new less base.
    """
    if not is_ratio:
        centre = new.centre - base.centre
        below = math.hypot(new.centre - new.low, base.high - base.centre)
        above = math.hypot(new.high - new.centre, base.centre - base.low)
        return change_of(centre, centre - below, centre + above, base, new, is_ratio)
    if min(base.low, new.low) <= 0:  # of a figure that may be zero no ratio is known
        return change_of(None, 0.0, math.inf, base, new, is_ratio)
    logs = [tuple(map(math.log, (one.low, one.centre, one.high))) for one in (base, new)]
    (base_low, base_centre, base_high), (low, centre, high) = logs
    below, above = math.hypot(centre - low, base_high - base_centre), math.hypot(high - centre, base_centre - base_low)
    log = centre - base_centre
    return change_of(math.exp(log), math.exp(log - below), math.exp(log + above), base, new, is_ratio)


def wider(change: Estimate, factor: float) -> Estimate:
    """A ratio whose interval reaches further by a factor, both ways."""
    return replace(change, low=change.low / factor, high=change.high * factor)


def change_of(value: float | None, low: float, high: float, base: Estimate, new: Estimate, is_ratio: bool) -> Estimate:
    """A change with the weaker provenance and the fewer observations of both."""
    weakest = max(base.provenance, new.provenance, key=list(Provenance).index)
    unit = "1" if is_ratio else new.unit
    return Estimate(value, low, high, unit, weakest, min(base.n, new.n), min(base.level, new.level, LEVEL))
