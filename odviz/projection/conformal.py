"""How wide an interval must be: from errors on networks that the model had not seen.

The error of each left-out network, as a logarithm, over the ensemble's doubt about it gives a score; an interval
reaches as many doubts up and down as the 90th percentile of the scores: the one of the rank k for which k / (n + 1),
what split conformal prediction covers on average (Lei et al., "Distribution-free predictive inference for regression",
JASA 2018), is nearest to 0.9. Rounding up instead would let the worst of 18 networks alone set the width. The doubt
only says where the interval is wider, so it need not be right; the scores say by how much.

Two ways to leave out answer two questions: by family, for a network of a kind that was never published for this
target; by network, for another size of one that was. The second says nothing about the first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.projection.features import Array

LEVEL = 0.9
"""What an interval claims to cover."""

_FEW = {1: 2.2, 2: 1.35}
"""By how much the scores of one family or two must be stretched to cover a further one nine times in ten.

Found on the targets with four families and more, by drawing one or two of them and predicting another; with three to
learn from nothing is added. (Student's t with 1 and 2 degrees of freedom would say 3.8 and 1.8.)
"""


@dataclass(frozen=True, eq=False)
class Residuals:
    """What came of leaving networks out.

    Attributes:
        log_error: logarithm of predicted over measured, (networks,).
        doubt: the ensemble's, (networks,).
        groups: which networks were left out together, a number each (networks,).
        floor: least interval factor.
    """

    log_error: Array
    doubt: Array
    groups: NDArray[np.int64]
    floor: float

    @property
    def reach(self) -> float:
        """Doubts up and down that an interval takes in."""
        return cautious(np.abs(self.log_error) / self.doubt, self.groups)

    def factors(self, doubt: Array) -> Array:
        """Interval factor at each doubt: the interval is value / factor to value × factor."""
        return np.asarray(np.exp(np.maximum(self.reach * doubt, math.log(self.floor))))

    def covered(self) -> NDArray[np.bool_]:
        """Whether each network lies inside the interval that the other groups alone would have given it."""
        least = math.log(self.floor)
        scores = np.abs(self.log_error) / self.doubt
        inside = np.zeros(len(scores), dtype=np.bool_)
        for group in np.unique(self.groups):
            out = self.groups == group
            half = np.maximum(cautious(scores[~out], self.groups[~out]) * self.doubt[out], least)
            inside[out] = np.abs(self.log_error[out]) <= half
        return inside

    def error(self, share: float) -> float:
        """This quantile of |predicted / measured − 1|."""
        return float(np.quantile(np.abs(np.expm1(self.log_error)), share))


def cautious(scores: Array, groups: NDArray[np.int64]) -> float:
    """`quantile`, or the plain 90th percentile with any one group missing if that is larger; more for few groups.

    Networks of a family err together, so that a few families say less than their networks' number promises; an
    interval must not rest on one large family that is easy.
    """
    names = np.unique(groups)
    fewer = [float(np.quantile(scores[groups != name], LEVEL, method="higher")) for name in names if len(names) > 1]
    return _FEW.get(len(names), 1.0) * max([quantile(scores), *fewer])


def quantile(scores: Array) -> float:
    """The score of the rank nearest to (n + 1) × LEVEL; the largest where n is too small, 0 where there is none."""
    if not len(scores):
        return 0.0
    rank = round((len(scores) + 1) * LEVEL)
    return float(np.sort(scores)[min(rank, len(scores)) - 1])
