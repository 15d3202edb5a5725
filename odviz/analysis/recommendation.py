"""One recommendation out of many points, with what speaks against it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.analysis import Candidate, Tradeoff
from odviz.domain.device import Fit
from odviz.domain.objective import Objective
from odviz.domain.result import Membership

MARGIN = 0.01
"""Accuracy, as a share, that may be given away for speed unless a person says otherwise: one point in a hundred."""


COSTS = (Objective.LATENCY, Objective.MEMORY, Objective.SIZE)
"""What is kept small: time, or the first of the others that is known where nobody knows the time."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to ship.

    Attributes:
        candidate: the variant that is recommended.
        best: the most accurate variant within the limits; may be the same.
        rivals: other variants within the margin that cost as little, as far as can be told.
        margin: accuracy that was allowed to be given away.
        cost: what was kept small.
        unknown: how many variants could as well be it but for their cost, which nobody knows: within the limits and the
            margin, or never measured.
    """

    candidate: Candidate
    best: Candidate
    rivals: tuple[Candidate, ...]
    margin: float
    cost: Objective = Objective.LATENCY
    unknown: int = 0

    @property
    def sure(self) -> bool:
        """Whether nothing else could as well be the answer."""
        return not self.rivals and self.candidate.membership.get(self.cost) is Membership.FRONT


def recommend(tradeoff: Tradeoff, margin: float = MARGIN) -> Recommendation | None:
    """The fastest variant within the limits that is at most `margin` less accurate than the best within them.

    Where no time can be backed for any variant, the one that needs least memory takes its place. A variant whose cost
    was only projected goes before one whose cost was observed only where its whole interval is lower.

    Args:
        tradeoff: the points and the limits.
        margin: accuracy that may be given away, as a share.

    Returns:
        None where no variant keeps the limits, or only such whose time is not known although that of others is.
    """
    feasible = [each for each in tradeoff.candidates if each.feasible and Objective.ACCURACY in each.figures]
    for cost in COSTS:
        there = [each for each in feasible if cost in each.figures]
        if there:
            advice = _among(there, cost, margin)
            least = advice.best.figures[Objective.ACCURACY].centre - margin
            bare = (each.figures[Objective.ACCURACY].centre for each in feasible if cost not in each.figures)
            return replace(advice, unknown=tradeoff.unmeasured + sum(each >= least for each in bare))
        if any(cost in each.figures for each in tradeoff.candidates if each.fit is not Fit.DOES_NOT_FIT):
            return None  # the limits leave none of those that have it
    return None


def _among(there: Sequence[Candidate], cost: Objective, margin: float) -> Recommendation:
    accuracy = np.array([each.figures[Objective.ACCURACY].centre for each in there])
    price = np.array([each.figures[cost].centre for each in there])
    best = np.lexsort((price, -accuracy))[0]
    close = np.flatnonzero(accuracy >= accuracy[best] - margin)
    order = close[np.lexsort((-accuracy[close], price[close]))]
    chosen = _backed(there, order, cost)
    far = there[chosen].figures[cost].high
    rivals = tuple(there[each] for each in close if each != chosen and there[each].figures[cost].low <= far)
    return Recommendation(there[chosen], there[best], rivals, margin, cost)


def _backed(there: Sequence[Candidate], order: NDArray[np.intp], cost: Objective) -> int:
    """The cheapest; one whose cost was not observed only where even its high end lies below what was observed."""
    figures = [there[place].figures[cost] for place in order]
    least = next((each.low for each in figures if each.provenance.observed), math.inf)
    backed = (
        place for place, each in zip(order, figures, strict=True) if each.provenance.observed or each.high < least
    )
    return int(next(backed))
