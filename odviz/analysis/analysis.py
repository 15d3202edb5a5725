"""Which variants are worth having: three-state fronts, limits, and what binds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.bootstrap import draw
from odviz.analysis.estimates import summarise
from odviz.domain.device import DeviceProfile, DeviceTarget, Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.failure import FailureKind
from odviz.domain.objective import Budget, Objective
from odviz.domain.result import BenchmarkResult, Membership, PointResult
from odviz.domain.target import OperatingPoint
from odviz.measurement.modelled import computing_alone
from odviz.pareto import Binding, binding, keeps, three_state

RESAMPLES = 1000
_TINY = 1e-15

OWN_FAULT = (FailureKind.UNSUPPORTED, FailureKind.WRONG_PREDICTIONS)
"""Why a variant rightly has no figures."""

AXES = (Objective.LATENCY, Objective.MEMORY, Objective.ENERGY, Objective.SIZE)
"""What accuracy is set against, in the order the fronts stand."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One point against all others.

    Attributes:
        result: what was measured of it; on a machine that is not here, only its answers and its file.
        figures: one estimate per objective that is known.
        membership: on the front of accuracy against each axis, by axis.
        probability: share of the resamples in which it was on that front.
        violates: the limits it does not keep.
        unsure: the limits that lie inside what its figure may be, whether it keeps them as far as is known or not.
        seen: the operating point of this host whose answers were judged; None where it is the point itself.
        fit: whether it goes into the device's memory; not asked on this host, where it ran.
        missing: why an objective has no figure, for those that cannot be backed.
    """

    result: PointResult
    figures: Mapping[Objective, Estimate]
    membership: Mapping[Objective, Membership]
    probability: Mapping[Objective, float]
    violates: tuple[Objective, ...]
    seen: OperatingPoint | None = None
    fit: Fit = Fit.UNKNOWN
    missing: Mapping[Objective, str] = field(default_factory=dict)
    unsure: tuple[Objective, ...] = ()

    @property
    def feasible(self) -> bool:
        """Whether it keeps every limit and goes into the device."""
        return not self.violates and self.fit is not Fit.DOES_NOT_FIT

    @property
    def measured(self) -> OperatingPoint:
        """The operating point of this host that its answers were judged at."""
        return self.seen or self.result.point


@dataclass(frozen=True)
class Tradeoff:
    """All points of a benchmark against each other, on one machine.

    Attributes:
        candidates: of the points that have figures, in plan order.
        out: the points that have none, and say why.
        budget: the limits.
        binding: the limit whose removal would admit most further points; None if none keeps anything out.
        device: the machine; None for this host.
        target: how networks are run on it; None for this host.
    """

    candidates: tuple[Candidate, ...]
    out: tuple[PointResult, ...]
    budget: Budget
    binding: Binding | None
    device: DeviceProfile | None = None
    target: DeviceTarget | None = None

    @cached_property
    def satisfying(self) -> int:
        """How many points keep every limit and fit."""
        return sum(candidate.feasible for candidate in self.candidates)

    @cached_property
    def unsure(self) -> int:
        """How many of those may break a limit all the same."""
        return sum(candidate.feasible and bool(candidate.unsure) for candidate in self.candidates)

    @cached_property
    def perhaps(self) -> int:
        """How many do not count among those, but may keep every limit all the same."""
        return sum(
            bool(each.violates) and each.fit is not Fit.DOES_NOT_FIT and set(each.violates) <= set(each.unsure)
            for each in self.candidates
        )

    @cached_property
    def unmeasured(self) -> int:
        """How many points have no figures for a reason that says nothing of them: a crash, a stop, a full disk."""
        return sum(each.failure is None or each.failure.kind not in OWN_FAULT for each in self.out)

    @cached_property
    def unfit(self) -> int:
        """How many points do not go into the device."""
        return sum(candidate.fit is Fit.DOES_NOT_FIT for candidate in self.candidates)

    @cached_property
    def nearest(self) -> Candidate | None:
        """The variant that breaks fewest limits, and those by the smallest factor.

        None where every variant is too large for the device, or lacks a figure that a limit asks for. Looked for once:
        a page that is drawn again has the same tradeoff.
        """
        limits = self.budget.limits
        there = [
            each
            for each in self.candidates
            if each.fit is not Fit.DOES_NOT_FIT and each.violates and all(one in each.figures for one in each.violates)
        ]
        return min(there, key=lambda each: (len(each.violates), _beyond(each, limits)), default=None)

    @cached_property
    def reach(self) -> Mapping[Objective, Estimate]:
        """For each limit that is set, the best that any variant has that goes into the device."""
        fitting = [each for each in self.candidates if each.fit is not Fit.DOES_NOT_FIT]
        found = {}
        for objective in self.budget.limits:
            known = [each.figures[objective] for each in fitting if objective in each.figures]
            if known:
                best = max if objective.higher_is_better else min
                found[objective] = best(known, key=lambda figure, on=objective: held(figure, on))  # type: ignore[misc]
        return found


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


def weigh(evidence: BenchmarkData, budget: Budget | None = None, result: BenchmarkResult | None = None) -> Tradeoff:
    """Set every point against every other on this host, on each of the four fronts.

    Args:
        evidence: of one benchmark.
        budget: the limits; none by default.
        result: its figures, where they were already worked out.
    """
    points = (result or summarise(evidence)).points
    bare = [bare_candidate(each, figures_of(each), missing=_missing(evidence, each)) for each in points if each.usable]
    out = tuple(each for each in points if not each.usable)
    return limited(Tradeoff(set_against(evidence, bare), out, Budget(), None), budget or Budget())


def _missing(evidence: BenchmarkData, result: PointResult) -> dict[Objective, str]:
    """Why a point that was timed has no memory: energy is at least modelled, and the rest it has."""
    failure = evidence.failures.get(result.point)
    return {Objective.MEMORY: failure.reason} if failure and result.memory is None else {}


def bare_candidate(
    result: PointResult,
    figures: Mapping[Objective, Estimate],
    seen: OperatingPoint | None = None,
    fit: Fit = Fit.UNKNOWN,
    missing: Mapping[Objective, str] | None = None,
) -> Candidate:
    """A point before it is set against the others."""
    return Candidate(result, figures, {}, {}, (), seen, fit, missing or {})


def set_against(
    evidence: BenchmarkData, bare: Sequence[Candidate], shared: Mapping[Objective, float] | None = None
) -> tuple[Candidate, ...]:
    """Memberships on all fronts.

    Fronts come from a joint bootstrap: in each resample the same test items and the same rounds are drawn for all
    points, so that what they share cancels. Limits play no part in who is on a front; they only mark points.

    Args:
        evidence: of one benchmark.
        bare: its points with their figures.
        shared: by objective, the share of a projection's error variance that variants of one model have in common.
    """
    fronts = {axis: _front(evidence, bare, axis, (shared or {}).get(axis, 0.0)) for axis in AXES}
    return tuple(
        replace(
            each,
            membership={axis: front[place][0] for axis, front in fronts.items() if place in front},
            probability={axis: front[place][1] for axis, front in fronts.items() if place in front},
        )
        for place, each in enumerate(bare)
    )


def limited(tradeoff: Tradeoff, budget: Budget) -> Tradeoff:
    """The same points under other limits; who is on which front does not depend on them.

    A limit on something that is not known of a point is not kept either; a mere range breaks one that it lies beyond.
    """
    limits = budget.limits
    candidates = tradeoff.candidates
    values = {each: _column(candidates, each, held) for each in limits}
    kept = {each: keeps(values[each], each, limit) for each, limit in limits.items()}
    ends = {
        each: [keeps(_column(candidates, each, end), each, limit) for end in (_best, _worst)]
        for each, limit in limits.items()
    }
    broken = _sets({each: ~mask for each, mask in kept.items()}, len(candidates))
    unsure = _sets({each: best & ~worst for each, (best, worst) in ends.items()}, len(candidates))
    candidates = tuple(map(_under, candidates, broken, unsure))
    fitting = np.array([each.fit is not Fit.DOES_NOT_FIT for each in candidates], bool)
    binds = binding({each: column[fitting] for each, column in values.items()}, budget) if limits else None
    return replace(tradeoff, candidates=candidates, budget=budget, binding=binds)


def held(figure: Estimate, objective: Objective) -> float:
    """What a limit is held against: the figure, and of a mere range the end that is better."""
    return _best(figure, objective) if figure.mere_range else figure.centre


def _best(figure: Estimate, objective: Objective) -> float:
    return figure.high if objective.higher_is_better else figure.low


def _beyond(candidate: Candidate, limits: Mapping[Objective, float]) -> float:
    """How far beyond its limits a variant lies, all together: the sum of |ln (figure / limit)|."""
    return sum(
        abs(math.log(max(held(candidate.figures[each], each), _TINY) / limits[each])) for each in candidate.violates
    )


def _worst(figure: Estimate, objective: Objective) -> float:
    """The end that breaks a limit first; what computing alone takes says nothing of the most that a machine does."""
    if computing_alone(figure):
        return math.inf
    return figure.low if objective.higher_is_better else figure.high


def _column(
    candidates: Sequence[Candidate], objective: Objective, value: Callable[[Estimate, Objective], float]
) -> NDArray[np.float64]:
    known = (each.figures.get(objective) for each in candidates)
    return np.array([np.nan if figure is None else value(figure, objective) for figure in known], float)


def _sets(masks: Mapping[Objective, NDArray[np.bool_]], count: int) -> list[tuple[Objective, ...]]:
    """For each point the objectives whose mask holds; ten thousand points have few different sets of them."""
    every = [tuple(each for bit, each in enumerate(masks) if code >> bit & 1) for code in range(1 << len(masks))]
    codes = sum((mask << bit for bit, mask in enumerate(masks.values())), np.zeros(count, int))
    return [every[code] for code in codes.tolist()]


def _under(candidate: Candidate, broken: tuple[Objective, ...], unsure: tuple[Objective, ...]) -> Candidate:
    """A point that breaks these limits and may break those; the very same where it did so before."""
    if (broken, unsure) == (candidate.violates, candidate.unsure):
        return candidate
    return replace(candidate, violates=broken, unsure=unsure)


def _front(
    evidence: BenchmarkData, bare: Sequence[Candidate], axis: Objective, shared: float
) -> dict[int, tuple[Membership, float]]:
    """Membership and its probability on the front of accuracy against one axis, of the points that have both."""
    places = [place for place, each in enumerate(bare) if axis in each.figures]
    if not places:
        return {}
    there = [bare[place] for place in places]
    points, figures = [each.measured for each in there], [each.figures for each in there]
    rng = np.random.default_rng(evidence.record.plan.seed)
    accuracy = draw(evidence, points, figures, Objective.ACCURACY, RESAMPLES, rng)
    cost = draw(evidence, points, figures, axis, RESAMPLES, rng, shared)
    observed = np.array([figure[axis].provenance.observed for figure in figures])
    states, shares = three_state(np.stack([-accuracy, cost], axis=-1), observed)
    return {place: (state, float(chance)) for place, state, chance in zip(places, states, shares, strict=True)}
