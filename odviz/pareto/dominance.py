"""Who dominates whom; every objective is minimised.

One point dominates another if it is no worse in every objective and better in at least one. Equal points
do not dominate each other: both are on the front, or neither is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_TOGETHER = 256
"""Replicates swept at once: few enough that each point's range over them is narrow."""


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
    if replicates.ndim != 3 or np.isnan(replicates).any():
        raise ValueError("dominance needs (replicates, points, objectives) without NaN")
    count, points, _ = replicates.shape
    front = np.zeros((count, points), bool)
    for start in range(0, count if points else 0, _TOGETHER):
        group = replicates[start : start + _TOGETHER]
        if len(group) > 1:
            kept = np.flatnonzero(~_surely_dominated(group))
            front[start : start + _TOGETHER, kept] = _front(group[:, kept])
        else:
            front[start : start + _TOGETHER] = _front(group)
    return front


def _surely_dominated(group: Floats) -> Mask:
    best, worst = group.min(axis=0), group.max(axis=0)
    surely = np.zeros(len(best), bool)
    for rival in worst[non_dominated(worst)]:
        surely |= (rival <= best).all(axis=1) & (rival < best).any(axis=1)
    return surely


def _front(group: Floats) -> Mask:
    if group.shape[2] == 1:
        lowest: Mask = group[..., 0] == group[..., 0].min(axis=1, keepdims=True)
        return lowest
    return _sweep(group) if group.shape[2] == 2 else _compare(group)


def _sweep(group: Floats) -> Mask:
    """Two objectives: sort by the first, then a point must be below all before it (Kung et al., JACM 22, 1975)."""
    tables, points, _ = group.shape
    rows = np.arange(tables)[:, np.newaxis]
    order = np.argsort(group[..., 0], axis=1)
    first = group[rows, order, 0]
    fresh = np.ones(first.shape, bool)
    fresh[:, 1:] = first[:, 1:] != first[:, :-1]
    if not fresh.all():  # equal firsts must come with the lowest second ahead
        order = np.argsort(group[..., 1], axis=1)
        order = order[rows, np.argsort(group[..., 0][rows, order], axis=1, kind="stable")]
    second = group[rows, order, 1]
    below = np.full(second.shape, np.inf)
    below[:, 1:] = np.minimum.accumulate(second, axis=1)[:, :-1]
    front = np.empty(second.shape, bool)
    if fresh.all():
        beats = second < below
        beats[:, 0] = True  # even at infinity
    else:
        head = np.maximum.accumulate(np.where(fresh, np.arange(points), 0), axis=1)  # first of its equals
        beats = ((second < below[rows, head]) | (head == 0)) & (second == second[rows, head])
    front[rows, order] = beats
    return front


def _compare(group: Floats) -> Mask:
    """Any number of objectives: each point in turn is the rival of all, in all tables at once."""
    tables, points, objectives = group.shape
    axes = np.ascontiguousarray(np.moveaxis(group, 2, 0))
    front = np.ones((tables, points), bool)
    active = np.argsort(axes.mean(axis=1).argsort(axis=1).argsort(axis=1).sum(axis=0))  # likely winners first
    for rival in active.copy():
        if not front[:, rival].any():
            continue  # in each table something beats it, and what it beats
        no_worse, better = np.ones((tables, len(active)), bool), np.zeros((tables, len(active)), bool)
        for axis in range(objectives):
            own, others = axes[axis][:, rival, np.newaxis], axes[axis][:, active]
            no_worse &= own <= others
            better |= own < others
        front[:, active] &= ~(no_worse & better)
        active = active[front[:, active].any(axis=0)]
    return front
