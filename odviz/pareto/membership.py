"""The three-state front: on it, ambiguous, or dominated."""

from __future__ import annotations

import numpy as np

from odviz.domain.result import Membership
from odviz.pareto.dominance import fronts
from odviz.pareto.sweep import Floats, Mask

SURE = 0.95
"""A point is on the front, or dominated, where at least this share of the replicates says so."""


def three_state(replicates: Floats, observed: Mask, sure: float = SURE) -> tuple[tuple[Membership, ...], Floats]:
    """Where each point stands, from a joint bootstrap.

    A point that was not observed (projected or modelled) never dominates an observed one: observed
    points are judged among themselves, the others against all.

    Args:
        replicates: shape (B, N, K), all objectives of all points drawn together, to be minimised.
        observed: shape (N,), whether something was timed or counted.
        sure: share of replicates from which on a point is on the front; below 1 - sure it is dominated.

    Returns:
        Memberships, one per point, and shape (N,): the share of replicates that has it on the front.

    Raises:
        ValueError: shapes that do not fit, NaN, no replicate, or `sure` not above one half.
    """
    if not 0.5 < sure <= 1 or len(replicates) == 0 or observed.shape != replicates.shape[1:2]:
        raise ValueError(f"no three-state front of {replicates.shape} with {observed.shape} observed, sure {sure}")
    probability = _share(fronts(replicates))
    if observed.any() and not observed.all():
        probability[observed] = _share(fronts(replicates.compress(observed, axis=1)))
    return tuple(_state(float(share), sure) for share in probability), probability


def _share(front: Mask) -> Floats:
    """Of the replicates, shape (B, N) to (N,); numpy adds small integers several times faster than truths."""
    share: Floats = front.view(np.uint8).sum(axis=0, dtype=np.uint32) / len(front)
    return share


def _state(share: float, sure: float) -> Membership:
    if share >= sure:
        return Membership.FRONT
    return Membership.DOMINATED if share <= 1 - sure + 1e-12 else Membership.AMBIGUOUS  # 1 - 0.95 > 0.05
