"""Non-inferiority: whether a change is within a margin, beyond it, or neither for certain; numbers or arrays alike.

Everything is on the scale of the *harm*: how much worse, so that less is better; a logarithm for a ratio. The margin is
the greatest harm that is accepted.

- *Passes*: the upper end of the two-sided 95 % interval is within the margin, a one-sided test at 2.5 %. A policy
  passes only if every clause does, so that no correction for their number is needed (intersection-union test: Berger,
  Technometrics 24, 1982).
- *Fails*: the lower end is beyond the margin. One clause is enough to fail, so the interval is widened to the level of
  Bonferroni's correction, by the ratio of Student's quantiles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special

from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL
from odviz.stats.location import NORMAL

_POWER = 0.8
"""Chance with which the observations that are needed settle the question, if the change is as it seems."""


@lru_cache(maxsize=1024)
def widening(decisions: int, df: float = math.inf) -> float:
    """Factor that widens a 95 % interval so that of all intervals together 95 % hold.

    Args:
        decisions: number of intervals.
        df: degrees of freedom of each; inf for a normal distribution.
    """
    ends = np.array([(1 + LEVEL) / 2, 1 - (1 - LEVEL) / 2 / decisions])
    usual, corrected = special.ndtri(ends) if math.isinf(df) else special.stdtrit(df, ends)
    return float(corrected / usual)


@dataclass(frozen=True, slots=True)
class NonInferiority:
    """A harm with its interval, and the margin that it is compared with: numbers, or arrays of one shape.

    Attributes:
        centre: best single value of the harm.
        low: lower end of its two-sided 95 % interval.
        high: upper end.
        margin: greatest harm that is accepted.
        widening: factor of the interval for failing.
    """

    centre: Any
    low: Any
    high: Any
    margin: Any
    widening: float = 1.0

    @property
    def passes(self) -> Any:
        """Whether the harm is within the margin for certain."""
        return self.high <= self.margin

    @property
    def fails(self) -> Any:
        """Whether the harm is beyond the margin for certain."""
        return (self.low > self.margin) & (self.centre - self.widening * (self.centre - self.low) > self.margin)

    def needed(self) -> float:
        """How many times the observations would settle it in 8 of 10 cases, if the harm is its centre.

        The half width shrinks with the square root of their number. It is inf if the centre is at the margin.
        """
        away = abs(self.margin - self.centre)
        more = float(special.ndtri(_POWER)) / NORMAL
        half = (
            (self.high - self.centre) * (1 + more)
            if self.centre < self.margin
            else (self.centre - self.low) * (self.widening + more)
        )
        return float(half / away) ** 2 if away > 0 else math.inf

    def power(self, harms: Floats) -> tuple[Floats, Floats]:
        """Chances to pass and to fail if the true harm were another, with the width of the interval as it is.

        Args:
            harms: true harms, shape (n,).

        Returns:
            Two arrays of shape (n,); what is left to 1 is the chance that neither is certain.
        """
        above, below = (float(half) / NORMAL for half in (self.high - self.centre, self.centre - self.low))
        away = np.asarray(self.margin - harms, dtype=np.float64)
        if above == 0 or below == 0:  # counted
            return (away >= 0).astype(np.float64), (away < 0).astype(np.float64)
        passing: Floats = special.ndtr(away / above - NORMAL)
        failing: Floats = special.ndtr(-away / below - self.widening * NORMAL)
        return passing, failing
