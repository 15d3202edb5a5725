"""Items whose prediction compression, or another change, has changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FlipKind(StrEnum):
    """What changed."""

    LOST = "lost"
    """Right before, wrong now."""

    GAINED = "gained"
    """Wrong before, right now."""

    OTHER = "other"
    """Predicted otherwise than before, where nothing says which of both is right."""


@dataclass(frozen=True, slots=True)
class Flip:
    """One item.

    Attributes:
        item: its number in the test set, from 0.
        target: what it is; empty where nobody said.
        before: prediction of the uncompressed network, or of another point that is compared with; empty where it cannot
            be written in a few words.
        now: prediction of the variant.
        sureness: probability that the variant gives to its prediction; None if its outputs give none.
    """

    item: int
    target: str
    before: str
    now: str
    sureness: float | None = None


@dataclass(frozen=True, slots=True)
class Flips:
    """Items of one kind.

    Attributes:
        kind: what changed.
        items: the surest predictions of the variant first; without these, in the order of the test set.
    """

    kind: FlipKind
    items: tuple[Flip, ...]
