"""Means of one number an item."""

from __future__ import annotations

import numpy as np
from scipy import special

from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.stats.groups import Groups, group_spread, left_out_weights, several


def mean(values: Floats, groups: Groups | None = None, *, unit: str = "1", scope: str = "") -> Estimate:
    """Estimate a mean; of differences on the same items for a paired one.

    The interval is Student's over items, or over groups by a jackknife (`odviz.stats.groups`).

    Args:
        values: shape (N,).
        groups: group of each item, shape (N,), for an interval for new groups.
        unit: of the values.
        scope: which items these are.
    """
    count, centre = len(values), float(values.mean())
    half = float(special.stdtrit(max(1, count - 1), (1 + LEVEL) / 2) * values.std(ddof=1) / np.sqrt(count))
    if several(groups):
        weights = left_out_weights(groups)
        half = group_spread(weights.astype(float) @ values / weights.sum(axis=1), half).half()
    centre, half = float(centre), float(half)
    return Estimate(centre, centre - half, centre + half, unit, Provenance.MEASURED, count, LEVEL, scope)
