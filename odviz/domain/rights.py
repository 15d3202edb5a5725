"""Rights of those who look at a page, and why somebody is not let into a class."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """What somebody may do beside reading results.

    ANSWER is to lock in predictions of one's own; CHANGE is everything else: to measure, to edit, to delete, to bring
    data or to take model files.
    """

    ANSWER = "answer"
    CHANGE = "change"


class Refusal(StrEnum):
    """Why somebody is not let into a class, as a sentence."""

    WRONG_CODE = "This code is not right. Look at the board again."
    EXPIRED = "This code has expired. Ask your teacher for a new one."
    NAME_TAKEN = "Somebody of this name is here already. Choose another name."
    FULL = "The class is full."
