"""Who dominates whom; every objective is minimised.

One point dominates another if it is no worse in every objective and better in at least one. Equal points
do not dominate each other: both are on the front, or neither is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_TOGETHER = 512
"""Tables swept at once: few enough that each point's range over them is narrow."""


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

    Tables are taken in groups. A point whose best values over a group are dominated by some point's
    worst values over it is dominated in each of its tables and dominates nothing that the other does
    not; leaving such points out first is what makes this fast where points lie further apart than
    their noise.

    Args:
        replicates: shape (B, N, K).

    Returns:
        Shape (B, N).

    Raises:
        ValueError: not such a shape, or NaN in it.
    """
    axes = np.ascontiguousarray(np.moveaxis(replicates, -1, 0), float) if replicates.ndim == 3 else None
    if axes is None or np.isnan(axes.min(initial=np.inf)):
        raise ValueError("dominance needs (replicates, points, objectives) without NaN")
    _, tables, points = axes.shape
    front = np.zeros((tables, points), bool)
    if points == 0:
        return front
    for start in range(0, tables, _TOGETHER):
        group = axes[:, start : start + _TOGETHER]
        if group.shape[1] == 1:
            front[start] = _front(group)[0]
        else:
            kept = np.flatnonzero(~_surely_dominated(group))
            front[start : start + _TOGETHER, kept] = _front(group[:, :, kept])
    return front


def _surely_dominated(group: Floats) -> Mask:
    """Which points are dominated in every table of a group; shape (K, B, N) to (N,)."""
    best, worst = group.min(axis=1), group.max(axis=1)
    rivals = worst[:, _front(worst[:, np.newaxis])[0], np.newaxis]
    no_worse, better = rivals <= best[:, np.newaxis], rivals < best[:, np.newaxis]
    surely: Mask = (no_worse.all(axis=0) & better.any(axis=0)).any(axis=0)
    return surely


def _front(axes: Floats) -> Mask:
    """`fronts` of shape (K, B, N), all pairs compared or swept."""
    if len(axes) == 1:
        lowest: Mask = axes[0] == axes[0].min(axis=1, keepdims=True)
        return lowest
    return _sweep(axes[0], axes[1]) if len(axes) == 2 else _compare(axes)


def _sweep(one: Floats, other: Floats) -> Mask:
    """Two objectives: sort by the first, then a point must be below all before it (Kung et al., JACM 22, 1975)."""
    tables, points = one.shape
    rows = np.arange(tables)[:, np.newaxis]
    order = np.argsort(one, axis=1)
    first = one[rows, order]
    fresh = np.ones(first.shape, bool)
    fresh[:, 1:] = first[:, 1:] != first[:, :-1]
    distinct = fresh.all()
    if not distinct:  # equal firsts must come with the lowest second ahead
        order = np.argsort(other, axis=1)
        order = order[rows, np.argsort(one[rows, order], axis=1, kind="stable")]
    second = other[rows, order]
    below = np.full(second.shape, np.inf)
    below[:, 1:] = np.minimum.accumulate(second, axis=1)[:, :-1]
    if distinct:
        beats = second < below
        beats[:, 0] = True  # even at infinity
    else:
        head = np.maximum.accumulate(np.where(fresh, np.arange(points), 0), axis=1)  # first of its equals
        beats = ((second < below[rows, head]) | (head == 0)) & (second == second[rows, head])
    front = np.empty(second.shape, bool)
    front[rows, order] = beats
    return front


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
