"""Bootstrap replicates of many points together, so that what they share cancels when they are compared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.arrays import Floats
from odviz.domain.result import Block
from odviz.stats.location import Launch, Location, launches, locate_p50, t_quantile
from odviz.stats.sessions import across_sessions

_SESSION = (-1, -1, -1)
"""Key of the session."""

_UNKNOWN = 1.0
"""Spread (in log) of a point that was timed once: a factor of e either way, so that it is ambiguous."""


def joint_p50(
    blocks_by_point: Mapping[str, Sequence[Block]],
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
        blocks_by_point: each point's blocks; launches and rounds of the same number are paired.
        resamples: number of replicates.
        rng: source of the weights.
        correction_sds: standard deviation of each point's correction, in log time (`odviz.stats.full_speed`); none
            is corrected by default.

    Returns:
        Shape (resamples, points), seconds, points in the mapping's order.
    """
    launches_by_point = [launches(blocks) for blocks in blocks_by_point.values()]
    locations = [locate_p50(point_launches) for point_launches in launches_by_point]
    sessions = [across_sessions(*point) for point in zip(launches_by_point, locations, strict=True)]
    moves = [_moves(*point) for point in zip(launches_by_point, locations, sessions, strict=True)]
    rows = {key: row for row, key in enumerate(sorted({key for move in moves for key in move}))}
    table = np.zeros((len(rows), len(moves)))
    for column, move in enumerate(moves):
        for key, value in move.items():
            table[rows[key], column] = value
    uniform = rng.random(resamples)
    stretch = {df: np.sqrt(df / special.chdtri(df, uniform)) for df in {session.df for session in sessions}}
    widths = np.stack([stretch[session.df] for session in sessions], axis=1)
    centres = np.array([location.centre for location in locations])
    logs = centres + widths * (rng.standard_normal((resamples, len(rows))) @ table)
    if any(correction_sds):
        logs += rng.standard_normal(logs.shape) * correction_sds
    replicates: Floats = np.exp(logs)
    return replicates


def _moves(
    point_launches: Sequence[Launch], location: Location, session: Location
) -> dict[tuple[int, int, int], float]:
    """How far the session and each launch, round or inference, keyed by numbers, move a point per normal weight."""
    deviations: dict[tuple[int, int, int], float] = {}
    for launch in point_launches:
        if location.by_launch:
            deviations[launch.number, -1, -1] = float(np.median(launch.times)) - location.centre
        elif len(launch.rounds) > 1:
            middle = float(launch.medians.mean())
            deviations |= {
                (launch.number, number, -1): float(median) - middle
                for number, median in zip(launch.rounds, launch.medians, strict=True)
            }
        else:
            middle = float(launch.times.mean())
            deviations |= {
                (launch.number, launch.rounds[0], index): float(time) - middle
                for index, time in enumerate(launch.times)
            }
    size = np.sqrt(sum(value**2 for value in deviations.values()))
    if np.isinf(location.half):
        return dict.fromkeys(deviations, _UNKNOWN)
    errors = np.array([location.half, session.half]) / t_quantile(session.df)
    scale = errors[0] / size if size else 0.0
    shared = math.sqrt(errors[1] ** 2 - errors[0] ** 2) if size else errors[1]
    return {key: value * scale for key, value in deviations.items()} | {_SESSION: shared}


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
