"""What the card of a model or of data says: statements, each with its basis, or with why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Topic(StrEnum):
    """What a statement is about."""

    SUMMARY = "summary"
    INPUTS = "inputs"
    LICENCE = "licence"
    USE = "use"
    LIMITS = "limits"
    NOT_FOR = "not-for"
    OWNER = "owner"
    TRAINING = "training"
    FIGURES = "figures"
    GROUPS = "groups"
    STRESS = "stress"
    ENERGY = "energy"
    ITEMS = "items"
    SOURCE = "source"
    CITATION = "citation"
    PERSONAL = "personal"
    QUALITY = "quality"


class Basis(StrEnum):
    """What a statement rests on.

    Attributes:
        MEASURED: odviz measured, counted or computed it.
        RECORDED: whoever made the model or the data says it.
        MISSING: nothing is known.
    """

    MEASURED = "measured"
    RECORDED = "recorded"
    MISSING = "missing"


class Voice(StrEnum):
    """Who can say what is missing."""

    TRAINER = "whoever trained the model"
    COLLECTOR = "whoever collected the data"
    MEASURER = "whoever runs odviz"
    SHIPPER = "whoever ships the model"


@dataclass(frozen=True, slots=True)
class Statement:
    """One field of a card.

    Attributes:
        topic: what it is about.
        basis: what it rests on.
        lines: what is known, one fact a line; empty if nothing is.
        why: why nothing is known, as a sentence; else empty.
        who: who must say it; None if something is known.
    """

    topic: Topic
    basis: Basis
    lines: tuple[str, ...] = ()
    why: str = ""
    who: Voice | None = None

    @property
    def known(self) -> bool:
        """Whether it says something."""
        return self.basis is not Basis.MISSING


def recorded(topic: Topic, *lines: str, why: str, who: Voice) -> Statement:
    """What somebody recorded; if that is nothing but empty lines, why it is missing and who must say it."""
    written = tuple(line for line in lines if line.strip())
    if not written:
        return Statement(topic, Basis.MISSING, why=why, who=who)
    return Statement(topic, Basis.RECORDED, written)
