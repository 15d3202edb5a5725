"""A figure as odviz shows it: value, interval, unit and where it came from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

LEVEL = 0.95
"""Confidence level of intervals."""

TAILS = (1 - LEVEL) / 2, (1 + LEVEL) / 2
"""Quantiles at the ends of an interval."""


class Provenance(StrEnum):
    """Where a figure came from, strongest first.

    `IMPORTED` is what odviz measured on another machine; `OWN` is what a person brought along with a device profile.
    """

    MEASURED = "measured"
    IMPORTED = "imported"
    BROWSER = "browser"
    OWN = "own"
    PUBLISHED = "published"
    PROJECTED = "projected"
    MODELLED = "modelled"

    @property
    def observed(self) -> bool:
        """Whether something was timed or counted, as against computed from a model."""
        return self not in (Provenance.PROJECTED, Provenance.MODELLED)

    @property
    def sampled(self) -> bool:
        """Whether odviz measured it, here or on another machine, so that its samples are stored."""
        return self in (Provenance.MEASURED, Provenance.IMPORTED)


class EstimateKind(StrEnum):
    """What the ends of an estimate are: code tells estimates apart by this, never by their scope."""

    INTERVAL = "interval"
    """What a value may really be: from samples, a publication or a calibration."""

    COMPUTING_ALONE = "computing-alone"
    """Cheapest and dearest energy of the arithmetic and memory traffic, without the rest of the machine."""

    WHOLE_DEVICE = "whole-device"
    """Energy of the whole device at rest and at full load; where its power really lies between is not known."""


_VAGUE = 3.0
"""Interval factor of a projection beyond which its value is not written."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure with its uncertainty and where it comes from.

    Attributes:
        value: best single value in `unit`; None if only a range is known.
        low: lower end of the interval, same unit.
        high: upper end of the interval, same unit.
        unit: SI unit: "s", "B", "J", or "1" for a share or a ratio.
        provenance: where it came from.
        n: how many observations it rests on (0 for a modelled one).
        level: confidence level of the interval (0.95), or 1.0 for the whole range that was seen.
        scope: what the figure includes, for people ("CPU package", "process, above an idle interpreter").
        source: citation, link or run id.
        kind: what its ends are.
        absolute: the figure itself, where this is its ratio to that of a reference.
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
    kind: EstimateKind = EstimateKind.INTERVAL
    absolute: Estimate | None = None

    def __post_init__(self) -> None:
        """Check that the interval contains the value.

        Raises:
            ValueError: NaN anywhere, or not low <= value <= high.
        """
        inside = self.low <= self.high if self.value is None else self.low <= self.value <= self.high
        if not inside:  # also false for every NaN
            raise ValueError(f"not low <= value <= high: {self.low} {self.value} {self.high}")

    @property
    def mere_range(self) -> bool:
        """Whether no single value is known, so that only the ends are shown."""
        return self.value is None or self.provenance is Provenance.MODELLED

    @property
    def vague(self) -> bool:
        """Whether a projection may be off by more than a factor of three, so that nothing can be chosen by it."""
        return self.provenance is Provenance.PROJECTED and self.high > _VAGUE**2 * self.low

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
