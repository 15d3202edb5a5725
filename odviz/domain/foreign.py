"""What foreign items are: things that a model of a task has not learned."""

from __future__ import annotations

from enum import StrEnum


class ForeignItems(StrEnum):
    """Where foreign items are from, the most telling first.

    Attributes:
        GIVEN: a data set that a person named.
        OTHER_TASK: what ships with odviz for something else: other pictures, other signals.
        MADE: made, because nothing real is at hand (letters, even swings, statements of fact, mixed rows).
        BEYOND: made: rows with numbers far beyond all that were learned.
        NEW_SOURCES: the test items, beside items of the people (websites, machines) that the model learned from.
    """

    GIVEN = "given"
    OTHER_TASK = "task"
    MADE = "foreign"
    BEYOND = "beyond"
    NEW_SOURCES = "sources"

    @property
    def is_made(self) -> bool:
        """Whether odviz made the items."""
        return self in (ForeignItems.MADE, ForeignItems.BEYOND)
