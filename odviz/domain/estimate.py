"""A figure as odviz shows it: value, interval, unit and where it came from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

LEVEL = 0.95
"""Confidence level of intervals."""


class Provenance(StrEnum):
    """Where a figure came from, strongest first; `OWN` is what a person brought along with a device profile."""

    MEASURED = "measured"
    BROWSER = "browser"
    OWN = "own"
    PUBLISHED = "published"
    PROJECTED = "projected"
    MODELLED = "modelled"

    @property
    def observed(self) -> bool:
        """Whether something was timed or counted, as against computed from a model."""
        return self not in (Provenance.PROJECTED, Provenance.MODELLED)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure.

    Attributes:
        value: best single value in `unit`; None where only a range can be stood behind.
        low: lower end of the interval, same unit.
        high: upper end of the interval, same unit.
        unit: SI unit: "s", "B", "J", or "1" for a share or a ratio.
        provenance: where it came from.
        n: how many observations it rests on (0 for a modelled one).
        level: what the interval claims to cover (0.95), or 1.0 for the whole of what was seen.
        scope: what is inside the figure, in words ("CPU package", "process, above an idle interpreter").
        source: citation, link or run id.
    """

    value: float | None
    low: float
    high: float
    unit: str
    provenance: Provenance
    n: int = 0
    level: float = LEVEL
    scope: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse a figure whose interval does not hold its value.

        Raises:
            ValueError: NaN anywhere, or not low <= value <= high.
        """
        inside = self.low <= self.high if self.value is None else self.low <= self.value <= self.high
        if not inside:  # also false for every NaN
            raise ValueError(f"not low <= value <= high: {self.low} {self.value} {self.high}")

    @property
    def mere_range(self) -> bool:
        """Whether no single value can be stood behind, so that only the ends are shown."""
        return self.value is None or self.provenance is Provenance.MODELLED

    @property
    def centre(self) -> float:
        """The value, or the geometric middle of a range that has none (arithmetic where it touches zero)."""
        if self.value is not None:
            return self.value
        if self.low > 0:
            return math.sqrt(self.low * self.high)
        return (self.low + self.high) / 2

    @property
    def relative_half_width(self) -> float:
        """Half the interval over the magnitude of the centre; inf for a centre of zero with a width."""
        half = (self.high - self.low) / 2
        if half == 0:
            return 0.0
        return half / abs(self.centre) if self.centre else math.inf
