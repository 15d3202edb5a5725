"""One recommendation out of many points, with what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.services.tradeoff import Standing, Tradeoff

MARGIN = 0.01
"""Accuracy, as a share, that may be given away for speed unless a person says otherwise: one point in a hundred."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to ship.

    Attributes:
        standing: the variant that is recommended.
        best: the most accurate variant that keeps the limits; often the same.
        rivals: variants that could as well be the one: within the margin, and as fast as far as can be told.
        margin: accuracy that was allowed to be given away.
    """

    standing: Standing
    best: Standing
    rivals: tuple[Standing, ...]
    margin: float

    @property
    def sure(self) -> bool:
        """Whether nothing else could as well be the answer."""
        return not self.rivals and self.standing.membership.get(Objective.LATENCY) is Membership.FRONT


def advise(tradeoff: Tradeoff, margin: float = MARGIN) -> Advice | None:
    """The fastest variant within the limits that is at most `margin` less accurate than the best within them.

    Args:
        tradeoff: the points and the limits.
        margin: accuracy that may be given away, as a share.

    Returns:
        None where no variant keeps the limits.
    """
    there = [
        each
        for each in tradeoff.standings
        if each.feasible and Objective.LATENCY in each.figures and Objective.ACCURACY in each.figures
    ]
    if not there:
        return None
    best = max(there, key=lambda each: (_accuracy(each), -_latency(each)))
    close = [each for each in there if _accuracy(each) >= _accuracy(best) - margin]
    chosen = min(close, key=lambda each: (_latency(each), -_accuracy(each)))
    reach = chosen.figures[Objective.LATENCY].high
    rivals = tuple(each for each in close if each is not chosen and each.figures[Objective.LATENCY].low <= reach)
    return Advice(chosen, best, rivals, margin)


def _accuracy(standing: Standing) -> float:
    return standing.figures[Objective.ACCURACY].centre


def _latency(standing: Standing) -> float:
    return standing.figures[Objective.LATENCY].centre
