"""How well a target's networks are predicted when they are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from odviz.projection.conformal import Residuals
from odviz.projection.sample import Sample


class LeftOut(Protocol):
    """What came of leaving networks out, in two ways; each is computed when it is first asked for."""

    @property
    def new(self) -> Residuals:
        """With whole families left out."""
        ...

    @property
    def known(self) -> Residuals:
        """With networks left out whose families stay."""
        ...


@dataclass(frozen=True, eq=False)
class Validation:
    """How well a target's networks are predicted when they are left out.

    Errors are |predicted / measured − 1|; factors say that an interval is value / factor to value × factor. Explore
    asks about new families only, so that it does not wait for the other way of leaving networks out.

    Attributes:
        sample: the target's networks.
        left_out: errors on those that were left out.
    """

    sample: Sample
    left_out: LeftOut

    @property
    def points(self) -> int:
        """Networks measured."""
        return len(self.sample.own)

    @property
    def families(self) -> int:
        """How many kinds of them."""
        return len(self.sample.families)

    @property
    def macs_range(self) -> tuple[float, float]:
        """Fewest and most MACs measured."""
        return self.sample.macs_range

    @property
    def borrowed(self) -> int:
        """Networks lent by the floating-point sibling."""
        return len(self.sample.lent)

    @property
    def median_error(self) -> float:
        """With the whole family left out."""
        return self.left_out.new.error(0.5)

    @property
    def p90_error(self) -> float:
        """The 90th percentile of that."""
        return self.left_out.new.error(0.9)

    @property
    def factor(self) -> float:
        """Interval factor for a network within the calibrated range of a new family."""
        return self.left_out.new.factor

    @property
    def coverage(self) -> float:
        """Share of left-out families' networks inside the interval that the other families gave."""
        return float(self.left_out.new.covered().mean())

    @property
    def known_median_error(self) -> float:
        """With a tenth of the networks left out, whose families stay."""
        return self.left_out.known.error(0.5)

    @property
    def known_p90_error(self) -> float:
        """The 90th percentile of that."""
        return self.left_out.known.error(0.9)

    @property
    def known_factor(self) -> float:
        """Interval factor for a network within the calibrated range of a known family."""
        return self.left_out.known.factor

    @property
    def known_coverage(self) -> float:
        """Share inside it."""
        return float(self.left_out.known.covered().mean())
