"""Parses device profiles: TOML, as docs/devices.md describes."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from odviz.domain.device import (
    UNKNOWN_THREADS,
    USUAL_PLATFORM,
    DeviceKind,
    DeviceProfile,
    DeviceTarget,
    Fact,
    Platform,
    RuntimeFamily,
)
from odviz.domain.errors import FileRefused
from odviz.domain.published import PublishedRow
from odviz.domain.target import HOST, Target
from odviz.library.device_facts import FACT_TYPES, FactType
from odviz.library.published import COLUMNS, TEXT_COLUMNS, parse_row

_KINDS = tuple(kind.value for kind in DeviceKind if kind is not DeviceKind.HOST)
_PRECISIONS = ("fp32", "fp16", "fp", "int8")
_MOST_THREADS = 1024


def parse_device(name: str, text: str, place: str) -> DeviceProfile:
    """The profile in a TOML text.

    Args:
        name: of the device.
        text: TOML.
        place: what to call the text in a message.

    Raises:
        FileRefused: not TOML, or an entry is missing, unknown or implausible; says which and what would be accepted.
    """
    if name == HOST or not name.replace("-", "").replace("_", "").isalnum():
        raise FileRefused(
            f"{place}: {name!r} cannot name a device; call the file by letters, digits and '-', and not {HOST!r}."
        )
    try:
        return _profile(name, _Table(tomllib.loads(text), place))
    except tomllib.TOMLDecodeError as error:
        raise FileRefused(f"{place} is not TOML: {error}.", place=place) from error
    except RecursionError as error:
        raise FileRefused(f"{place} is nested too deeply to be a device profile.", place=place) from error
    except (ValueError, OverflowError) as error:  # an integer of TOML has any number of digits, a float has not
        raise FileRefused(f"{place} has a number with more digits than any figure can have.", place=place) from error


class _Table:
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
        return FileRefused.at(self.place, field, reason)

    def only(self, fields: Collection[str]) -> None:
        """Refuse entries of other names."""
        for field in self.entries:
            if field not in fields:
                raise self.refuse(field, f"is not an entry of this table; its entries are {', '.join(sorted(fields))}.")

    def text(self, field: str, default: str | None = None) -> str:
        """An entry of text; without a default it is required, and must not be blank."""
        value = self.entries.get(field, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.refuse(field, f"{'is missing' if value is None else f'is {value!r}'}; it must be text.")
        return value.strip()

    def choice(self, field: str, choices: Collection[str], default: str | None = None) -> str:
        """An entry that is one of several words."""
        value = self.text(field, default)
        if value not in choices:
            raise self.refuse(field, f"is {value!r}; it must be one of {', '.join(choices)}.")
        return value

    def boolean(self, field: str, meaning: str) -> bool:
        """An entry that is true or false."""
        value = self.entries.get(field)
        if not isinstance(value, bool):
            raise self.refuse(field, f"must be true ({meaning}) or false.")
        return value

    def tables(self, field: str, title: str) -> list[_Table]:
        """An entry that is an array of tables; empty if it is missing."""
        entries = self.entries.get(field, [])
        if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
            raise self.refuse(field, f"must be written as [[{field}]] tables.")
        return [_Table(entry, f"{self.place}, {title} {number}") for number, entry in enumerate(entries, start=1)]


def _profile(name: str, table: _Table) -> DeviceProfile:
    table.only({"title", "kind", "platform", "processor", "note", "facts", "targets", "points"})
    targets = tuple(_target(name, entry) for entry in table.tables("targets", "target"))
    keys = [target.key for target in targets]
    if not keys:
        raise FileRefused(
            f"{table.place} has no [[targets]]: name at least one key of the published measurements.",
            place=table.place,
            field="targets",
        )
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise table.refuse("targets", f"has {', '.join(repeated)} twice; keep one of them.")
    kind = DeviceKind(table.choice("kind", _KINDS))
    return DeviceProfile(
        name=name,
        title=table.text("title"),
        kind=kind,
        platform=Platform(table.choice("platform", list(Platform), USUAL_PLATFORM[kind])),
        processor=table.text("processor"),
        facts=_facts(_Table(table.entries.get("facts", {}), f"{table.place}, facts", ", such as [facts.ram_bytes]")),
        targets=targets,
        note=table.text("note", default=""),
        points=tuple(_point(entry, keys) for entry in table.tables("points", "point")),
    )


def _facts(table: _Table) -> dict[str, Fact]:
    table.only(FACT_TYPES)
    return {
        name: _fact(_Table(entry, f"{table.place}.{name}", " with value, source and checked"), FACT_TYPES[name])
        for name, entry in table.entries.items()
    }


def _fact(table: _Table, fact_type: FactType) -> Fact:
    table.only({"value", "source", "checked"})
    value = table.entries.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or float(value) not in fact_type.plausible:
        raise table.refuse("value", f"is {value!r}; it must be a number {fact_type.plausible}.")
    return Fact(float(value), table.text("source"), table.boolean("checked", "read at its source"))


def _target(device: str, table: _Table) -> DeviceTarget:
    table.only({"key", "runtime", "family", "backend", "threads", "precision", "note"})
    threads = table.entries.get("threads", UNKNOWN_THREADS)
    if isinstance(threads, bool) or not isinstance(threads, int) or not 0 <= threads <= _MOST_THREADS:
        raise table.refuse(
            "threads", f"is {threads!r}; it must be a whole number up to {_MOST_THREADS}, or left out if not known."
        )
    target = Target(
        device, table.text("runtime"), table.text("backend"), threads, table.choice("precision", _PRECISIONS)
    )
    family = RuntimeFamily(table.choice("family", list(RuntimeFamily), RuntimeFamily.OTHER))
    return DeviceTarget(table.text("key"), target, table.text("note", default=""), family)


def _point(table: _Table, keys: Collection[str]) -> PublishedRow:
    table.only({*TEXT_COLUMNS, *COLUMNS})
    texts = {name: table.text(name, default="") for name in TEXT_COLUMNS}
    numbers = {name: str(value) for name, value in table.entries.items() if name in COLUMNS}
    row = parse_row(texts | numbers, table.place)
    if row.target not in keys:
        raise table.refuse("target", f"{row.target!r} is none of this device's: {', '.join(keys)}.")
    return replace(row, user_supplied=True)
