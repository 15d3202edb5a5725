"""Replicates of many points at once, so that what they share cancels when they are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.domain.result import Block
from odviz.stats.location import Floats, Launch, Location, launches, locate_p50, t_quantile

_UNKNOWN = 1.0
"""Spread (in log) of a point that was timed once: a factor of e either way, so that it is ambiguous."""


def joint_p50(blocks_by_point: Mapping[str, Sequence[Block]], resamples: int, rng: np.random.Generator) -> Floats:
    """Replicates of every point's p50, drawn together.

    A multiplier bootstrap: each launch, or each round where the rounds set a point's interval, gets one
    normal weight per replicate, the same for all points, and moves each point by that point's own
    deviation in it; one chi square per replicate makes the draws multivariate t. Drift shared by the
    points of a launch so cancels in their differences, and each point's replicates spread exactly as the
    interval that `latency` gives, which resampling three launches with replacement would not reach.

    Args:
        blocks_by_point: each point's blocks; launches and rounds of the same number are paired.
        resamples: how many replicates.
        rng: source of the weights.

    Returns:
        Shape (resamples, points), seconds, points in the mapping's order.
    """
    runs = [launches(blocks) for blocks in blocks_by_point.values()]
    found = [locate_p50(each) for each in runs]
    moves = [_moves(each, where) for each, where in zip(runs, found, strict=True)]
    keys = {key: row for row, key in enumerate(sorted({key for move in moves for key in move}))}
    table = np.zeros((len(keys), len(moves)))
    for column, move in enumerate(moves):
        for key, value in move.items():
            table[keys[key], column] = value
    shared = rng.random(resamples)
    stretch = {df: np.sqrt(df / special.chdtri(df, shared)) for df in {where.df for where in found}}
    widths = np.stack([stretch[where.df] for where in found], axis=1)
    centres = np.array([where.centre for where in found])
    replicates: Floats = np.exp(centres + widths * (rng.standard_normal((resamples, len(keys))) @ table))
    return replicates


def _moves(runs: Sequence[Launch], where: Location) -> dict[tuple[int, int, int], float]:
    """How far each launch or round, keyed by its number, moves a point per standard normal weight."""
    deviations: dict[tuple[int, int, int], float] = {}
    for run in runs:
        if where.by_launch:
            deviations[run.number, -1, -1] = float(np.median(run.times)) - where.centre
        elif len(run.rounds) > 1:
            middle = float(run.medians.mean())
            deviations |= {
                (run.number, number, -1): float(median) - middle
                for number, median in zip(run.rounds, run.medians, strict=True)
            }
        else:
            middle = float(run.times.mean())
            deviations |= {
                (run.number, run.rounds[0], place): float(time) - middle for place, time in enumerate(run.times)
            }
    size = np.sqrt(sum(value**2 for value in deviations.values()))
    if np.isinf(where.half):
        return dict.fromkeys(deviations, _UNKNOWN)
    scale = where.half / t_quantile(where.df) / size if size else 0.0
    return {key: value * scale for key, value in deviations.items()}


def joint_accuracy(correct: NDArray[np.bool_], resamples: int, rng: np.random.Generator) -> Floats:
    """Bootstrap replicates of every point's accuracy over the same resampled test items.

    Args:
        correct: shape (items, points), whether each point is right on each item.
        resamples: how many replicates.
        rng: source of the resampling.

    Returns:
        Shape (resamples, points), shares of right predictions.
    """
    right = correct.astype(np.float32)
    shares = [weights @ right / len(right) for weights in item_weights(len(right), resamples, rng)]
    replicates: Floats = np.concatenate(shares).astype(np.float64)
    return replicates


def item_weights(items: int, resamples: int, rng: np.random.Generator) -> Iterator[NDArray[np.float32]]:
    """Draw how often each item is counted in each bootstrap replicate.

    Args:
        items: how many there are.
        resamples: how many replicates.
        rng: source of the resampling.

    Yields:
        Shape (r, items), where the r of all blocks add up to `resamples`. The next block overwrites the last one.
    """
    weights = np.empty((min(resamples, max(1, 2**20 // items)), items), np.float32)  # 4 MB: stays in cache
    for start in range(0, resamples, len(weights)):
        block = weights[: resamples - start]
        for row in block:
            row[:] = np.bincount(rng.integers(0, items, items), minlength=items)
        yield block
