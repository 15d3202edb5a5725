"""How far a benchmark is: one immutable snapshot, published whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.model import Variant
from odviz.domain.target import OperatingPoint


class Phase(StrEnum):
    """What is being done, in the order it is done."""

    PREPARE = "making variants"
    PREDICTIONS = "checking predictions"
    LATENCY = "timing"
    MEMORY = "measuring memory"
    ENERGY = "measuring energy"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a benchmark stands.

    Attributes:
        phase: what is being done.
        done: steps of the phase that are over.
        total: steps of the phase; of timing those expected, which change while it runs.
        label: what was just finished, in words.
        left_s: seconds after which the phase begins nothing new; None where nothing bounds it.
        item: what was just finished, where that is one variant, for those who have better names for it.
        within_s: seconds that the phase may take in all; 0 where nothing bounds it.
    """

    phase: Phase
    done: int
    total: int
    label: str = ""
    left_s: float | None = None
    item: Variant | OperatingPoint | None = None
    within_s: float = 0.0

    @property
    def share(self) -> float:
        """Part of the phase that is over, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 1.0
