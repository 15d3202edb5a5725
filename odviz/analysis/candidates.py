"""Candidates: operating points with their estimates of the objectives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from odviz.domain.device import Fit
from odviz.domain.estimate import Estimate
from odviz.domain.failure import FailureKind
from odviz.domain.objective import Objective
from odviz.domain.result import Membership, PointResult
from odviz.domain.target import OperatingPoint
from odviz.objectives import OBJECTIVES
from odviz.objectives.base import HostSamples, Missing, ObjectivePlugin

OWN_FAULT = (FailureKind.UNSUPPORTED, FailureKind.WRONG_PREDICTIONS)
"""Failures that say something about the variant itself, so that measuring it again would change nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One operating point compared with all others.

    Attributes:
        result: what was measured; on another device only accuracy and file are those of this host.
        estimates: by objective; see `missing` for the others.
        host_point: the operating point of this host whose predictions were scored; `result.point` on this host.
        membership: state on the front of each axis.
        probability: share of the bootstrap replicates in which it is on that front.
        violates: limits that it does not satisfy.
        uncertain: limits that lie inside the interval of its estimate, satisfied or not.
        chance: that it satisfies all limits and fits: the share of the bootstrap replicates in which it does.
        fit: whether it fits into the memory of the device; unknown on this host, where it has run.
        missing: why an objective has no estimate.
    """

    result: PointResult
    estimates: Mapping[Objective, Estimate]
    host_point: OperatingPoint
    membership: Mapping[Objective, Membership] = field(default_factory=dict)
    probability: Mapping[Objective, float] = field(default_factory=dict)
    violates: tuple[Objective, ...] = ()
    uncertain: tuple[Objective, ...] = ()
    chance: float = 1.0
    fit: Fit = Fit.UNKNOWN
    missing: Mapping[Objective, str] = field(default_factory=dict)

    def known(self, objective: Objective) -> Estimate | Missing:
        """The estimate of an objective, or why there is none."""
        return self.estimates.get(objective) or Missing(self.missing.get(objective, ""))

    @property
    def feasible(self) -> bool:
        """Whether its estimates satisfy every limit and it fits into the device; see `chance` for how sure that is."""
        return not self.violates and self.fits

    @property
    def fits(self) -> bool:
        """Whether it fits into the memory of the device, or may."""
        return self.fit is not Fit.DOES_NOT_FIT

    @property
    def why_excluded(self) -> str:
        """Why it cannot be compared with others, for people."""
        return self.result.failure.reason if self.result.failure else "Not measured yet."

    @property
    def on_device(self) -> bool:
        """Whether it is run on another device than this host."""
        return self.host_point != self.result.point


def candidate(samples: HostSamples, objectives: Sequence[Objective]) -> Candidate:
    """An operating point of this host with all its estimates, not yet compared with others."""
    estimates, missing = estimate_all(objectives, lambda plugin: plugin.host(samples))
    return Candidate(samples.result, estimates, samples.result.point, missing=missing)


def estimate_all(
    objectives: Sequence[Objective], source: Callable[[ObjectivePlugin], Estimate | Missing]
) -> tuple[dict[Objective, Estimate], dict[Objective, str]]:
    """Estimate every objective of a task.

    Args:
        objectives: of the task.
        source: returns the estimate of one objective.

    Returns:
        The estimates, and why others are missing, both in the order of the objectives.
    """
    estimates: dict[Objective, Estimate] = {}
    missing: dict[Objective, str] = {}
    for objective in objectives:
        estimate = source(OBJECTIVES[objective.name])
        if isinstance(estimate, Estimate):
            estimates[objective] = estimate
        elif estimate.reason:
            missing[objective] = estimate.reason
    return estimates, missing
