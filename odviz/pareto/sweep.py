"""Fronts of two objectives in many tables of the same points; both are minimised.

Sorted by one objective, a point is on the front if it is below all before it in the other (Kung et al., JACM 22,
1975). Sorting every table whole takes longest, so points are first held against a few rivals: whatever such a rival
beats is left out, and what is left is short enough to be sorted fast.

The objective to sort by is called cost here and the other one loss.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]

_FEW = 3
"""Tables from which rivals are chosen."""
_MANY = 100
"""Points whose ranks tell which objective is the steadier one."""
_CACHED = 400_000
"""Numbers that are worked on together: about what a core's own cache holds, with what is made of them."""
_LAST = np.iinfo(np.int64).max


class _Rivals(NamedTuple):
    points: Indices
    cost: int
    """Which of the two objectives is the cost."""


def best_of(tables: Floats) -> Floats:
    """The lowest value of each point: shape (B, N, K) to (N, K).

    Raises:
        ValueError: NaN in it.
    """
    best: Floats = tables.min(axis=0)
    if np.isnan(best).any():
        raise ValueError("dominance needs (replicates, points, objectives) without NaN")
    return best


def sweep_many(tables: Floats) -> Mask:
    """Which points no other dominates, in each table: shape (B, N, 2) to (B, N), nothing of it empty."""
    count, points, _ = tables.shape
    rivals = _rivals(tables)
    together = max(1, _CACHED // (2 * points))
    parts = (tables[start : start + together] for start in range(0, count, together))
    return np.concatenate([_sweep_part(np.ascontiguousarray(part, float), rivals) for part in parts])


def sweep(cost: Floats, loss: Floats) -> Mask:
    """The same by sorting all, equal costs by loss: shapes (B, N)."""
    order = np.lexsort((loss, cost), axis=-1)
    first, second = np.take_along_axis(cost, order, axis=1), np.take_along_axis(loss, order, axis=1)
    places = np.arange(cost.shape[1])
    fresh = np.ones(first.shape, bool)
    fresh[:, 1:] = first[:, 1:] != first[:, :-1]
    head = np.maximum.accumulate(np.where(fresh, places, 0), axis=1)  # first of its equals
    before = np.take_along_axis(np.minimum.accumulate(second, axis=1), np.maximum(head - 1, 0), axis=1)
    front = np.empty(first.shape, bool)
    unbeaten = (second == np.take_along_axis(second, head, axis=1)) & ((second < before) | (head == 0))
    np.put_along_axis(front, order, unbeaten, axis=1)
    return front


def _rivals(tables: Floats) -> _Rivals:
    """Points on the front of a few tables; the cost is the objective that ranks points more alike in these."""
    some = np.ascontiguousarray(np.moveaxis(tables[:: -(-len(tables) // _FEW)], -1, 0))
    ranks = some[..., :: -(-some.shape[2] // _MANY)].argsort(axis=2).argsort(axis=2)
    cost = int(np.abs(np.diff(ranks, axis=1)).sum(axis=(1, 2)).argmin())
    order = some[cost].argsort(axis=1)
    loss = np.take_along_axis(some[1 - cost], order, axis=1)
    return _Rivals(np.unique(order[loss == np.minimum.accumulate(loss, axis=1)]), cost)


def _sweep_part(tables: Floats, rivals: _Rivals) -> Mask:
    """`sweep_many` of as many tables as fit a cache, in one piece.

    A rival whose highest cost is no higher than a point's lowest comes before it in every table, so which rivals
    come before a point is known without sorting. Their lowest loss in a table beats the point if it is lower.
    """
    count, points, _ = tables.shape
    front = np.zeros((count, points + 1), bool)  # one more for what fills up short rows
    flat, best = tables.reshape(count, -1), best_of(tables)
    worst = _take(flat, 2 * rivals.points + rivals.cost).max(axis=0)
    order = worst.argsort()
    losses = np.full((count, 1 + len(order)), np.inf)
    losses[:, 1:] = _take(flat, 2 * rivals.points[order] + 1 - rivals.cost)
    lowest = np.minimum.accumulate(losses, axis=1)
    before = worst[order].searchsorted(best[:, rivals.cost], side="right")
    kept = np.flatnonzero(lowest.max(axis=0)[before] >= best[:, 1 - rivals.cost])  # the others lose in every table
    cost, loss = _take(flat, 2 * kept + rivals.cost), _take(flat, 2 * kept + 1 - rivals.cost)
    column, unbeaten = _sweep_left(cost, loss, loss <= _take(lowest, before[kept]))
    place = np.append(kept, points).take(column, mode="clip")
    place += np.arange(0, front.size, front.shape[1])[:, np.newaxis]
    front.ravel()[place] = unbeaten
    return front[:, :points]


def _sweep_left(cost: Floats, loss: Floats, left: Mask) -> tuple[Indices, Mask]:
    """Sweep of what is left of each table; shapes (B, K).

    Returns:
        Two of shape (B, M): columns by rising cost, K or more after the last; and which of these no other dominates.
    """
    where = np.flatnonzero(left)
    counts = np.diff(where.searchsorted(np.arange(0, left.size + 1, left.shape[1])))
    low = (1 << left.size.bit_length()) - 1
    keys = _keys(cost.ravel().take(where), where, low)
    columns = np.arange(counts.max())
    rows = np.empty((len(left), len(columns)), np.int64)
    rows[:] = _LAST - low + left.size - columns * (low + 1)  # higher than any cost, and all different
    rows[columns < counts[:, np.newaxis]] = keys
    rows.sort(axis=1)
    near = (rows[:, 1:] ^ rows[:, :-1]) <= low
    rows &= low
    losses = loss.ravel().take(rows, mode="clip")
    unbeaten = np.ones(rows.shape, bool)
    unbeaten.ravel()[1:] = losses.ravel()[1:] < np.minimum.accumulate(losses, axis=1).ravel()[:-1]
    unbeaten[:, 0] = True  # nothing is before it
    if near.any():
        tied = near.any(axis=1)
        filled, costs = rows[tied] < left.size, cost.ravel().take(rows[tied], mode="clip")
        unbeaten[tied] = sweep(np.where(filled, costs, np.inf), np.where(filled, losses[tied], np.inf))
    rows -= np.arange(0, left.size, left.shape[1])[:, np.newaxis]
    return rows, unbeaten


def _keys(cost: Floats, where: Indices, low: int) -> NDArray[np.int64]:
    """Integers that sort as the costs do and end in where they are from, which is faster to sort than an order is.

    Floats that are not negative sort as their bits do. The last bits give way to the place, so costs that differ in
    these only, or not at all, come in any order; their keys are equal but for the place.
    """
    lowest = np.clip(cost.min(), np.finfo(float).min, np.finfo(float).max)
    with np.errstate(over="ignore"):
        bits: NDArray[np.int64] = (cost + (0.0 - lowest)).view(np.int64)  # adding leaves no negative zero
    bits &= ~low
    bits |= where
    return bits


def _take(rows: Floats, columns: Indices) -> Floats:
    """Some columns of each row; numpy checks them one by one unless told to clip."""
    return rows.take(columns, axis=1, mode="clip")
