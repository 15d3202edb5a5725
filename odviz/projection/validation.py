"""How well a target's networks are predicted when they are left out."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.projection.conformal import Residuals
from odviz.projection.sample import Sample


@dataclass(frozen=True, slots=True)
class Validation:
    """How well a target's networks are predicted when they are left out.

    Errors are |predicted / measured − 1|; factors say that an interval is value / factor to value × factor.

    Attributes:
        points: networks measured.
        families: how many kinds of them.
        median_error: with the whole family left out.
        p90_error: the 90th percentile of that.
        factor: interval factor for a network within the calibrated range of a new family.
        coverage: share of left-out families' networks inside the interval that the other families gave.
        known_median_error: with a tenth of the networks left out, whose families stay.
        known_p90_error: the 90th percentile of that.
        known_factor: interval factor for a network within the calibrated range of a known family.
        known_coverage: share inside it.
        macs_range: fewest and most MACs measured.
        borrowed: networks lent by the floating-point sibling.
    """

    points: int
    families: int
    median_error: float
    p90_error: float
    factor: float
    coverage: float
    known_median_error: float
    known_p90_error: float
    known_factor: float
    known_coverage: float
    macs_range: tuple[float, float]
    borrowed: int


def validate(sample: Sample, new: Residuals, known: Residuals) -> Validation:
    """Summarise what came of leaving networks out.

    Args:
        sample: the target's networks.
        new: errors with whole families left out.
        known: errors with networks left out whose families stay.
    """
    return Validation(
        points=len(sample.own),
        families=len(sample.families),
        median_error=new.error(0.5),
        p90_error=new.error(0.9),
        factor=new.factor,
        coverage=float(new.covered().mean()),
        known_median_error=known.error(0.5),
        known_p90_error=known.error(0.9),
        known_factor=known.factor,
        known_coverage=float(known.covered().mean()),
        macs_range=sample.macs_range,
        borrowed=len(sample.lent),
    )
