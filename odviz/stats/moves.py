"""How the launches, rounds and inferences of a point, and its session, move its p50 in a bootstrap; see `joint_p50`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from odviz.domain.result import Block
from odviz.stats.location import Launch, Location, launches, locate_p50, t_quantile
from odviz.stats.sessions import across_sessions

Key = tuple[int, int, int]
"""Number of a launch, of a round of it and of an inference in that; -1 for all."""

_SESSION = (-1, -1, -1)
"""Key of the session."""

_UNKNOWN = 1.0
"""Spread (in log) of a point that was timed once: a factor of e either way, so that it is ambiguous."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What moves the p50 of one point, in log time.

    Attributes:
        centre: of the p50.
        df: degrees of freedom of its Student's t.
        distances: how far the session and each launch, round or inference move it per normal weight.
    """

    centre: float
    df: int
    distances: Mapping[Key, float]


def moves(blocks: Sequence[Block]) -> Moves:
    """What moves a point.

    Args:
        blocks: of the point.
    """
    point_launches = launches(blocks)
    location = locate_p50(point_launches)
    session = across_sessions(point_launches, location)
    return Moves(location.centre, session.df, _distances(point_launches, location, session))


def _distances(point_launches: Sequence[Launch], location: Location, session: Location) -> dict[Key, float]:
    deviations: dict[Key, float] = {}
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
