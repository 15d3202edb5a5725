"""What people call a benchmark: its name, its tags and a note."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.domain.errors import LabelRefused
from odviz.domain.text import INVISIBLE, quoted

BASELINE = "baseline"
"""Stands for the benchmark of a task that others are compared with, wherever a benchmark is named."""

LONGEST_NAME, LONGEST_TAG, LONGEST_NOTE = 100, 40, 2000
"""Characters."""

MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class BenchmarkLabel:
    """What people call a benchmark; figures do not depend on it.

    Attributes:
        name: one line; empty if it has none. Several benchmarks may have the same.
        tags: without commas, each once.
        note: any number of lines.

    Raises:
        LabelRefused: a text is too long, or has characters that are not shown; the name is `BASELINE`.
    """

    name: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        _check("name", self.name, LONGEST_NAME)
        if self.name.casefold() == BASELINE:
            raise LabelRefused("name", f"{quoted(self.name)} stands for the baseline of a task: choose another one")
        for tag in self.tags:
            _check("tag", tag, LONGEST_TAG)
            if not tag or "," in tag:
                raise LabelRefused("tag", f"{quoted(tag)} must have a character, and no comma")
        if len(self.tags) > MOST_TAGS:
            raise LabelRefused("tag", f"there are {len(self.tags)}, more than {MOST_TAGS}")
        if len(set(self.tags)) < len(self.tags):
            raise LabelRefused("tag", "the same one stands there twice")
        _check("note", self.note, LONGEST_NOTE, spaces="\t\n")


def _check(field: str, text: str, most: int, spaces: str = "") -> None:
    if len(text) > most:
        raise LabelRefused(field, f"{quoted(text)} has {len(text):,} characters, more than {most:,}")
    if text != text.strip() or INVISIBLE.search(text) or any(space in text for space in "\t\n" if space not in spaces):
        raise LabelRefused(field, f"{quoted(text)} has characters that are not shown, or spaces at an end")
