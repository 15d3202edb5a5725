"""Reading data/published/measurements.csv: what others measured, one row per target and network."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from odviz.domain.errors import FileRefused
from odviz.domain.published import PublishedRow
from odviz.library.files import printable, read_text
from odviz.library.paths import data_dir
from odviz.units import digits

PUBLISHED = "published/measurements.csv"

NUMBERS = {
    "latency_s": ("latency_ms", 1e-3),
    "macs": ("gmacs", 1e9),
    "depthwise_macs": ("depthwise_gmacs", 1e9),
    "activations": ("activations_m", 1e6),
    "compute_layers": ("compute_layers", 1.0),
    "parameters": ("params_m", 1e6),
    "peak_memory_bytes": ("peak_memory_mb", 1e6),
    "power_w": ("power_w", 1.0),
    "energy_j": ("energy_mj", 1e-3),
}
"""Field: column and what one unit of it is in SI."""

BELIEVED = {
    "latency_ms": (1e-6, 1e8),
    "gmacs": (1e-9, 1e6),
    "depthwise_gmacs": (1e-9, 1e6),
    "activations_m": (1e-6, 1e9),
    "compute_layers": (1.0, 1e6),
    "params_m": (1e-6, 1e9),
    "peak_memory_mb": (1e-6, 1e9),
    "power_w": (1e-6, 1e5),
    "energy_mj": (1e-9, 1e12),
}
"""The least and the most of each column that anybody can have measured or counted: a nanosecond to a day, one MAC to
10¹⁵, a microwatt to 100 kW. None of it, 0, is believed as well, but of a time or a power.
"""

_NEVER_NONE = ("latency_ms", "power_w")

LARGEST = 16 << 20
"""Bytes of a table."""

WORDS = ("target", "model", "energy_scope", "source", "source_url", "source_version", "licence")
"""Fields that are text, and their columns."""

_NEEDED = ("target", "model", "latency_ms", "source", "source_url")


def read_published(path: Path | None = None) -> tuple[PublishedRow, ...]:
    """Every row of a table of published measurements.

    Args:
        path: a CSV file with the columns of data/published/README.md; the shipped one by default.

    Raises:
        FileRefused: missing, not such a table, or a row in it that makes no sense, with its line.
    """
    return _read(path or data_dir() / PUBLISHED)


@cache
def _read(path: Path) -> tuple[PublishedRow, ...]:
    rows = tuple(row_of(line, place) for place, line in read_table(path, _NEEDED))
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.target, row.model) in seen:
            raise FileRefused(f"{path} has two rows for {row.model} on {row.target}; merge them or drop one.")
        seen.add((row.target, row.model))
    return rows


def read_table(path: Path, needed: Sequence[str]) -> list[tuple[str, Mapping[str, str | None]]]:
    """Lines of a table by column name, each with its place for a message.

    Args:
        path: a CSV file with commas, with or without a mark at its beginning.
        needed: columns that it must have.

    Raises:
        FileRefused: missing, too large or no such table.
    """
    reader = csv.DictReader(io.StringIO(read_text(path, LARGEST, "table of measurements"), newline=""))
    try:
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            raise FileRefused(f"{printable(path)} is no table of measurements: it has no column {', '.join(missing)}.")
        return [(f"{printable(path)}, line {reader.line_num}", line) for line in reader]
    except csv.Error as error:
        raise FileRefused(f"The table of measurements {printable(path)} cannot be read as CSV: {error}.") from error


def row_of(line: Mapping[str, str | None], place: str) -> PublishedRow:
    """One row from its cells, by column name.

    Args:
        line: the cells.
        place: where they stand, for a message.

    Raises:
        FileRefused: a cell that makes no sense.
    """
    numbers = numbers_of(line, place)
    words = {name: (line.get(name) or "").strip() for name in WORDS}
    for name in ("target", "model", "source"):
        if not words[name]:
            raise FileRefused(f"{place}: {name} is empty.")
    latency = numbers.pop("latency_s")
    if latency is None:
        raise FileRefused(f"{place}: latency_ms is missing; give the time of one inference.")
    return PublishedRow(latency_s=latency, **numbers, **words)  # type: ignore[arg-type]


def numbers_of(line: Mapping[str, str | None], place: str) -> dict[str, float | None]:
    """Every number of a row by field, SI units; None for an empty cell.

    Raises:
        FileRefused: a cell that makes no sense.
    """
    numbers = {field: _number(line, column, unit, place) for field, (column, unit) in NUMBERS.items()}
    if (numbers["depthwise_macs"] or 0) > (numbers["macs"] or math.inf):
        raise FileRefused(f"{place}: depthwise_gmacs is more than gmacs, of which it is a part.")
    return numbers


def _number(line: Mapping[str, str | None], column: str, unit: float, place: str) -> float | None:
    text = (line.get(column) or "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise FileRefused(f"{place}: {column} is {text!r}, which is not a number.") from None
    if not believed(value, BELIEVED[column]) and (value != 0 or column in _NEVER_NONE):
        raise FileRefused(f"{place}: {column} is {text}; it must be {bounds(BELIEVED[column])}.")
    return value * unit


def believed(value: float, ends: tuple[float, float]) -> bool:
    """Whether a number lies between the least and the most that is believed; false for NaN."""
    least, most = ends
    return least <= value <= most


def bounds(ends: tuple[float, float]) -> str:
    """The least and the most that is believed, in words: "from 0.000001 to 100,000,000"."""
    least, most = ends
    return f"from {digits(least, 1) if least < 1 else format(least, 'g')} to {most:,.0f}"
