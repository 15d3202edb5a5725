"""How many networks a target needs before others are projected from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from odviz.domain.published import Processor


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a target needs before anything is projected; with less, only what was published is shown.

    Attributes:
        points: networks.
        training: networks that must stay when a family is left out.
        words: the same, for people.
    """

    points: int
    training: int
    words: str


_MANY = Requirement(8, 4, "8 networks of 3 families, or of 2 with 4 in each")
_FEW = Requirement(4, 3, "4 networks of 4 families, or 6 of 2 with 3 in each")


def needed(processor: Processor) -> Requirement:
    """What a target on this kind of processor needs; microcontrollers lean on one another's errors and need less."""
    return _FEW if processor is Processor.MICROCONTROLLER else _MANY


def suffices(families: Sequence[str], processor: Processor) -> bool:
    """Whether networks of these families, one name each, are enough to project others and to say how well.

    Two families must each leave enough to learn from when they are left out; the error of one says nothing about how
    the next would fare.
    """
    need = needed(processor)
    testable = sum(len(families) - size >= need.training for size in Counter(families).values())
    return len(families) >= need.points and testable >= 2
