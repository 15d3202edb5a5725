"""The progress of a benchmark as an immutable snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.model import Variant
from odviz.domain.target import OperatingPoint

_STEPS = 100
"""Of a phase whose progress is a share."""


class Phase(StrEnum):
    """Phase of a benchmark, in the order they run."""

    PREPARE = "making variants"
    PREDICTIONS = "checking predictions"
    LATENCY = "timing"
    ENERGY = "measuring energy"
    STRESS = "stress tests"


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of one phase.

    Attributes:
        phase: the phase.
        done: steps of the phase that are done.
        total: steps of the phase; for timing, the expected number, which changes while it runs.
        label: what was just finished, for people.
        left_s: seconds after which the phase starts nothing new; None if it has no time limit.
        variant: the variant that was just finished, if it is one.
        point: the operating point that was just finished, if it is one.
        within_s: time limit of the whole phase, seconds; 0 for none.
    """

    phase: Phase
    done: int
    total: int
    label: str = ""
    left_s: float | None = None
    variant: Variant | None = None
    point: OperatingPoint | None = None
    within_s: float = 0.0

    @property
    def share(self) -> float:
        """Share of the phase that is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 1.0

    @classmethod
    def part(cls, phase: Phase, share: float, doing: str) -> Progress:
        """Progress of a phase of which a share is done, 0 to 1, with what it does now."""
        return cls(phase, round(_STEPS * share), _STEPS, doing)

    @classmethod
    def finished(cls, phase: Phase, done: int, total: int, subject: Variant | OperatingPoint) -> Progress:
        """Progress of a phase that has just finished a variant or an operating point."""
        if isinstance(subject, Variant):
            return cls(phase, done, total, subject.label, variant=subject)
        return cls(phase, done, total, subject.label, point=subject)
