"""Everything that is claimed of benchmarks: figures with their provenance, recommendations, the verdict of a gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from odviz.analysis.analysis import analyse
from odviz.analysis.gate import FindTarget, comparisons, decide, spent_s
from odviz.analysis.on_device import find_target
from odviz.analysis.recommendation import Verdict
from odviz.analysis.unlike import Side
from odviz.domain.estimate import Estimate
from odviz.domain.gate import Clause, ClauseDecision, GateResult, GateVerdict, Policy
from odviz.domain.target import HOST


@dataclass(frozen=True, slots=True)
class ClaimPlace:
    """A benchmark, on the machine that measured it or on a device.

    Attributes:
        benchmark: its id.
        device: name of the device; `HOST` for the machine that measured.
        target: key of the way to run networks on it; empty for that machine.
    """

    benchmark: str
    device: str = HOST
    target: str = ""


@dataclass(frozen=True, slots=True)
class FigureClaim:
    """One figure of a variant.

    Attributes:
        place: where it holds.
        point: key of the operating point that was measured.
        objective: name of the objective.
        estimate: value, interval, unit and provenance.
    """

    place: ClaimPlace
    point: str
    objective: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class RecommendationClaim:
    """The variant to ship if there are no limits.

    Attributes:
        place: where it holds.
        verdict: how sure it is.
        point: key of the operating point; empty if none is recommended.
    """

    place: ClaimPlace
    verdict: Verdict
    point: str


@dataclass(frozen=True, slots=True)
class DecisionClaim:
    """A clause of a policy, decided for a pair of operating points.

    Attributes:
        clause: of the policy.
        base: key of the operating point that is compared with.
        new: key of the other.
        figures: of the clause's objective, of both; empty if it is not known for both.
        change: new over base where `is_ratio`, else new less base; None if it is not known.
        is_ratio: whether the change is a ratio.
        worst: the greatest change that is accepted; None without a change.
        verdict: what is certain.
    """

    clause: Clause
    base: str
    new: str
    figures: tuple[Estimate, ...]
    change: Estimate | None
    is_ratio: bool
    worst: float | None
    verdict: GateVerdict


@dataclass(frozen=True, slots=True)
class GateClaim:
    """A policy, decided.

    Attributes:
        verdict: on the whole policy.
        decisions: of each clause for each pair.
    """

    verdict: GateVerdict
    decisions: tuple[DecisionClaim, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims.

    Attributes:
        figures: of every variant, by place and in the order of the plan.
        recommendations: one a place.
        gate: what a policy says; None without a policy.
    """

    figures: tuple[FigureClaim, ...]
    recommendations: tuple[RecommendationClaim, ...]
    gate: GateClaim | None = None


def claims(sides: Sequence[Side], policy: Policy | None = None, find: FindTarget = find_target) -> Claims:
    """Compute what can be claimed of one side, or of a new one compared with a base.

    Args:
        sides: one, or the base and the new one.
        policy: what the new one must satisfy; None for no verdict.
        find: finds the devices that the policy names; by default among those of the library.

    Raises:
        InputError: the sides cannot be compared, or a clause names a variant or device that is not there.
    """
    places = dict.fromkeys(place for side in sides for place in _places(side))
    by_id = {side.data.record.id: side.data for side in sides}
    figures: list[FigureClaim] = []
    recommendations = []
    for place in places:
        device, target = find(place.device, place.target)
        analysis = analyse(by_id[place.benchmark], device=device, target=target)
        for candidate in analysis.candidates:
            key = candidate.host_point.key
            figures += (FigureClaim(place, key, one.name, value) for one, value in candidate.estimates.items())
        chosen = analysis.recommendation
        point = chosen.candidate.host_point.key if chosen else ""
        recommendations.append(RecommendationClaim(place, analysis.verdict, point))
    if policy is None:
        return Claims(tuple(figures), tuple(recommendations))
    base, new = sides
    seconds = spent_s(*(side.data.record for side in sides))
    gate = gate_claim(decide(policy, comparisons(base, new, find), seconds))
    return Claims(tuple(figures), tuple(recommendations), gate)


def gate_claim(result: GateResult) -> GateClaim:
    """What is claimed by a verdict on a policy."""
    return GateClaim(result.verdict, tuple(map(_decision, result.decisions)))


def _places(side: Side) -> Iterator[ClaimPlace]:
    benchmark = side.data.record.id
    yield ClaimPlace(benchmark)
    if side.device and side.target:
        yield ClaimPlace(benchmark, side.device.name, side.target.key)


def _decision(one: ClauseDecision) -> DecisionClaim:
    change = one.change
    return DecisionClaim(
        one.clause,
        one.base.key,
        one.new.key,
        (change.base, change.new) if change else (),
        change.change if change else None,
        change is not None and change.is_ratio,
        one.worst,
        one.verdict,
    )
