"""Tables of TOML files, read strictly: a refusal says where, what is wrong and what would be accepted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from odviz.domain.errors import FileRefused
from odviz.domain.text import INVISIBLE, quoted, shortened
from odviz.library.published import LONGEST as LONGEST_TEXT

LONGEST_NOTE = 1000
"""Most characters of texts of several lines."""


class TomlTable:
    """A table of a TOML file.

    Args:
        entries: its content; anything else than a table is refused.
        place: of the table, for messages.
        example: what a table would look like, for the message of the refusal.
    """

    def __init__(self, entries: object, place: str, example: str = "") -> None:
        if not isinstance(entries, Mapping):
            raise FileRefused(f"{place} must be a table{example}.", place=place)
        self.entries: Mapping[str, Any] = entries
        self.place = place

    def refuse(self, field: str, reason: str) -> FileRefused:
        """The error that says what is wrong with an entry."""
        return FileRefused.at(self.place, shortened(field), reason)

    def only(self, fields: Collection[str]) -> None:
        """Refuse entries of other names."""
        for field in self.entries:
            if field not in fields:
                raise self.refuse(field, f"is not an entry of this table; its entries are {', '.join(sorted(fields))}.")

    def text(self, field: str, default: str | None = None, longest: int = LONGEST_TEXT) -> str:
        """An entry of text; without a default it is required, and must not be blank."""
        value = self.entries.get(field, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.refuse(field, f"is {described(value)}; it must be text.")
        if INVISIBLE.search(value) or (longest == LONGEST_TEXT and not {"\t", "\n"}.isdisjoint(value)):
            raise self.refuse(field, f"is {quoted(value)}, which holds a character that is not shown; take it out.")
        if len(value) > longest:
            raise self.refuse(field, f"is {quoted(value)}, longer than {longest} characters; shorten it.")
        return value.strip()

    def number(self, field: str) -> float:
        """An entry that is a number, perhaps not a finite one."""
        value = self.entries.get(field)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(field, f"is {described(value)}; it must be a number, without quotes.")
        try:
            return float(value)
        except OverflowError:
            raise self.refuse(field, f"is {described(value)}.") from None

    def choice(self, field: str, choices: Collection[str], default: str | None = None) -> str:
        """An entry that is one of several words."""
        value = self.text(field, default)
        if value not in choices:
            raise self.refuse(field, f"is {quoted(value)}; it must be one of {', '.join(choices)}.")
        return value

    def boolean(self, field: str, meaning: str) -> bool:
        """An entry that is true or false."""
        value = self.entries.get(field)
        if not isinstance(value, bool):
            raise self.refuse(field, f"must be true ({meaning}) or false.")
        return value

    def tables(self, field: str, title: str, most: int) -> list[TomlTable]:
        """An entry that is an array of tables; empty if it is missing."""
        entries = self.entries.get(field, [])
        if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
            raise self.refuse(field, f"must be written as [[{field}]] tables.")
        if len(entries) > most:
            raise self.refuse(field, f"are {len(entries):,}; {most} is the most.")
        return [TomlTable(entry, f"{self.place}, {title} {number}") for number, entry in enumerate(entries, start=1)]


def described(value: object) -> str:
    """What an entry is, for the message that refuses it."""
    match value:
        case None:
            return "missing"
        case str():
            return quoted(value)
        case bool():
            return str(value).lower()
        case int() | float() if value < 1e18:
            return f"{value:.12g}"
        case int() | float():
            return "a number of too many digits"
    return f"a {type(value).__name__}"
