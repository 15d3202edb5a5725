"""Pareto dominance; every objective is minimised.

One point dominates another if it is no worse in every objective and better in at least one. Equal points do not
dominate each other: either both are on the front or neither.
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
        ValueError: another number of dimensions, or NaN.
    """
    front: Mask = fronts(np.asarray(values, float)[np.newaxis])[0]
    return front


def fronts(replicates: Floats) -> Mask:
    """`non_dominated` of each replicate of the same points.

    A point whose best values over all replicates are dominated by another point's worst values is dominated in every
    replicate, and so is everything that it dominates. Such points are dropped first, which saves most of the work
    where points lie further apart than their noise. Two objectives have their own method, `sweep_many`.

    Args:
        replicates: shape (B, N, K).

    Returns:
        Shape (B, N).

    Raises:
        ValueError: another number of dimensions, or NaN.
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
        kept = np.flatnonzero(~_always_dominated(best, replicates.max(axis=0)))
    front[:, kept] = _fronts(np.ascontiguousarray(np.moveaxis(replicates.take(kept, axis=1), -1, 0), float))
    return front


def _always_dominated(best: Floats, worst: Floats) -> Mask:
    """Which points are dominated in every replicate, from their best and worst values; shapes (N, K) to (N,)."""
    rivals = worst[_fronts(worst.T[:, np.newaxis])[0]]
    no_better, worse = np.ones((len(best), len(rivals)), bool), np.zeros((len(best), len(rivals)), bool)
    for values, rival_values in zip(best.T[..., np.newaxis], rivals.T, strict=True):
        no_better &= values >= rival_values
        worse |= values > rival_values
    dominated: Mask = (no_better & worse).any(axis=1)
    return dominated


def _fronts(objectives: Floats) -> Mask:
    """`fronts` without dropping points first; shape (K, B, N) to (B, N)."""
    if len(objectives) == 1:
        lowest: Mask = objectives[0] == objectives[0].min(axis=1, keepdims=True)
        return lowest
    return sweep(objectives[0], objectives[1]) if len(objectives) == 2 else _compare(objectives)


def _compare(objectives: Floats) -> Mask:
    """Fronts of any number of objectives by pairs: each point is compared with all others, in all replicates at once.

    Shape (K, B, N) to (B, N).
    """
    _, replicates, points = objectives.shape
    front = np.ones((replicates, points), bool)
    mean_ranks = objectives.mean(axis=1).argsort(axis=1).argsort(axis=1).sum(axis=0)
    active = np.argsort(mean_ranks)  # points that are likely to dominate many come first
    for rival in active.copy():
        if not front[:, rival].any():
            continue  # dominated in each replicate, by points that dominate all that it does
        shape = (replicates, len(active))
        no_worse, better = np.ones(shape, bool), np.zeros(shape, bool)
        for values in objectives:
            rival_values, active_values = values[:, rival, np.newaxis], values[:, active]
            no_worse &= rival_values <= active_values
            better |= rival_values < active_values
        front[:, active] &= ~(no_worse & better)
        active = active[front[:, active].any(axis=0)]
    return front
