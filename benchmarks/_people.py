"""Simulated predictions of a parent and a variant on test items that come from several people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.arrays import Bools

RIGHT = 0.87
"""Accuracy of the parent over all people."""

_LOST = 0.10
"""How far the variant lies below its parent, in probit."""

_LINE = float(special.ndtri(RIGHT))

DIFFERENCE = float(special.ndtr(_LINE - _LOST)) - RIGHT
"""Accuracy of the variant minus that of the parent, over all people."""


@dataclass(frozen=True)
class People:
    """Probit model with effects of people, items and both models.

    Attributes:
        count: how many people.
        correlation: between two items of one person, 0 to 1.
        items: of a typical person; some have twice as many as others.
    """

    count: int
    correlation: float
    items: int = 100

    def predict(self, rng: np.random.Generator) -> tuple[Bools, Bools, NDArray[np.intp]]:
        """Draw new people.

        Returns:
            Of each item: whether the parent is right, whether the variant is right, and its person.
        """
        sizes = np.maximum(20, self.items * rng.lognormal(0, 0.3, self.count)).astype(int)
        person = np.repeat(np.arange(self.count), sizes)
        of_people, of_items = _pair(rng, self.count, 0.8), _pair(rng, len(person), 0.95)
        latent = np.sqrt(self.correlation) * of_people[:, person] + np.sqrt(1 - self.correlation) * of_items
        return latent[0] < _LINE, latent[1] < _LINE - _LOST, person


def _pair(rng: np.random.Generator, count: int, correlation: float) -> NDArray[np.float64]:
    """Effects on parent and variant; shape (2, count)."""
    effects = rng.standard_normal((2, count))
    effects[1] = correlation * effects[0] + np.sqrt(1 - correlation**2) * effects[1]
    return effects
