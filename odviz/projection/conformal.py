"""How wide an interval must be: from errors on networks that the model had not seen.

An interval reaches as far up and down, in logarithm, as the 90th percentile of the errors of left-out networks: the one
of the rank k for which k / (n + 1), what split conformal prediction covers on average (Lei et al., "Distribution-free
predictive inference for regression", JASA 2018), is nearest to 0.9. Rounding up instead would let the worst of 18
networks alone set the width.

Two ways to leave out answer two questions: by family, for a network of a kind that was never published for this
target; by network, for another size of one that was. The second says nothing about the first.

A microcontroller has four networks or a few more, too few for a quantile of its own. Its half width is drawn in
logarithm towards the one of all microcontrollers together, by families / (families + 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Floats

LEVEL = 0.9
"""What an interval claims to cover."""

FLOOR = 1.05
"""Least interval factor: two copies of a board, or two runs on one, differ by as much."""

NEW_FAMILY_FLOOR = 1.15
"""The same for a network of a new family: where three families are predicted more nearly than that, the fourth is not.
"""

_FEW = {1: 2.2, 2: 1.35}
"""By how much the errors of one family or two must be stretched to cover a further one nine times in ten.

Found on the targets with four families and more, by drawing one or two of them and predicting another; with three to
learn from nothing is added. (Student's t with 1 and 2 degrees of freedom would say 3.8 and 1.8.)
"""

POOLED_FACTOR = 1.5
"""The interval factor that covers nine in ten networks of all microcontrollers, each of which counts the same;
`benchmarks/projection.py` prints it."""

_POOLING = 5
"""Families that say as much of a microcontroller as all the others together."""


@dataclass(frozen=True, eq=False)
class Residuals:
    """What came of leaving networks out.

    Attributes:
        log_error: logarithm of predicted over measured, (networks,).
        groups: which networks were left out together, a number each (networks,).
        floor: least interval factor.
        pooled: whether to lean on the errors of all microcontrollers.
    """

    log_error: Floats
    groups: NDArray[np.int64]
    floor: float = FLOOR
    pooled: bool = False

    @cached_property
    def half_width(self) -> float:
        """Of an interval, in logarithm."""
        return self._half_width(np.ones(len(self.groups), dtype=np.bool_))

    @property
    def factor(self) -> float:
        """Interval factor: the interval is value / factor to value × factor."""
        return math.exp(self.half_width)

    def covered(self) -> NDArray[np.bool_]:
        """Whether each network lies inside the interval that the other groups alone would have given it."""
        inside = np.zeros(len(self.groups), dtype=np.bool_)
        for group in np.unique(self.groups):
            out = self.groups == group
            inside[out] = np.abs(self.log_error[out]) <= self._half_width(~out)
        return inside

    def error(self, share: float) -> float:
        """This quantile of |predicted / measured − 1|."""
        return float(np.quantile(np.abs(np.expm1(self.log_error)), share))

    def _half_width(self, chosen: NDArray[np.bool_]) -> float:
        sizes, groups = np.abs(self.log_error[chosen]), self.groups[chosen]
        if self.pooled:
            families = len(np.unique(groups))
            own = math.log(max(quantile(sizes), math.log(self.floor)))
            pooled = math.log(math.log(POOLED_FACTOR))
            return math.exp(pooled + families / (families + _POOLING) * (own - pooled))
        return max(cautious(sizes, groups), math.log(self.floor))


def cautious(sizes: Floats, groups: NDArray[np.int64]) -> float:
    """`quantile`, or the plain 90th percentile with any one group missing if that is larger; more for few groups.

    Networks of a family err together, so that a few families say less than their networks' number promises; an
    interval must not rest on one large family that is easy.

    Args:
        sizes: of the errors, in logarithm, (networks,).
        groups: a number per network.
    """
    order = np.argsort(sizes)
    ordered, owners, names = sizes[order], groups[order], np.unique(groups)
    without = [ordered[owners != name] for name in names if len(names) > 1]
    fewer = [float(rest[math.ceil((len(rest) - 1) * LEVEL)]) for rest in without]
    return _FEW.get(len(names), 1.0) * max([quantile(sizes), *fewer])


def quantile(sizes: Floats) -> float:
    """The size of the rank nearest to (n + 1) × LEVEL; the largest where n is too small, 0 where there is none."""
    if not len(sizes):
        return 0.0
    rank = round((len(sizes) + 1) * LEVEL)
    return float(np.sort(sizes)[min(rank, len(sizes)) - 1])
