"""Which variants are worth having: three-state fronts, limits, and what binds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Budget, Objective
from odviz.domain.result import Membership, PointResult
from odviz.domain.target import OperatingPoint
from odviz.pareto import Binding, binding, three_state
from odviz.services.draws import draw
from odviz.services.evidence import Evidence
from odviz.services.results import summarise

RESAMPLES = 1000

AXES = (Objective.LATENCY, Objective.MEMORY, Objective.ENERGY, Objective.SIZE)
"""What accuracy is set against, in the order the fronts stand."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One point against all others.

    Attributes:
        result: its figures.
        figures: one estimate per objective that is known.
        membership: on the front of accuracy against each axis, by axis.
        probability: share of the resamples in which it was on that front.
        violates: the limits it does not keep.
    """

    result: PointResult
    figures: Mapping[Objective, Estimate]
    membership: Mapping[Objective, Membership]
    probability: Mapping[Objective, float]
    violates: tuple[Objective, ...]

    @property
    def feasible(self) -> bool:
        """Whether it keeps every limit."""
        return not self.violates


@dataclass(frozen=True, slots=True)
class Tradeoff:
    """All points of a benchmark against each other.

    Attributes:
        standings: of the points that have figures, in plan order.
        out: the points that have none, and say why.
        budget: the limits.
        binding: the limit whose removal would admit most further points; None if none keeps anything out.
    """

    standings: tuple[Standing, ...]
    out: tuple[PointResult, ...]
    budget: Budget
    binding: Binding | None

    @property
    def satisfying(self) -> int:
        """How many points keep every limit."""
        return sum(standing.feasible for standing in self.standings)


def figures_of(result: PointResult) -> dict[Objective, Estimate]:
    """The estimate of each objective that is known of a point."""
    found: dict[Objective, Estimate | None] = {
        Objective.ACCURACY: result.accuracy.value if result.accuracy else None,
        Objective.LATENCY: result.latency.p50 if result.latency else None,
        Objective.MEMORY: result.memory,
        Objective.ENERGY: result.energy,
        Objective.SIZE: exactly(result.facts.file_bytes, "B") if result.facts else None,
    }
    return {objective: figure for objective, figure in found.items() if figure is not None}


def exactly(value: float, unit: str) -> Estimate:
    """A figure that was counted, not sampled."""
    return Estimate(value, value, value, unit, Provenance.MEASURED, n=1, level=1.0)


def weigh(evidence: Evidence, budget: Budget | None = None) -> Tradeoff:
    """Set every point against every other, on each of the four fronts.

    Fronts come from a joint bootstrap: in each resample the same test items and the same rounds are drawn for all
    points, so that what they share cancels. Limits play no part in who is on a front; they only mark points.

    Args:
        evidence: of one benchmark.
        budget: the limits; none by default.
    """
    budget = budget or Budget()
    results = summarise(evidence).points
    usable = [result for result in results if result.usable]
    figures = [figures_of(result) for result in usable]
    fronts = {axis: _front(evidence, usable, figures, axis) for axis in AXES}
    standings = tuple(
        Standing(
            result,
            figure,
            {axis: front[result.point][0] for axis, front in fronts.items() if result.point in front},
            {axis: front[result.point][1] for axis, front in fronts.items() if result.point in front},
            violates=(),
        )
        for result, figure in zip(usable, figures, strict=True)
    )
    return limited(
        Tradeoff(standings, tuple(result for result in results if not result.usable), Budget(), None), budget
    )


def limited(tradeoff: Tradeoff, budget: Budget) -> Tradeoff:
    """The same points under other limits; who is on which front does not depend on them."""
    standings = tuple(replace(each, violates=violated(each.figures, budget)) for each in tradeoff.standings)
    centres = {
        objective: np.array(
            [each.figures[objective].centre if objective in each.figures else np.nan for each in standings]
        )
        for objective in Objective
    }
    return Tradeoff(standings, tradeoff.out, budget, binding(centres, budget))


def _front(
    evidence: Evidence, results: Sequence[PointResult], figures: Sequence[Mapping[Objective, Estimate]], axis: Objective
) -> dict[OperatingPoint, tuple[Membership, float]]:
    """Membership and its probability on the front of accuracy against one axis, of the points that have both."""
    there = [(result.point, figure) for result, figure in zip(results, figures, strict=True) if axis in figure]
    if not there:
        return {}
    points, known = [point for point, _ in there], [figure for _, figure in there]
    rng = np.random.default_rng(evidence.record.plan.seed)
    accuracy = draw(evidence, points, known, Objective.ACCURACY, RESAMPLES, rng)
    cost = draw(evidence, points, known, axis, RESAMPLES, rng)
    observed = np.array([figure[axis].provenance.observed for figure in known])
    states, shares = three_state(np.stack([-accuracy, cost], axis=-1), observed)
    return {point: (state, float(chance)) for point, state, chance in zip(points, states, shares, strict=True)}


def violated(figures: Mapping[Objective, Estimate], budget: Budget) -> tuple[Objective, ...]:
    """The limits that a point's figures do not keep; a limit on something that is not known is not kept either."""
    broken = []
    for objective in Objective:
        limit = budget.limit(objective)
        if limit is None:
            continue
        figure = figures.get(objective)
        if figure is None or (figure.centre < limit if objective.higher_is_better else figure.centre > limit):
            broken.append(objective)
    return tuple(broken)
