"""Reading data/published/measurements.csv: what others measured, one row per target and network."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from odviz.domain.errors import FileRefused
from odviz.domain.published import PublishedRow
from odviz.shipped.paths import data_dir

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

MOST = {
    "latency_ms": 1e8,
    "gmacs": 1e6,
    "depthwise_gmacs": 1e6,
    "activations_m": 1e9,
    "compute_layers": 1e6,
    "params_m": 1e9,
    "peak_memory_mb": 1e9,
    "power_w": 1e5,
    "energy_mj": 1e12,
}
"""The largest number of each column that is believed."""

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
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise FileRefused(f"{path} is no table of measurements: it has no column {', '.join(missing)}.")
            rows = tuple(row_of(line, f"{path}, line {reader.line_num}") for line in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FileRefused(f"The published measurements, {path}, cannot be read: {error}.") from error
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.target, row.model) in seen:
            raise FileRefused(f"{path} has two rows for {row.model} on {row.target}; merge them or drop one.")
        seen.add((row.target, row.model))
    return rows


def row_of(line: Mapping[str, str | None], place: str) -> PublishedRow:
    """One row from its cells, by column name.

    Args:
        line: the cells.
        place: where they stand, for a message.

    Raises:
        FileRefused: a cell that makes no sense.
    """
    numbers = {field: _number(line, column, unit, place) for field, (column, unit) in NUMBERS.items()}
    words = {name: (line.get(name) or "").strip() for name in WORDS}
    for name in ("target", "model", "source"):
        if not words[name]:
            raise FileRefused(f"{place}: {name} is empty.")
    latency = numbers.pop("latency_s")
    if not latency:
        raise FileRefused(f"{place}: latency_ms must be more than 0.")
    if numbers["power_w"] == 0:
        raise FileRefused(f"{place}: power_w must be more than 0, or left out.")
    if (numbers["depthwise_macs"] or 0) > (numbers["macs"] or math.inf):
        raise FileRefused(f"{place}: depthwise_gmacs is more than gmacs, of which it is a part.")
    return PublishedRow(latency_s=latency, **numbers, **words)  # type: ignore[arg-type]


def _number(line: Mapping[str, str | None], column: str, unit: float, place: str) -> float | None:
    text = (line.get(column) or "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise FileRefused(f"{place}: {column} is {text!r}, which is not a number.") from None
    if not 0 <= value <= MOST[column]:
        raise FileRefused(f"{place}: {column} is {text}; it must be from 0 to {MOST[column]:,.0f}.")
    return value * unit
