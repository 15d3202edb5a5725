"""Who dominates whom; every objective is minimised.

One point dominates another if it is no worse in every objective and better in at least one. Equal points
do not dominate each other: both are on the front, or neither is.
"""

from __future__ import annotations

import numpy as np

from odviz.pareto.sweep import Floats, Mask, best_of, sweep, sweep_many


def non_dominated(values: Floats) -> Mask:
    """Which points no other point dominates.

    Args:
        values: shape (N, K), to be minimised; infinities are allowed.

    Returns:
        Shape (N,).

    Raises:
        ValueError: not a table, or NaN in it.
    """
    front: Mask = fronts(np.asarray(values, float)[np.newaxis])[0]
    return front


def fronts(replicates: Floats) -> Mask:
    """`non_dominated` of many tables of the same points.

    A point whose best values over all tables are dominated by some point's worst values is dominated in each
    table and dominates nothing that the other does not; leaving such points out first is what makes this fast
    where points lie further apart than their noise. Two objectives have a way of their own, `sweep_many`.

    Args:
        replicates: shape (B, N, K).

    Returns:
        Shape (B, N).

    Raises:
        ValueError: not such a shape, or NaN in it.
    """
    if replicates.ndim != 3:
        raise ValueError("dominance needs (replicates, points, objectives) without NaN")
    front = np.zeros(replicates.shape[:2], bool)
    if not front.size:
        return front
    if len(front) > 1 and replicates.shape[2] == 2:
        return sweep_many(replicates)
    best, kept = best_of(replicates), np.arange(front.shape[1])
    if len(front) > 1:
        kept = np.flatnonzero(~_surely_dominated(best, replicates.max(axis=0)))
    front[:, kept] = _front(np.ascontiguousarray(np.moveaxis(replicates.take(kept, axis=1), -1, 0), float))
    return front


def _surely_dominated(best: Floats, worst: Floats) -> Mask:
    """Which points are dominated in every table; shapes (N, K) to (N,)."""
    rivals = worst[_front(worst.T[:, np.newaxis])[0]]
    no_worse, better = np.ones((len(best), len(rivals)), bool), np.zeros((len(best), len(rivals)), bool)
    for own, rival in zip(best.T[..., np.newaxis], rivals.T, strict=True):
        no_worse &= own >= rival
        better |= own > rival
    surely: Mask = (no_worse & better).any(axis=1)
    return surely


def _front(axes: Floats) -> Mask:
    """`fronts` of shape (K, B, N), all pairs compared or swept."""
    if len(axes) == 1:
        lowest: Mask = axes[0] == axes[0].min(axis=1, keepdims=True)
        return lowest
    return sweep(axes[0], axes[1]) if len(axes) == 2 else _compare(axes)


def _compare(axes: Floats) -> Mask:
    """Any number of objectives: each point in turn is the rival of all, in all tables at once."""
    _, tables, points = axes.shape
    front = np.ones((tables, points), bool)
    active = np.argsort(axes.mean(axis=1).argsort(axis=1).argsort(axis=1).sum(axis=0))  # likely winners first
    for rival in active.copy():
        if not front[:, rival].any():
            continue  # in each table something beats it, and what it beats
        no_worse, better = np.ones((tables, len(active)), bool), np.zeros((tables, len(active)), bool)
        for axis in axes:
            own, others = axis[:, rival, np.newaxis], axis[:, active]
            no_worse &= own <= others
            better |= own < others
        front[:, active] &= ~(no_worse & better)
        active = active[front[:, active].any(axis=0)]
    return front
