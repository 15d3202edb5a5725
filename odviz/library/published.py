"""Tables of measurements with the columns of data/published/measurements.csv: one row per target and network."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from odviz.domain.errors import FileRefused
from odviz.domain.published import Processor, PublishedRow
from odviz.domain.text import number, quoted
from odviz.library.paths import data_dir
from odviz.library.plausible import PlausibleRange
from odviz.library.tables import read_table

PUBLISHED = "published/measurements.csv"

LONGEST = 120
"""Most characters of a text that is shown on one line, in a cell or in a choice."""

KIND = "table of measurements"
"""What a message calls it."""

TEXT_COLUMNS = ("target", "model", "energy_scope", "source", "source_url", "source_version", "licence")
"""Columns of text, named like the fields of PublishedRow."""

_REQUIRED = ("target", "model", "latency_ms", "source", "source_url")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers.

    Attributes:
        field: of PublishedRow, in SI units.
        unit: of the column, in SI units.
        plausible: accepted values, in the unit of the column.
        part: whether it is a part of the MACs; of these 0, "none of it", is accepted as well.
    """

    field: str
    unit: float
    plausible: PlausibleRange
    part: bool = False


COLUMNS: Mapping[str, Column] = {
    "latency_ms": Column("latency_s", 1e-3, PlausibleRange(1e-6, 1e8)),  # a nanosecond to a day
    "gmacs": Column("macs", 1e9, PlausibleRange(1e-9, 1e6)),
    "depthwise_gmacs": Column("depthwise_macs", 1e9, PlausibleRange(1e-9, 1e6), part=True),
    "activations_m": Column("activations", 1e6, PlausibleRange(1e-6, 1e9)),
    "compute_layers": Column("compute_layers", 1.0, PlausibleRange(1.0, 1e6)),
    "params_m": Column("parameters", 1e6, PlausibleRange(1e-6, 1e9)),
    "conv3x3_gmacs": Column("conv3x3_macs", 1e9, PlausibleRange(1e-9, 1e6), part=True),
    "conv_gmacs": Column("conv_macs", 1e9, PlausibleRange(1e-9, 1e6), part=True),
    "pointwise_gmacs": Column("pointwise_macs", 1e9, PlausibleRange(1e-9, 1e6), part=True),
    "grouped_gmacs": Column("grouped_macs", 1e9, PlausibleRange(1e-9, 1e6), part=True),
    "dense_gmacs": Column("dense_macs", 1e9, PlausibleRange(1e-9, 1e6), part=True),
    "peak_memory_mb": Column("peak_memory_bytes", 1e6, PlausibleRange(1e-6, 1e9)),
    "power_w": Column("power_w", 1.0, PlausibleRange(1e-6, 1e5)),
    "energy_mj": Column("energy_j", 1e-3, PlausibleRange(1e-9, 1e12)),
}
"""Columns of numbers by name, in the order of the table."""


def read_published(path: Path | None = None) -> tuple[PublishedRow, ...]:
    """Every row of a table of published measurements.

    Args:
        path: a CSV file with the columns of data/published/README.md; the built-in one by default.

    Raises:
        FileRefused: missing, not such a table, or a row with an implausible cell, with its line.
    """
    return _read(path or data_dir() / PUBLISHED)


@cache
def _read(path: Path) -> tuple[PublishedRow, ...]:
    rows = tuple(parse_row(cells, place) for place, cells in read_table(path, _REQUIRED, KIND, COLUMNS).rows)
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.target, row.model) in seen:
            raise FileRefused(f"{path} has two rows for {row.model} on {row.target}; merge them or drop one.")
        seen.add((row.target, row.model))
    return rows


def parse_row(cells: Mapping[str, str], place: str) -> PublishedRow:
    """One row from its cells.

    Args:
        cells: text by column.
        place: of the row, for messages.

    Raises:
        FileRefused: a cell is missing or implausible.
    """
    numbers = parse_numbers(cells, place)
    texts = {name: cells.get(name, "").strip() for name in TEXT_COLUMNS}
    check_names(texts, place)
    if not texts["source"]:
        raise FileRefused.at(place, "source", "is empty.")
    latency = numbers.pop("latency_s")
    if latency is None:
        raise FileRefused.at(place, "latency_ms", "is missing; give the time of one inference.")
    return PublishedRow(latency_s=latency, processor=_processor(cells, place), **numbers, **texts)  # type: ignore[arg-type]


def check_names(cells: Mapping[str, str], place: str) -> None:
    """Refuse a row whose target or model is empty or longer than `LONGEST`.

    Raises:
        FileRefused: it is.
    """
    for name in ("target", "model"):
        if not cells[name]:
            raise FileRefused.at(place, name, "is empty.")
        if len(cells[name]) > LONGEST:
            raise FileRefused.at(
                place, name, f"is {quoted(cells[name])}, longer than {LONGEST} characters; shorten it."
            )


def _processor(cells: Mapping[str, str], place: str) -> Processor:
    word = cells.get("processor", "").strip() or Processor.CPU
    try:
        return Processor(word)
    except ValueError:
        raise FileRefused.at(
            place, "processor", f"is {quoted(word)}; it must be one of {', '.join(Processor)}."
        ) from None


def parse_numbers(cells: Mapping[str, str], place: str) -> dict[str, float | None]:
    """The numbers of a row by field, in SI units; None for an empty cell.

    Raises:
        FileRefused: a cell is implausible.
    """
    numbers: dict[str, float | None] = {column.field: None for column in COLUMNS.values()}
    for name, column in COLUMNS.items():
        if text := cells.get(name, "").strip():
            numbers[column.field] = _number(text, name, column, place)
    for name, column in COLUMNS.items():
        if column.part and (numbers[column.field] or 0) > (numbers["macs"] or math.inf):
            raise FileRefused.at(place, name, "is more than gmacs, of which it is a part.")
    return numbers


def _number(text: str, name: str, column: Column, place: str) -> float:
    try:
        value = number(text)
    except ValueError:
        value = math.nan
    if value not in column.plausible and not (value == 0 and column.part):
        raise FileRefused.at(place, name, f"is {quoted(text)}; it must be a number {column.plausible}.")
    return value * column.unit
