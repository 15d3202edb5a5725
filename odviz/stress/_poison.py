"""Bad calibration items: how a set is spoiled, and what odviz says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from odviz.arrays import Array
from odviz.compression.calibration_check import CalibrationCheck
from odviz.domain.modality import Modality
from odviz.domain.poison import Poison
from odviz.tasks.base import Examples

_SPIKE = 100.0
_WRONG_SCALE = {Modality.IMAGE: 255.0}
"""Pictures whose points were not divided by 255; elsewhere a unit of a tenth."""


@dataclass(frozen=True, eq=False)
class Spoiled:
    """A calibration set with bad items.

    Attributes:
        poison: what is wrong with them.
        bad: places of the bad ones, ascending; none for the clean set.
        examples: the whole set.
    """

    poison: Poison
    bad: Array
    examples: Examples

    def caught(self, check: CalibrationCheck) -> int:
        """How many of the bad items a check suspects."""
        return int(np.isin(self.bad, check.suspects).sum())


def counts_of(size: int, shares: Sequence[float]) -> tuple[int, ...]:
    """Numbers of bad items among so many: one, then shares; ascending."""
    return tuple(sorted({1, *(max(1, round(share * size)) for share in shares)}))


def poisons_of(modality: Modality) -> tuple[Poison, ...]:
    """What can be wrong with items: numbers of words have neither outliers nor a scale."""
    return (Poison.FOREIGN,) if modality is Modality.TEXT else tuple(Poison)


def spoil(clean: Examples, foreign: Array, poison: Poison, count: int, seed: int, modality: Modality) -> Spoiled:
    """Replace calibration items by bad ones; more bad items of one kind contain those of fewer.

    Args:
        clean: calibration items of a network with one input.
        foreign: as many items that are none of the task's own.
        poison: what is wrong.
        count: number of bad items.
        seed: of their choice.
        modality: of the items.
    """
    rng = np.random.default_rng([seed, list(Poison).index(poison)])
    bad = rng.permutation(len(clean))[:count]
    inputs = clean.inputs.copy()
    largest = np.abs(clean.inputs).max()
    for row in bad:
        match poison:
            case Poison.OUTLIER:
                inputs[row].reshape(-1)[rng.integers(inputs[row].size)] = _SPIKE * largest
            case Poison.SCALE:
                inputs[row] = clean.inputs[row] * _WRONG_SCALE.get(modality, 10.0)
            case Poison.FOREIGN:
                inputs[row] = foreign[row]
    return Spoiled(poison, np.sort(bad), Examples(inputs, clean.targets, clean.groups))
