"""The answers under stress: fronts and recommendation with a figure under stress in place of the usual one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import cast

import numpy as np

from odviz.analysis.analysis import Analysis
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import Candidate
from odviz.analysis.fronts import with_fronts
from odviz.analysis.recommendation import FAR_BELOW
from odviz.analysis.replicates import Draws, Replicates
from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL, TAILS, Estimate, Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.domain.target import OperatingPoint
from odviz.metrics.copies import copies_of
from odviz.objectives import OBJECTIVES
from odviz.objectives.base import ObjectivePlugin
from odviz.objectives.changed_items import ChangedScores, changed_scores
from odviz.objectives.robust_accuracy import STRESS
from odviz.pareto.decision import MATTERS

_ON = (Membership.FRONT, Membership.AMBIGUOUS)


class Stability(StrEnum):
    """Whether the recommendation changes under stress, the least harmful first.

    Attributes:
        STAYS: the same variant is recommended, or one that is neither better by more than the margin nor faster.
        UNKNOWN: the recommended variant was not tried under stress, or none is recommended.
        PERHAPS: another is, but it is not better under stress for certain.
        CHANGES: another is, and it is better under stress for certain.
    """

    STAYS = "stays"
    UNKNOWN = "unknown"
    PERHAPS = "perhaps"
    CHANGES = "changes"


@dataclass(frozen=True, eq=False)
class UnderStress:
    """The analysis of a benchmark beside the same with a figure that was measured under stress.

    Attributes:
        usual: the analysis.
        stressed: of the variants that were tried, with the figure in the place of the usual one.
        test: name of the stress test.
        objective: the figure, as the task has it.
    """

    usual: Analysis
    stressed: Analysis
    test: str
    objective: Objective

    @property
    def is_quality(self) -> bool:
        """Whether the figure takes the place of accuracy, and not of a cost."""
        return self.stressed.quality == self.objective

    @cached_property
    def change(self) -> Stability:
        """Whether the recommendation changes."""
        if not self.usual.recommendation or not self.stressed.recommendation:
            return Stability.UNKNOWN
        own, other = self.recommended
        if own is None:
            return Stability.UNKNOWN
        if own is other or not (self.gain is None or self.gain.high > self._matters or self._is_better_otherwise):
            return Stability.STAYS
        return Stability.CHANGES if self.gain and self.gain.low > self._nothing else Stability.PERHAPS

    @property
    def _nothing(self) -> float:
        """The gain of two that are equal."""
        return 0.0 if self.is_quality else 1.0

    @property
    def _matters(self) -> float:
        """The gain up to which two count as equal."""
        own, _ = self.recommended
        if not self.is_quality or own is None:
            return MATTERS
        return self._margin(own)

    def _margin(self, candidate: Candidate) -> float:
        """The margin in the unit of the metric, beside a variant."""
        quality = self.stressed.quality
        return self.usual.margin * (1.0 if quality.is_share else abs(candidate.estimates[quality].centre))

    @property
    def _is_better_otherwise(self) -> bool:
        """Whether the variant that is recommended under stress is better by what it was chosen by: time, else size.

        Where a cost was measured under stress, whether it is more accurate by more than the margin.
        """
        own, other = self.recommended
        stressed = self.stressed.recommendation
        if own is None or other is None or stressed is None:
            return False
        if not self.is_quality:
            quality = self.stressed.quality
            gained = -quality.sign * (other.estimates[quality].centre - own.estimates[quality].centre)
            if gained > self._margin(own):
                return True
        cost = stressed.cost
        if cost not in own.estimates or cost not in other.estimates:
            return True
        least = FAR_BELOW * self.stressed.limits.get(cost, 0.0)  # below it, a difference does not matter
        return max(other.estimates[cost].centre, least) * MATTERS < own.estimates[cost].centre

    @cached_property
    def recommended(self) -> tuple[Candidate | None, Candidate | None]:
        """The variants recommended without and under stress, as candidates under stress; None where there is none."""
        usual, stressed = self.usual.recommendation, self.stressed.recommendation
        own = next((one for one in self.stressed.candidates if usual and _same(one, usual.candidate)), None)
        return own, stressed.candidate if stressed else None

    @cached_property
    def gain(self) -> Estimate | None:
        """How much better, under stress, the variant that is recommended under stress is than the usual one.

        Of a figure in the place of accuracy the difference, of which positive is better whatever the direction; of one
        in the place of a cost the ratio, of which more than 1 is better. From the replicates of both together.
        """
        own, other = self.recommended
        if own is None or other is None:
            return None
        rows = [self.stressed.candidates.index(candidate) for candidate in (other, own)]
        better, usual = self.stressed.draw(self.objective, rows).T
        values = other.estimates[self.objective].centre, own.estimates[self.objective].centre
        if self.is_quality:
            draws, value = -self.objective.sign * (better - usual), -self.objective.sign * (values[0] - values[1])
        else:
            draws, value = usual / better, values[1] / values[0]
        low, high = np.quantile(draws, TAILS).tolist()
        unit = self.objective.unit if self.is_quality else "×"
        return Estimate(
            value, min(low, value), max(high, value), unit, Provenance.MEASURED, own.estimates[self.objective].n, LEVEL,
            "under the same stress",
        )  # fmt: skip

    @cached_property
    def stays(self) -> tuple[Candidate, ...]:
        """Variants that are on a front for certain, and on one under stress too, at least perhaps."""
        return tuple(one for one in self._tried_and_on_a_front if best_membership(one) in _ON)

    @cached_property
    def leaves(self) -> tuple[Candidate, ...]:
        """Variants that are on a front for certain, and on none under stress."""
        return tuple(one for one in self._tried_and_on_a_front if best_membership(one) not in _ON)

    @cached_property
    def untried(self) -> tuple[Candidate, ...]:
        """Variants that were not tried under stress."""
        return tuple(
            one for one in self.usual.candidates if not any(_same(one, tried) for tried in self.stressed.candidates)
        )

    def usual_membership(self, candidate: Candidate) -> Membership | None:
        """The best state of a variant on the usual fronts that are recomputed; None if it has none.

        Args:
            candidate: of the usual analysis, or of the one under stress.
        """
        usual = next(one for one in self.usual.candidates if _same(one, candidate))
        return best_membership(usual, self.stressed.axes)

    @cached_property
    def _tried_and_on_a_front(self) -> list[Candidate]:
        return [one for one in self.stressed.candidates if self.usual_membership(one) is Membership.FRONT]


def under_stress(analysis: Analysis) -> tuple[UnderStress, ...]:
    """Repeat an analysis with each figure under stress in the place of the usual one, under the same limits and margin.

    Its fronts are those of what predictions cost. Other figures of undisturbed predictions, as of the worst group, are
    left out.

    Args:
        analysis: of a benchmark, under limits.

    Returns:
        One answer for each stress test in which candidates were tried, in the order of the objectives.
    """
    if not isinstance(analysis.draw, Replicates):
        return ()
    plugins = [OBJECTIVES[objective.name] for objective in analysis.axes]
    answers = (_answer(analysis, analysis.draw, plugin) for plugin in plugins if plugin.replaces)
    return tuple(answer for answer in answers if answer)


def _answer(analysis: Analysis, draw: Replicates, plugin: ObjectivePlugin) -> UnderStress | None:
    objective = analysis.own(plugin.objective)
    rows = [row for row, one in enumerate(analysis.candidates) if objective in one.estimates]
    if not rows:
        return None
    candidates = [analysis.candidates[row] for row in rows]
    samples = [draw.samples[row] for row in rows]
    axes = [axis for axis in analysis.axes if not axis.is_share and axis.unit != analysis.quality.unit]  # costs
    axes = [axis for axis in axes if not OBJECTIVES[axis.name].replaces]
    quality, draws = analysis.quality, cast(Draws, replace(draw, candidates=candidates, samples=samples))
    if plugin.replaces == quality:
        quality, draws = objective, Replicates(candidates, samples, objective, draw.seed)
    else:
        usual = analysis.own(cast(Objective, plugin.replaces))
        candidates = [replace(one, estimates={**one.estimates, usual: one.estimates[objective]}) for one in candidates]
        draws = _Substituted(draws, usual, objective)
    compared = (quality, *axes)
    stressed = Analysis(
        compared,
        with_fronts(candidates, draws, compared),
        draws,
        analysis.excluded,
        margin=analysis.margin,
        device=analysis.device,
        target=analysis.target,
    )
    return UnderStress(analysis, stressed.under(analysis.limits), plugin.stress, objective)


@dataclass(frozen=True, eq=False)
class _Substituted:
    """Draws in which one objective has the replicates of another."""

    draws: Draws
    usual: Objective
    stressed: Objective

    def __call__(self, objective: Objective, rows: Sequence[int]) -> Floats:
        """See `Draws`."""
        return self.draws(self.stressed if objective == self.usual else objective, rows)


@dataclass(frozen=True)
class SeverityCurve:
    """The metric of one variant on the same items, undisturbed and disturbed.

    Attributes:
        point: the variant.
        by_severity: estimates at severity 0 (undisturbed) to 5, each the mean over all kinds of disturbance.
        by_kind: estimates of each kind, the mean over all severities.
    """

    point: OperatingPoint
    by_severity: tuple[Estimate, ...]
    by_kind: Mapping[str, Estimate]


def severity_curves(data: BenchmarkData, points: Sequence[OperatingPoint]) -> tuple[SeverityCurve, ...]:
    """Curves of the points that were tried on disturbed items.

    Args:
        data: of the benchmark.
        points: whose curves.
    """
    return tuple(
        _curve(data, point, changed_scores(data.stress[point][STRESS]))
        for point in points
        if STRESS in data.stress.get(point, {}) and point in data.predictions
    )


def _curve(data: BenchmarkData, point: OperatingPoint, changed: ChangedScores) -> SeverityCurve:
    metric, sources = data.metric, changed.sources(data.groups)
    kinds = list(changed.by_kind.values())
    clean = metric.interval(data.predictions[point].scores[changed.items], sources, scope="undisturbed")
    mean = copies_of(metric, len(kinds))
    severities = (np.stack([scores[level] for scores in kinds], axis=1) for level in range(len(kinds[0])))
    return SeverityCurve(
        point,
        (clean, *(mean.interval(scores, sources, scope="mean over all disturbances") for scores in severities)),
        {
            name: copies_of(metric, len(scores)).interval(np.moveaxis(scores, 0, 1), sources, scope="all severities")
            for name, scores in changed.by_kind.items()
        },
    )


def _same(one: Candidate, other: Candidate) -> bool:
    return one.result.point == other.result.point


def best_membership(candidate: Candidate, axes: Iterable[Objective] | None = None) -> Membership | None:
    """The best state of a variant on several fronts: on one for certain, perhaps, or on none.

    Args:
        candidate: the variant.
        axes: of the fronts; by default all.

    Returns:
        None if it is compared on none of them.
    """
    membership = candidate.membership
    states = {membership[axis] for axis in (membership if axes is None else axes) if axis in membership}
    return next((state for state in (*_ON, Membership.DOMINATED) if state in states), None)
