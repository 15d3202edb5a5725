"""A figure measured a few times in fresh processes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from odviz.domain.estimate import Estimate, Provenance
from odviz.stats.location import t_quantile

PAGE_BYTES = 4096
"""Least that resident memory can differ by."""


def repeats(values: Sequence[float], unit: str, scope: str, *, level: float = 0.95) -> Estimate:
    """Mean of a few fresh processes with Student's t interval.

    Bytes are counted in pages, so an interval of bytes is never narrower than a page each way. A single
    process has no spread: its interval is what was seen (level 1), and the scope says so.

    Args:
        values: one per process, none negative; at least one.
        unit: SI unit.
        scope: what is inside the figure.
        level: what the interval is to cover.

    Raises:
        ValueError: no values.
    """
    if not values:
        raise ValueError("no figure without a measurement")
    count, mean = len(values), float(np.mean(values))
    half = PAGE_BYTES if unit == "B" else 0.0
    if count == 1:
        level, scope = 1.0, "; ".join(filter(None, (scope, "one process only: its spread is unknown")))
    else:
        half = max(half, t_quantile(level, count - 1) * float(np.std(values, ddof=1)) / math.sqrt(count))
    low = max(mean - half, 0.0)
    return Estimate(mean, min(low, mean), mean + half, unit, Provenance.MEASURED, count, level, scope)
