"""Who dominates whom; every objective is minimised.

One point dominates another if it is no worse in every objective and better in at least one. Equal points
do not dominate each other: both are on the front, or neither is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]

_LONG = 100
"""Points from which on sorting them by counting is faster."""


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
    where points lie further apart than their noise.

    Args:
        replicates: shape (B, N, K).

    Returns:
        Shape (B, N).

    Raises:
        ValueError: not such a shape, or NaN in it.
    """
    if replicates.ndim != 3 or np.isnan(best := replicates.min(axis=0, initial=np.inf)).any():
        raise ValueError("dominance needs (replicates, points, objectives) without NaN")
    front = np.zeros(replicates.shape[:2], bool)
    if not front.size:
        return front
    kept = np.arange(front.shape[1])
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
    return _sweep(axes[0], axes[1]) if len(axes) == 2 else _compare(axes)


def _sweep(one: Floats, other: Floats) -> Mask:
    """Two objectives: sort by the first, then a point must be below all before it (Kung et al., JACM 22, 1975)."""
    order = _order(one)
    first = one.take(order)
    fresh = np.ones(first.shape, bool)
    fresh[:, 1:] = first[:, 1:] != first[:, :-1]
    distinct = fresh.all()
    if not distinct:  # equal firsts must come with the lowest second ahead
        order = _order(other)
        order = order.take(_order(one.take(order)))
    second = other.take(order)
    below = np.full(second.shape, np.inf)
    below[:, 1:] = np.minimum.accumulate(second, axis=1)[:, :-1]
    if distinct:
        beats = second < below
        beats[:, 0] = True  # even at infinity
    else:
        head = np.maximum.accumulate(np.where(fresh, np.arange(one.shape[1]), 0), axis=1)  # first of its equals
        rows = np.arange(len(one))[:, np.newaxis]
        beats = ((second < below[rows, head]) | (head == 0)) & (second == second[rows, head])
    front = np.empty(second.shape, bool)
    front.ravel()[order] = beats
    return front


def _order(values: Floats) -> Indices:
    """Where in the whole table the values of each row lie in rising order, equal ones as they stood.

    numpy sorts 16-bit numbers by counting, which in long rows takes a seventh of the time that floats take. So
    values are placed on a ruler of 2³² steps, which are sorted by their lower halves, then by their upper; rows for
    which that is too coarse are sorted again.
    """
    points = values.shape[1]
    starts = np.arange(0, values.size, points)[:, np.newaxis]
    if points < _LONG:
        return np.argsort(values, axis=1, kind="stable") + starts
    low = values.min(axis=1, keepdims=True)
    with np.errstate(all="ignore"):  # rows of equal values, and infinities: sorted again
        scale = (2**32 - 1) / (values.max(axis=1, keepdims=True) - low)
        steps = np.where(np.isfinite(scale), (values - low) * scale, 0).astype(np.uint32)
    by_lower = np.argsort(steps.astype(np.uint16), axis=1, kind="stable") + starts
    upper = (steps >> 16).astype(np.uint16).take(by_lower)
    order: Indices = by_lower.take(np.argsort(upper, axis=1, kind="stable") + starts)
    placed = values.take(order)
    coarse = (placed[:, 1:] < placed[:, :-1]).any(axis=1)
    order[coarse] = np.argsort(values[coarse], axis=1, kind="stable") + starts[coarse]
    return order


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
