"""Whether times rise in the course of a sustained load, and whether that changes which variant is faster.

A curve of log times is compared with shapes that rise and stay up: a step at any time, a ramp over the whole load, and
ramps that level off. The best one is fitted by least squares. Its standard error allows for noise that is correlated in
time: a first-order autoregressive process, its correlation corrected for bias (Kendall, Biometrika 41, 1954). A rise is
certain beyond the ratio to its standard error that simulated steady machines exceed in 5 % of the cases: 2.6 without
any correlation between neighbouring points, 3.9 with 0.8. A correlation of 0.9 gives 10 % false alarms. The interval of
a rise holds those of all shapes that fit about as well as the best.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.stats.full_speed import HIGHEST_SENSITIVITY
from odviz.stats.location import NORMAL

K = TypeVar("K", bound=Hashable)

POINTS = 60
"""Points of a curve; each is the median of equally many blocks."""

_LIMIT = 4.0
"""Least ratio of a rise to its standard error that is not chance."""

_INTERVAL = 2.8
"""Standard errors of a rise in its interval: more than 2 because shape and correlation are estimated, too."""

_AS_GOOD = 1.15
"""Most squared error, over that of the best shape, of shapes that fit about as well."""

_LEAST = 0.03
"""Least rise that is worth naming, in log time."""

_MOST_CORRELATED = 0.97
_PART = POINTS // 5
"""Points at the start, and at the end, by which variants are compared."""

_LAUNCHES = 0.02
"""Standard deviation between processes, in log time, that a single one cannot show; see `odviz.stats.sessions`."""


class Slowed(StrEnum):
    """What became slower.

    Attributes:
        NOTHING: no rise that chance does not explain.
        MACHINE: the reference loop became slower as well: heat lowers the clock, or a neighbour took part of the core.
        NETWORK: only the network did, and the machine ran on as before.
    """

    NOTHING = "nothing"
    MACHINE = "machine"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Slowing:
    """What became of the times under a sustained load.

    Attributes:
        cause: what became slower.
        factor: time at the end over time at the start; known for certain to be above 1 if there is a cause.
        machine: the same of the reference loop.
        start: share of the load after which the rise began, 0 to 1.
    """

    cause: Slowed
    factor: Estimate
    machine: Estimate
    start: float


@dataclass(frozen=True, slots=True)
class Swap(Generic[K]):
    """Two variants of which the faster one becomes the slower one.

    Attributes:
        first: the faster one at the start.
        second: the faster one at the end.
        before: time of the first over that of the second at the start, below 1.
        after: the same at the end, above 1.
    """

    first: K
    second: K
    before: Estimate
    after: Estimate


def curve(values: Sequence[float] | Floats) -> Floats:
    """The logarithms of the medians of `POINTS` equal parts of positive values, in their order, shape (POINTS,).

    Raises:
        ValueError: fewer values.
    """
    if len(values) < POINTS:
        raise ValueError(f"{len(values)} blocks are too few for a curve of {POINTS} points")
    return np.log([np.median(part) for part in np.array_split(np.asarray(values, float), POINTS)])


def slowing(times: Floats, machine: Floats) -> Slowing:
    """Tell whether times rise, and whether the machine explains it.

    A network is slowed by at most `HIGHEST_SENSITIVITY` times what the reference loop is (`odviz.stats.full_speed`):
    what that does not reach is the network's own.

    Args:
        times: curve of the times of an inference.
        machine: curve of the times of the reference loop.
    """
    fit = rises(times[np.newaxis])
    height, error, shape = float(fit.heights[0]), float(fit.errors[0]), _shapes()[fit.shapes[0]]
    own, own_error = _on(shape, machine)
    cause = Slowed.NOTHING
    if height > max(_LIMIT * error, _LEAST):
        most = HIGHEST_SENSITIVITY * (own + _INTERVAL * own_error)
        explained = own > _INTERVAL * own_error and fit.lows[0] <= most
        cause = Slowed.MACHINE if explained else Slowed.NETWORK
    start = float(np.argmax(shape > 0)) / POINTS
    factor = _ratio(height, float(fit.lows[0]), float(fit.highs[0]))
    return Slowing(cause, factor, _ratio(own, own - _INTERVAL * own_error, own + _INTERVAL * own_error), start)


def last_part(times: Floats, scope: str = "") -> Estimate:
    """Typical time of an inference in the last fifth of the load, seconds; its interval allows for other processes.

    Args:
        times: curve of the times.
        scope: under which conditions.
    """
    log, error = _part(times, slice(-_PART, None))
    half = NORMAL * float(np.hypot(error, _LAUNCHES))
    value, low, high = np.exp([log, log - half, log + half]).tolist()
    return Estimate(value, low, high, "s", Provenance.MEASURED, POINTS, LEVEL, scope)


def swaps(curves: Mapping[K, Floats]) -> tuple[Swap[K], ...]:
    """The pairs of variants that change places between the start and the end of the load for certain.

    Both ratios differ from 1 at a level that allows for the number of pairs (Bonferroni) and of ratios.

    Args:
        curves: of the times of each variant.
    """
    pairs = list(combinations(curves, 2))
    if not pairs:
        return ()
    level = float(special.ndtri(1 - (1 - LEVEL) / (4 * len(pairs))))
    parts = {key: (_part(own, slice(0, _PART)), _part(own, slice(-_PART, None))) for key, own in curves.items()}
    swapped = []
    for one, other in pairs:
        (before, before_half), (after, after_half) = (
            (own - its, level * float(np.sqrt(own_error**2 + its_error**2 + 2 * _LAUNCHES**2)))
            for (own, own_error), (its, its_error) in zip(parts[one], parts[other], strict=True)
        )
        if before * after < 0 and abs(before) > before_half and abs(after) > after_half:
            first, second, sign = (one, other, 1) if before < 0 else (other, one, -1)
            ends = (
                _ratio(sign * log, sign * log - half, sign * log + half)
                for log, half in ((before, before_half), (after, after_half))
            )
            swapped.append(Swap(first, second, *ends))
    return tuple(swapped)


@dataclass(frozen=True, eq=False)
class Rises:
    """The best shape for each of R curves.

    Attributes:
        heights: by how much each curve rises, shape (R,).
        errors: standard errors, shape (R,).
        lows: lower ends of the heights, shape (R,).
        highs: upper ends, shape (R,).
        shapes: row of `_shapes` of each, shape (R,).
        correlations: between neighbouring points, shape (R,).
    """

    heights: Floats
    errors: Floats
    lows: Floats
    highs: Floats
    shapes: NDArray[np.intp]
    correlations: Floats

    @property
    def certain(self) -> NDArray[np.bool_]:
        """Which rises chance does not explain, shape (R,)."""
        return self.heights > _LIMIT * self.errors


def rises(curves: Floats) -> Rises:
    """Fit the best shape to each curve, shape (R, POINTS)."""
    shapes = _shapes() - _shapes().mean(axis=1, keepdims=True)
    values = curves - curves.mean(axis=1, keepdims=True)
    products, squares = values @ shapes.T, (shapes**2).sum(axis=1)
    all_heights, gains = products / squares, products**2 / squares
    best, rows = gains.argmax(axis=1), np.arange(len(curves))
    heights = all_heights[rows, best]
    errors, correlations = _errors(values - heights[:, np.newaxis] * shapes[best], shapes[best])
    left = (values**2).sum(axis=1, keepdims=True) - gains
    as_good = left <= _AS_GOOD * left[rows, best][:, np.newaxis]
    lows = np.where(as_good, all_heights, np.inf).min(axis=1).clip(max=heights) - _INTERVAL * errors
    highs = np.where(as_good, all_heights, -np.inf).max(axis=1).clip(min=heights) + _INTERVAL * errors
    return Rises(heights, errors, lows, highs, best, correlations)


def _errors(residuals: Floats, shapes: Floats) -> tuple[Floats, Floats]:
    """Standard errors of the heights of shapes, and the correlation of neighbouring residuals; shapes (R,)."""
    count = residuals.shape[1]
    variance = (residuals**2).sum(axis=1)
    safe = np.where(variance > 0, variance, 1.0)
    raw = (residuals[:, 1:] * residuals[:, :-1]).sum(axis=1) / safe
    correlation = np.clip(raw + (3 + 4 * raw) / count, 0.0, _MOST_CORRELATED)
    lags = np.arange(count)
    products = np.stack([(shapes[:, : count - lag] * shapes[:, lag:]).sum(axis=1) for lag in lags], axis=1)
    weights = correlation[:, np.newaxis] ** lags * np.where(lags > 0, 2.0, 1.0)
    spread = np.maximum((products * weights).sum(axis=1), 0.0)
    return np.sqrt(variance / (count - 2) * spread) / (shapes**2).sum(axis=1), correlation


@lru_cache(maxsize=1)
def _shapes() -> Floats:
    """Rises from 0 to 1: steps, a ramp, and ramps that level off after a quarter or half of the load."""
    points = np.arange(POINTS)
    edge = POINTS // 10
    steps = [points >= start for start in range(edge, POINTS - edge + 1)]
    ramps = [np.minimum(points / length, 1.0) for length in (POINTS - 1, POINTS // 2, POINTS // 4)]
    return np.array([*steps, *ramps], float)


def _on(shape: Floats, values: Floats) -> tuple[float, float]:
    """Height of one shape in a curve, and its standard error."""
    centred, curve_ = shape - shape.mean(), values - values.mean()
    height = float(curve_ @ centred / (centred @ centred))
    errors, _ = _errors((curve_ - height * centred)[np.newaxis], centred[np.newaxis])
    return height, float(errors[0])


def _part(values: Floats, part: slice) -> tuple[float, float]:
    """Mean of a part of a curve, and its standard error with the correlation of the whole curve."""
    fit = rises(values[np.newaxis])
    correlation, own = float(fit.correlations[0]), values[part]
    variance = float(own.var(ddof=1)) / len(own)
    return float(own.mean()), float(np.sqrt(variance * (1 + correlation) / (1 - correlation)))


def _ratio(log: float, low: float, high: float) -> Estimate:
    """A ratio from its logarithm and the ends of its interval."""
    value, lower, upper = np.exp([log, low, high]).tolist()
    return Estimate(value, lower, upper, "1", Provenance.MEASURED, POINTS, LEVEL)
