"""The answer under stress: fronts and recommendation with robust accuracy in place of accuracy, and what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from odviz.analysis.analysis import Analysis
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import Candidate
from odviz.analysis.fronts import with_fronts
from odviz.analysis.recommendation import FAR_BELOW
from odviz.analysis.replicates import Replicates
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.domain.target import OperatingPoint
from odviz.metrics.copies import copies_of
from odviz.objectives.changed_items import ChangedScores, changed_scores
from odviz.objectives.robust_accuracy import ROBUST_ACCURACY, STRESS
from odviz.pareto.decision import MATTERS

_ON = (Membership.FRONT, Membership.AMBIGUOUS)


class Stability(StrEnum):
    """Whether the recommendation changes under stress.

    Attributes:
        STAYS: the same variant is recommended, or one that is neither better by more than the margin nor faster.
        PERHAPS: another is, but it is not more robust for certain.
        CHANGES: another is, and it is more robust for certain.
        UNKNOWN: the recommended variant was not tried under stress, or none is recommended.
    """

    STAYS = "stays"
    PERHAPS = "perhaps"
    CHANGES = "changes"
    UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False)
class UnderStress:
    """The analysis of a benchmark beside the same with robust accuracy in place of accuracy.

    Attributes:
        usual: the analysis.
        stressed: with robust accuracy as its first objective, of the variants that were tried under stress.
    """

    usual: Analysis
    stressed: Analysis

    @property
    def quality(self) -> Objective:
        """Robust accuracy, as the task has it."""
        return self.stressed.quality

    @cached_property
    def change(self) -> Stability:
        """Whether the recommendation changes."""
        if not self.usual.recommendation or not self.stressed.recommendation:
            return Stability.UNKNOWN
        own, other = self.recommended
        if own is None:
            return Stability.UNKNOWN
        if own is other or (self.gain and self.gain.high <= self._margin and not self._is_cheaper):
            return Stability.STAYS
        return Stability.CHANGES if self.gain and self.gain.low > 0 else Stability.PERHAPS

    @property
    def _margin(self) -> float:
        """The margin in the unit of the metric."""
        own, _ = self.recommended
        scale = 1.0 if self.quality.is_share or own is None else abs(own.estimates[self.quality].centre)
        return self.usual.margin * scale

    @property
    def _is_cheaper(self) -> bool:
        """Whether the variant that is recommended under stress is better by what it was chosen by: time, else size."""
        own, other = self.recommended
        stressed = self.stressed.recommendation
        if own is None or other is None or stressed is None:
            return False
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

        Positive is better, whatever the direction of the metric. From the replicates of both on the same items.
        """
        own, other = self.recommended
        if own is None or other is None:
            return None
        rows = [self.stressed.candidates.index(candidate) for candidate in (other, own)]
        better, usual = self.stressed.draw(self.quality, rows).T
        low, high = np.quantile(-self.quality.sign * (better - usual), [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
        values = other.estimates[self.quality].centre, own.estimates[self.quality].centre
        value = -self.quality.sign * (values[0] - values[1])
        count = own.estimates[self.quality].n
        return Estimate(
            value, min(low, value), max(high, value), self.quality.unit, Provenance.MEASURED, count, LEVEL,
            "on the same disturbed items",
        )  # fmt: skip

    @cached_property
    def stays(self) -> tuple[Candidate, ...]:
        """Variants that are on a front for certain, and on one under stress too, at least perhaps."""
        return tuple(one for one in self._tried_and_on_a_front if _is_on_any(one))

    @cached_property
    def leaves(self) -> tuple[Candidate, ...]:
        """Variants that are on a front for certain, and on none under stress."""
        return tuple(one for one in self._tried_and_on_a_front if not _is_on_any(one))

    @cached_property
    def untried(self) -> tuple[Candidate, ...]:
        """Variants that were not tried under stress."""
        return tuple(
            one for one in self.usual.candidates if not any(_same(one, tried) for tried in self.stressed.candidates)
        )

    @cached_property
    def _tried_and_on_a_front(self) -> list[Candidate]:
        axes = self.stressed.axes
        before = [one for one in self.usual.candidates if any(one.membership.get(axis) is _ON[0] for axis in axes)]
        return [one for one in self.stressed.candidates if any(_same(one, other) for other in before)]


def under_stress(analysis: Analysis) -> UnderStress | None:
    """Repeat an analysis with robust accuracy in place of accuracy, under the same limits and margin.

    Its fronts are those of what predictions cost. Other figures of undisturbed predictions, as of the worst group, are
    left out.

    Args:
        analysis: of a benchmark, under limits.

    Returns:
        None if no candidate was tried on disturbed items.
    """
    rows = [row for row, one in enumerate(analysis.candidates) if ROBUST_ACCURACY in one.estimates]
    if not rows or not isinstance(analysis.draw, Replicates):
        return None
    quality = analysis.own(ROBUST_ACCURACY)
    axes = [axis for axis in analysis.axes if not axis.is_share and axis.unit != quality.unit]  # costs
    candidates = [analysis.candidates[row] for row in rows]
    draw = Replicates(candidates, [analysis.draw.samples[row] for row in rows], quality, analysis.draw.seed)
    compared = (quality, *axes)
    stressed = Analysis(
        compared,
        with_fronts(candidates, draw, compared),
        draw,
        analysis.excluded,
        margin=analysis.margin,
        device=analysis.device,
        target=analysis.target,
    )
    return UnderStress(analysis, stressed.under(analysis.limits))


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


def _is_on_any(candidate: Candidate) -> bool:
    return any(state in _ON for state in candidate.membership.values())
