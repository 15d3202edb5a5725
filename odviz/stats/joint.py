"""Bootstrap replicates of many points together, so that what they share cancels when they are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.arrays import Floats
from odviz.stats.moves import Moves


def joint_p50(
    points: Sequence[Moves],
    resamples: int,
    rng: np.random.Generator,
    correction_sds: Sequence[float] = (),
) -> Floats:
    """Draw replicates of every point's p50.

    This is a multiplier bootstrap. Each launch, or each round where the rounds set a point's interval, gets one normal
    weight per replicate, the same for all points, which moves each point by that point's own deviation in it. One chi
    square per replicate makes the draws multivariate t. One more weight, the session's, moves all points. What points
    of a launch or a session share thus cancels in their differences, and each point's replicates spread exactly as
    the interval of `latency`, which resampling three launches with replacement would not reach.

    Args:
        points: what moves each point; launches and rounds of the same number are paired.
        resamples: number of replicates.
        rng: source of the weights.
        correction_sds: standard deviation of each point's correction, in log time (`odviz.stats.full_speed`); none
            is corrected by default.

    Returns:
        Shape (resamples, points), seconds, points in their order.
    """
    rows = {key: row for row, key in enumerate(sorted({key for point in points for key in point.distances}))}
    table = np.zeros((len(rows), len(points)))
    for column, point in enumerate(points):
        for key, value in point.distances.items():
            table[rows[key], column] = value
    uniform = rng.random(resamples)
    stretch = {df: np.sqrt(df / special.chdtri(df, uniform)) for df in {point.df for point in points}}
    widths = np.stack([stretch[point.df] for point in points], axis=1)
    centres = np.array([point.centre for point in points])
    logs = centres + widths * (rng.standard_normal((resamples, len(rows))) @ table)
    if any(correction_sds):
        logs += rng.standard_normal(logs.shape) * correction_sds
    replicates: Floats = np.exp(logs)
    return replicates


def joint_accuracy(right: NDArray[np.bool_], resamples: int, rng: np.random.Generator) -> Floats:
    """Draw replicates of every point's accuracy over the same resampled test items.

    Args:
        right: shape (items, points), whether each prediction is right.
        resamples: number of replicates.
        rng: source of the resampling.

    Returns:
        Shape (resamples, points), shares of right predictions.
    """
    scores = right.astype(np.float32)
    shares = [weights @ scores / len(scores) for weights in item_weights(len(scores), resamples, rng)]
    replicates: Floats = np.concatenate(shares).astype(np.float64)
    return replicates


def item_weights(items: int, resamples: int, rng: np.random.Generator) -> Iterator[NDArray[np.float32]]:
    """Draw how often each item is counted in each bootstrap replicate.

    Args:
        items: number of items.
        resamples: number of replicates.
        rng: source of the resampling.

    Yields:
        Shape (r, items), where the r of all blocks add up to `resamples`. The next block overwrites the last one.
    """
    weights = np.empty((min(resamples, max(1, 2**20 // items)), items), np.float32)  # 4 MB: stays in cache
    rows = max(1, 2**14 // items)  # counted by one call; more would not stay in cache
    for start in range(0, resamples, len(weights)):
        block = weights[: resamples - start]
        for first in range(0, len(block), rows):
            part = block[first : first + rows]
            draws = rng.integers(0, items, part.shape)
            draws += items * np.arange(len(part))[:, np.newaxis]
            part[:] = np.bincount(draws.ravel(), minlength=part.size).reshape(part.shape)
        yield block
