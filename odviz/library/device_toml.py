"""Parses device profiles: TOML, as docs/devices.md describes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

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
from odviz.domain.target import HOST, Precision, Target
from odviz.domain.text import quoted
from odviz.library.device_facts import FACT_TYPES, FactType
from odviz.library.parsing import parse_toml
from odviz.library.published import COLUMNS, LONGEST, TEXT_COLUMNS, parse_row
from odviz.library.toml_table import LONGEST_NOTE, TomlTable, described

_KINDS = tuple(kind.value for kind in DeviceKind if kind is not DeviceKind.HOST)
_PRECISIONS = (Precision.FP32, Precision.FP16, Precision.FP, Precision.INT8)
_MOST_THREADS = 1024
_MOST_TARGETS = 100

MOST_POINTS = 300
"""Most measurements of one device: far more than anybody has, and few enough to be fitted while a person waits."""


@lru_cache(maxsize=256)  # one changed file does not make a page parse all of them anew
def parse_device(name: str, text: str, place: str) -> DeviceProfile:
    """The profile in a TOML text.

    Args:
        name: of the device.
        text: TOML.
        place: what to call the text in a message.

    Raises:
        FileRefused: not TOML, or an entry is missing, unknown or implausible; says which and what would be accepted.
    """
    if name == HOST or len(name) > LONGEST or not name.replace("-", "").replace("_", "").isalnum():
        raise FileRefused(
            f"{place}: {quoted(name)} cannot name a device; call the file by at most {LONGEST} letters, digits and "
            f"'-', and not {HOST!r}."
        )
    return _profile(name, TomlTable(parse_toml(text, place), place))


def _profile(name: str, table: TomlTable) -> DeviceProfile:
    table.only({"title", "kind", "platform", "processor", "note", "facts", "targets", "points"})
    targets = tuple(_target(name, entry) for entry in table.tables("targets", "target", _MOST_TARGETS))
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
    points = tuple(_point(entry, keys) for entry in table.tables("points", "point", MOST_POINTS))
    networks = [(row.target, row.model.casefold()) for row in points]  # nobody tells networks apart by capitals
    twice = next((row for row, network in zip(points, networks, strict=True) if networks.count(network) > 1), None)
    if twice:
        raise table.refuse("points", f"has {twice.model} on {twice.target} twice; keep one of them.")
    return DeviceProfile(
        name=name,
        title=table.text("title"),
        kind=kind,
        platform=Platform(table.choice("platform", list(Platform), USUAL_PLATFORM[kind])),
        processor=table.text("processor"),
        facts=_facts(TomlTable(table.entries.get("facts", {}), f"{table.place}, facts", ", such as [facts.ram_bytes]")),
        targets=targets,
        note=table.text("note", "", LONGEST_NOTE),
        points=points,
    )


def _facts(table: TomlTable) -> dict[str, Fact]:
    table.only(FACT_TYPES)
    return {
        name: _fact(TomlTable(entry, f"{table.place}.{name}", " with value, source and checked"), FACT_TYPES[name])
        for name, entry in table.entries.items()
    }


def _fact(table: TomlTable, fact_type: FactType) -> Fact:
    table.only({"value", "source", "checked"})
    value = table.number("value")
    if value not in fact_type.plausible:
        raise table.refuse("value", f"is {described(value)}; it must be a number {fact_type.plausible}.")
    return Fact(value, table.text("source", longest=LONGEST_NOTE), table.boolean("checked", "read at its source"))


def _target(device: str, table: TomlTable) -> DeviceTarget:
    table.only({"key", "runtime", "family", "backend", "threads", "precision", "note"})
    threads = table.entries.get("threads", UNKNOWN_THREADS)
    if isinstance(threads, bool) or not isinstance(threads, int) or not 0 <= threads <= _MOST_THREADS:
        raise table.refuse(
            "threads",
            f"is {described(threads)}; it must be a whole number up to {_MOST_THREADS}, or left out if not known.",
        )
    target = Target(
        device, table.text("runtime"), table.text("backend"), threads, Precision(table.choice("precision", _PRECISIONS))
    )
    family = RuntimeFamily(table.choice("family", list(RuntimeFamily), RuntimeFamily.OTHER))
    return DeviceTarget(table.text("key"), target, table.text("note", "", LONGEST_NOTE), family)


def _point(table: TomlTable, keys: Collection[str]) -> PublishedRow:
    table.only({*TEXT_COLUMNS, *COLUMNS})
    texts = {name: table.text(name, "", LONGEST if name == "model" else LONGEST_NOTE) for name in TEXT_COLUMNS}
    numbers = {name: repr(table.number(name)) for name in COLUMNS if name in table.entries}
    row = parse_row(texts | numbers, table.place)
    if row.target not in keys:
        raise table.refuse("target", f"{quoted(row.target)} is none of this device's: {', '.join(keys)}.")
    return replace(row, user_supplied=True)
