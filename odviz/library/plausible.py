"""Ranges of numbers that a machine can have, or that somebody can have measured or counted."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.units import digits


@dataclass(frozen=True, slots=True)
class PlausibleRange:
    """The least and the greatest value of a number that is accepted; `value in range` is false for NaN."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        """As a message has it: "from 0.000001 to 100,000,000"."""
        low = digits(self.low, 1) if self.low < 1 else format(self.low, "g")
        return f"from {low} to {self.high:,.0f}"
