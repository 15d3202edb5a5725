"""The analysis of a benchmark: which variants are on which front, which satisfy the limits, and which to ship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.benchmark_estimates import BenchmarkEstimates
from odviz.analysis.candidates import OWN_FAULT, Candidate, candidate
from odviz.analysis.estimates import summarise
from odviz.analysis.fronts import with_fronts
from odviz.analysis.imported import as_imported
from odviz.analysis.limits import SURE, Ends, Marked, held
from odviz.analysis.on_device import compare_on_device
from odviz.analysis.ratios import with_ratios
from odviz.analysis.recommendation import MARGIN, Recommendation, Verdict, recommend
from odviz.analysis.replicates import Draws, Replicates
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.estimate import Estimate
from odviz.domain.objective import NO_LIMITS, Limits, Objective
from odviz.domain.result import BenchmarkResult, Membership
from odviz.pareto.choice import Binding


@dataclass(frozen=True)
class Analysis:
    """All operating points of a benchmark compared with each other, on one machine, under limits.

    Attributes:
        objectives: of the task; the first is traded for each of the others.
        unmarked: the points with estimates, in the order of the plan; `candidates` are the same under the limits.
        draw: bootstrap replicates of the candidates.
        excluded: the points without an accuracy or a time, each with its failure.
        limits: those that are set.
        margin: how much of the first objective may be given away for the sake of another; see `recommendation`.
        device: the machine; None for this host.
        target: how networks are run on it; None for this host.
        origin: the analysis that was made, of which this one is under other limits; None for that one.
    """

    objectives: tuple[Objective, ...]
    unmarked: tuple[Candidate, ...]
    draw: Draws = field(compare=False, repr=False)
    excluded: tuple[Candidate, ...] = ()
    limits: Limits = NO_LIMITS
    margin: float = MARGIN
    device: DeviceProfile | None = None
    target: DeviceTarget | None = None
    origin: Analysis | None = field(default=None, compare=False, repr=False)

    def under(self, limits: Limits, margin: float | None = None) -> Analysis:
        """The same fronts under other limits, which cost little to apply.

        Args:
            limits: replace those that are set.
            margin: replaces the margin; by default it stays.

        Raises:
            LimitError: a limit that makes no sense for the metric of the task.
        """
        limits = limits.under({one.name: one for one in self.objectives if not one.relative})
        margin = self.margin if margin is None else margin
        return replace(self, limits=limits, margin=margin, origin=self.origin or self)

    @cached_property
    def ends(self) -> Ends:
        """Figures that limits are compared with."""
        return self.origin.ends if self.origin else Ends(self.unmarked)

    @cached_property
    def candidates(self) -> Marked:
        """The points with estimates, with what the limits say of them."""
        return Marked(self.ends, self.limits)

    @property
    def binding(self) -> Binding | None:
        """The limit whose removal would admit most further points; None if no single one excludes any."""
        return self.candidates.binding

    @property
    def quality(self) -> Objective:
        """The objective that is traded for the others: the metric of the task."""
        return self.objectives[0]

    @property
    def axes(self) -> tuple[Objective, ...]:
        """The objectives that it is traded for; each has a front."""
        return self.objectives[1:]

    @cached_property
    def drawn_limits(self) -> Limits:
        """The limits that are on the values shown: not those on a figure of which only ratios are."""
        relative = {objective for objective in self.objectives if objective.relative}
        return Limits({objective: limit for objective, limit in self.limits.items() if objective not in relative})

    def own(self, objective: Objective) -> Objective:
        """The objective of this name as it is here: on another device its unit may be another."""
        return next(one for one in self.objectives if one == objective)

    @cached_property
    def fronts(self) -> Mapping[Objective, tuple[Candidate, ...]]:
        """By axis, the candidates that are or may be on its front, best on the axis first."""
        return {axis: self._front(axis) for axis in self.axes}

    @cached_property
    def recommendation(self) -> Recommendation | None:
        """The variant to ship; None if none can be recommended."""
        if not self.quality.decides:
            return None
        return recommend(self.candidates, self.quality, self.draw, self.limits, self.margin, self.unmeasured)

    @property
    def verdict(self) -> Verdict:
        """What is said of the recommended variant."""
        if self.recommendation:
            return self.recommendation.verdict
        return Verdict.NOTHING_FITS if self.quality.decides else Verdict.NO_DATA

    @cached_property
    def certain(self) -> int:
        """Number of candidates that satisfy every limit in 95 % of the replicates, and fit."""
        return int((self.candidates.chances >= SURE).sum())

    @cached_property
    def possible(self) -> int:
        """Number of candidates that satisfy every limit in 5 to 95 % of the replicates, and fit."""
        chances = self.candidates.chances
        return int(((chances > 1 - SURE) & (chances < SURE)).sum())

    @cached_property
    def unmeasured(self) -> int:
        """Number of points without estimates for a reason that says nothing of them: a crash, a stop, a full disk."""
        failures = (candidate.result.failure for candidate in self.excluded)
        return sum(failure is None or failure.kind not in OWN_FAULT for failure in failures)

    @cached_property
    def not_fitting(self) -> int:
        """Number of candidates that do not fit into the device."""
        return int((~self.ends.fits).sum())

    @cached_property
    def nearest_miss(self) -> Candidate | None:
        """The fitting candidate that violates fewest limits, and those by the smallest factor.

        None if every candidate is too large for the device or lacks an estimate that a limit needs.
        """
        marks = self.candidates
        violated = np.sum([np.zeros(len(marks), int), *marks.violated.values()], axis=0)
        known = [~mask | self.ends.known(objective) for objective, mask in marks.violated.items()]
        misses = np.flatnonzero(np.logical_and.reduce([self.ends.fits, violated > 0, *known]))
        if not len(misses):
            return None
        return marks[int(misses[np.lexsort((marks.excess[misses], violated[misses]))[0]])]

    @cached_property
    def best_reached(self) -> Mapping[Objective, Estimate]:
        """For each limit, the best estimate of any candidate that fits."""
        best: dict[Objective, Estimate] = {}
        for objective in self.limits:
            costs = np.where(self.ends.fits, objective.sign * self.ends.of(objective, held), np.nan)
            if not np.isnan(costs).all():
                chosen = self.unmarked[int(np.nanargmin(costs))].estimates[objective]
                best[objective] = chosen.absolute or chosen
        return best

    def _front(self, axis: Objective) -> tuple[Candidate, ...]:
        states = (Membership.FRONT, Membership.AMBIGUOUS)
        members = [candidate for candidate in self.candidates if candidate.membership.get(axis) in states]
        return tuple(sorted(members, key=lambda candidate: axis.sign * candidate.estimates[axis].centre))


def analyse(
    data: BenchmarkData,
    *,
    device: DeviceProfile | None = None,
    target: DeviceTarget | None = None,
    result: BenchmarkResult | None = None,
) -> Analysis:
    """Compare all variants of a benchmark on this host or on another device.

    Args:
        data: everything that the benchmark stored.
        device: another device; by default this host.
        target: how networks are run on the device; by default as it is best backed by published measurements.
        result: estimates made of the data before, of all its points or of some; made now by default.

    Returns:
        The analysis without limits; see `Analysis.under`.

    Raises:
        ValueError: a device without targets, which is this host.
    """
    return analyse_estimates(BenchmarkEstimates(data, result or summarise(data)), device, target)


def analyse_estimates(
    estimates: BenchmarkEstimates, device: DeviceProfile | None = None, target: DeviceTarget | None = None
) -> Analysis:
    """`analyse` for several devices, which share what does not depend on the device.

    Args:
        estimates: of the benchmark.
        device: as for `analyse`.
        target: likewise.

    Raises:
        ValueError: a device without targets, which is this host.
    """
    compared, samples, record = estimates.objectives, estimates.samples, estimates.data.record
    if device is None:
        usable = [point for point in samples if point.result.usable]
        bare = [one for one in estimates.candidates if one.result.usable]
        excluded = [point for point in samples if not point.result.usable]
    else:
        target = target or device.default
        if target is None:
            raise ValueError(f"{device.name} has no target: on this host everything is measured")
        bare, usable, excluded = compare_on_device(samples, estimates.candidates, compared, device, target)
    if record.imported:
        bare = list(map(as_imported, bare))
    draw = Replicates(bare, usable, compared[0], record.plan.seed, estimates.item_replicates)
    without = tuple(candidate(point, compared) for point in excluded)
    related, compared = with_ratios(bare, draw, compared)
    candidates = with_fronts(related, draw, compared)
    return Analysis(compared, candidates, draw, without, device=device, target=target)
