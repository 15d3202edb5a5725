"""Scales on which figures are closer to normal than as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from odviz.arrays import Floats


@dataclass(frozen=True, slots=True)
class Scale:
    """A monotone transformation and its inverse.

    Attributes:
        to: from figures and the numbers of items behind them.
        back: to figures.
    """

    to: Callable[[Floats, Floats], Floats]
    back: Callable[[Floats], Floats]


def _log_odds(shares: Floats, counts: Floats) -> Floats:
    """Half an item is added on either side, so that shares of 0 and 1 are finite (Anscombe, Biometrika 43, 1956)."""
    odds: Floats = np.log((shares * counts + 0.5) / ((1 - shares) * counts + 0.5))
    return odds


def _shares(odds: Floats) -> Floats:
    shares: Floats = special.expit(odds)
    return shares


LOG_ODDS = Scale(_log_odds, _shares)
"""For shares, which lie between 0 and 1."""

LOG = Scale(lambda figures, _: np.log(figures), np.exp)
"""For positive figures."""

LOG_REST = Scale(lambda figures, _: -np.log1p(-figures), lambda figures: -np.expm1(-figures))
"""For figures below 1 that may be negative."""

IDENTITY = Scale(lambda figures, _: figures, lambda figures: figures)
"""For all others."""
