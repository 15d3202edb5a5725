"""Pareto dominance of two objectives, in many replicates of the same points; both objectives are minimised.

One point dominates another if it is no worse in both objectives and better in at least one. Equal points do not
dominate each other: either both are on the front or neither.

Sorted by one objective, a point is on the front if it is below all points before it in the other (Kung, Luccio and
Preparata, JACM 22, 1975). Sorting every replicate as a whole would take most of the time. So each point is first
compared with a few rivals; what a rival dominates is dropped, and only the short rest of each replicate is sorted.

The objective that sorts is called cost in this module, and the other one loss.
"""

from __future__ import annotations

import numpy as np

from odviz.arrays import Bools, Floats, Indices

Mask = Bools

_RIVAL_REPLICATES = 3
"""Replicates whose front points become rivals."""
_RANKED_POINTS = 100
"""Points whose ranks decide which objective is the cost."""
_BLOCK = 400_000
"""Numbers per block of replicates: with the intermediate arrays, about the size of a core's own cache."""


def non_dominated(values: Floats) -> Mask:
    """Which points no other point dominates.

    Args:
        values: shape (N, 2), to be minimised; infinities are allowed.

    Returns:
        Shape (N,).

    Raises:
        ValueError: another shape, or NaN.
    """
    front: Mask = fronts(np.asarray(values, float)[np.newaxis])[0]
    return front


def fronts(replicates: Floats) -> Mask:
    """`non_dominated` of each replicate of the same points.

    Args:
        replicates: shape (B, N, 2).

    Returns:
        Shape (B, N).

    Raises:
        ValueError: another shape, or NaN.
    """
    if replicates.ndim != 3 or replicates.shape[2] != 2:
        raise ValueError(f"dominance needs (replicates, points, 2), not {replicates.shape}")
    if not replicates.size:
        return np.zeros(replicates.shape[:2], bool)
    count, points, _ = replicates.shape
    cost = _steadier_objective(replicates)
    tables = replicates[:: -(-count // _RIVAL_REPLICATES)]
    rivals = np.flatnonzero(_sweep(tables[..., cost], tables[..., 1 - cost]).any(axis=0))
    size = max(1, _BLOCK // (2 * points))
    blocks = (replicates[start : start + size] for start in range(0, count, size))
    return np.concatenate([_sweep_block(np.ascontiguousarray(block, float), rivals, cost) for block in blocks])


def _sweep(cost: Floats, loss: Floats) -> Mask:
    """Which points no other point dominates, in each replicate; shapes (B, N) to (B, N)."""
    rows = np.arange(0, cost.size, cost.shape[1])[:, np.newaxis]
    order = np.argsort(cost, axis=1) + rows
    costs = cost.take(order)
    ties = costs[:, 1:] == costs[:, :-1]
    if ties.any():  # equal costs must come by rising loss
        order = np.lexsort((loss, cost), axis=-1) + rows
    losses = loss.take(order)
    unbeaten = np.ones(losses.shape, bool)
    unbeaten[:, 1:] = losses[:, 1:] < np.minimum.accumulate(losses, axis=1)[:, :-1]
    if ties.any():
        _share_ties(unbeaten, ties, losses)
    front = np.empty(losses.shape, bool)
    front.ravel()[order] = unbeaten
    return front


def _share_ties(unbeaten: Mask, ties: Mask, losses: Floats) -> None:
    """Put points on the front that equal the first point of their cost, if that one is on it; all arrays sorted."""
    first = np.ones(unbeaten.shape, bool)
    first[:, 1:] = ~ties
    head = np.maximum.accumulate(np.where(first, np.arange(unbeaten.shape[1]), 0), axis=1)
    equal = losses == np.take_along_axis(losses, head, axis=1)
    unbeaten[:] = equal & np.take_along_axis(unbeaten, head, axis=1)


def _steadier_objective(replicates: Floats) -> int:
    """The objective whose ranking of the points varies least between a few replicates: it decides most pairs."""
    count, points, _ = replicates.shape
    sample = replicates[:: -(-count // _RIVAL_REPLICATES), :: -(-points // _RANKED_POINTS)]
    ranks = sample.argsort(axis=1).argsort(axis=1)
    return int(np.abs(np.diff(ranks, axis=0)).sum(axis=(0, 1)).argmin())


def _sweep_block(replicates: Floats, rivals: Indices, cost: int) -> Mask:
    """`fronts` of a block of replicates.

    A rival whose highest cost is no higher than a point's lowest cost precedes the point in every replicate. The
    lowest loss of these rivals in a replicate dominates the point there if it is lower than the point's own.
    """
    count, points, _ = replicates.shape
    flat, best = replicates.reshape(count, -1), replicates.min(axis=0)
    if np.isnan(best).any():
        raise ValueError("dominance needs replicates without NaN")
    highest = _take(flat, 2 * rivals + cost).max(axis=0)
    order = highest.argsort()
    lowest = np.full((count, 1 + len(order)), np.inf)  # column i: over the first i rivals
    np.minimum.accumulate(_take(flat, 2 * rivals[order] + 1 - cost), axis=1, out=lowest[:, 1:])
    before = highest[order].searchsorted(best[:, cost], side="right")
    kept = np.flatnonzero(lowest.max(axis=0)[before] >= best[:, 1 - cost])
    costs, losses = _take(flat, 2 * kept + cost), _take(flat, 2 * kept + 1 - cost)
    left = losses <= _take(lowest, before[kept])
    front = np.zeros((count, points), bool)
    front[:, kept] = _sweep_left(costs, losses, left)
    return front


def _sweep_left(cost: Floats, loss: Floats, left: Mask) -> Mask:
    """`_sweep` of the points that are left in each replicate; shapes (B, N) to (B, N)."""
    counts = left.sum(axis=1)
    filled = np.arange(counts.max()) < counts[:, np.newaxis]
    source, target = np.flatnonzero(left), np.flatnonzero(filled)
    costs, losses = np.full(filled.shape, np.nan), np.full(filled.shape, np.inf)  # NaN sorts last and ties with nothing
    costs.ravel()[target], losses.ravel()[target] = cost.take(source), loss.take(source)
    front = np.zeros(left.shape, bool)
    front.ravel()[source] = _sweep(costs, losses).take(target)
    return front


def _take(rows: Floats, columns: Indices) -> Floats:
    """Some columns of each row; numpy checks the indices one by one unless told to clip."""
    return rows.take(columns, axis=1, mode="clip")
