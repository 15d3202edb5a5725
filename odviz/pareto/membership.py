"""Three-state front membership: on the front, ambiguous or dominated."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Floats
from odviz.domain.result import Membership
from odviz.pareto.dominance import Mask, fronts

_CONFIDENCE = 0.95
"""A point is on the front, or dominated, if it is so in at least this share of the replicates; else ambiguous."""

_ROUNDING = 1e-12
"""1 - 0.95 is slightly more than 0.05 in binary, and slightly less than a share of 0.05 may be."""


def three_state(replicates: Floats, observed: Mask) -> tuple[tuple[Membership, ...], Floats]:
    """Membership of each point from a joint bootstrap.

    A point that was not observed (projected or modelled) never dominates an observed one: observed points are compared
    with observed points only, the others with all.

    Args:
        replicates: shape (B, N, 2), both objectives of all points resampled together, to be minimised.
        observed: shape (N,), whether the point was measured.

    Returns:
        One membership per point, and shape (N,): the share of replicates in which it is on the front.

    Raises:
        ValueError: shapes that do not match, NaN, or no replicate.
    """
    if len(replicates) == 0 or observed.shape != replicates.shape[1:2]:
        raise ValueError(f"no three-state front from shapes {replicates.shape} and {observed.shape}")
    probability = _share(fronts(replicates))
    if observed.any() and not observed.all():
        probability[observed] = _share(fronts(replicates.compress(observed, axis=1)))
    return tuple(_membership(float(share)) for share in probability), probability


def _share(front: Mask) -> Floats:
    """Share of true values per point, shape (B, N) to (N,); numpy sums uint8 several times faster than bool."""
    share: Floats = front.view(np.uint8).sum(axis=0, dtype=np.uint32) / len(front)
    return share


def _membership(share: float) -> Membership:
    if share >= _CONFIDENCE:
        return Membership.FRONT
    return Membership.DOMINATED if share <= 1 - _CONFIDENCE + _ROUNDING else Membership.AMBIGUOUS
