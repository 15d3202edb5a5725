"""Mean of a figure that was measured once in each of a few fresh processes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.stats.location import t_quantile

PAGE_BYTES = 4096
"""Resolution of resident memory."""


def process_mean(values: Sequence[float], unit: str, scope: str) -> Estimate:
    """Mean over fresh processes with a Student's t interval.

    Memory is counted in pages, so an interval in bytes is never narrower than one page each way. The interval of a
    single process has level 1 and its scope says that the spread is unknown.

    Args:
        values: one per process, none negative; at least one.
        unit: SI unit.
        scope: what the figure includes.

    Raises:
        ValueError: no values.
    """
    if not values:
        raise ValueError("no figure without a measurement")
    count, mean, level = len(values), float(np.mean(values)), LEVEL
    half = PAGE_BYTES if unit == "B" else 0.0
    if count == 1:
        level, scope = 1.0, "; ".join(filter(None, (scope, "one process only: its spread is unknown")))
    else:
        half = max(half, t_quantile(count - 1) * float(np.std(values, ddof=1)) / math.sqrt(count))
    low = max(mean - half, 0.0)
    return Estimate(mean, min(low, mean), mean + half, unit, Provenance.MEASURED, count, level, scope)
