"""The recommendation: the variant to ship, and others that may be as good."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.candidates import Candidate
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.objectives import LATENCY, MEMORY, SIZE

MARGIN = 0.01
"""Default of the margin: how much less accurate the recommended variant may be than the most accurate one.

A margin is absolute for a metric that is a share (1 point), else a share of the best value (1 %).
"""

COSTS = (LATENCY, MEMORY, SIZE)
"""What the recommended variant has least of: the first of these of which there is an estimate."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The variant to ship.

    Attributes:
        candidate: the recommended variant.
        most_accurate: the most accurate variant within the limits; may be the same.
        rivals: other variants within the margin whose cost may be as low.
        margin: how much worse than the most accurate one it may be, in the unit of the metric.
        cost: the objective that was minimised.
        unknown: number of variants that might be better, but whose cost is unknown: within the limits and the margin,
            or never measured.
    """

    candidate: Candidate
    most_accurate: Candidate
    rivals: tuple[Candidate, ...]
    margin: float
    cost: Objective = LATENCY
    unknown: int = 0

    @property
    def sure(self) -> bool:
        """Whether no other variant may be the better choice."""
        return not self.rivals and self.candidate.membership.get(self.cost) is Membership.FRONT


def recommend(
    candidates: Sequence[Candidate], quality: Objective, margin: float = MARGIN, unmeasured: int = 0
) -> Recommendation | None:
    """Choose the fastest feasible variant that is at most `margin` less accurate than the most accurate one.

    If no latency is known of any variant, memory takes its place, then file size. A variant whose cost was projected is
    preferred to one whose cost was observed only if its whole interval is lower.

    Args:
        candidates: with their limits applied.
        quality: the objective that the margin is for.
        margin: how much of it may be given away; see `MARGIN`.
        unmeasured: number of variants that were not measured for reasons that say nothing of them.

    Returns:
        None if no variant is feasible, or only such without the cost that infeasible ones have.
    """
    feasible = [candidate for candidate in candidates if candidate.feasible and quality in candidate.estimates]
    for cost in COSTS:
        priced = [candidate for candidate in feasible if cost in candidate.estimates]
        if priced:
            choice = _among(priced, quality, cost, margin)
            least = _goodness(choice.most_accurate, quality) - choice.margin
            unpriced = (candidate for candidate in feasible if cost not in candidate.estimates)
            close = sum(_goodness(candidate, quality) >= least for candidate in unpriced)
            return replace(choice, unknown=unmeasured + close)
        if any(cost in candidate.estimates for candidate in candidates if candidate.fits):
            return None  # the limits exclude every variant with this cost
    return None


def _goodness(candidate: Candidate, quality: Objective) -> float:
    return -quality.sign * candidate.estimates[quality].centre


def _among(priced: Sequence[Candidate], quality: Objective, cost: Objective, margin: float) -> Recommendation:
    goodness = np.array([_goodness(candidate, quality) for candidate in priced])
    price = np.array([candidate.estimates[cost].centre for candidate in priced])
    best = np.lexsort((price, -goodness))[0]
    margin = margin if quality.is_share else margin * abs(goodness[best])
    close = np.flatnonzero(goodness >= goodness[best] - margin)
    order = close[np.lexsort((-goodness[close], price[close]))]
    chosen = _backed(priced, order, cost)
    most = priced[chosen].estimates[cost].high
    rivals = tuple(priced[row] for row in close if row != chosen and priced[row].estimates[cost].low <= most)
    return Recommendation(priced[chosen], priced[best], rivals, margin, cost)


def _backed(priced: Sequence[Candidate], order: NDArray[np.intp], cost: Objective) -> int:
    """Row of the cheapest; one whose cost was not observed only if all of its interval is below what was observed."""
    estimates = [priced[row].estimates[cost] for row in order]
    least = next((estimate.low for estimate in estimates if estimate.provenance.observed), math.inf)
    backed = (
        row
        for row, estimate in zip(order, estimates, strict=True)
        if estimate.provenance.observed or estimate.high < least
    )
    return int(next(backed))
