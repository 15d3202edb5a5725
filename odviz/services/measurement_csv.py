"""Measurements as a CSV file, as spreadsheets of any country write it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odviz.domain.errors import FileRefused
from odviz.services.own_measurements import BELIEVED, MOST_NETWORKS, TITLES, Measurement
from odviz.services.spreadsheet import unguarded
from odviz.shipped.devices import LARGEST
from odviz.units import counted

_ALIASES = {"model": "network", "params_m": "parameters_m"}
"""What the published table calls a column: a table that was downloaded from the page can be taken in again."""

_BILLIONS = "gmacs"
"""MACs of the published table, in thousand million."""

_NEEDED = ("network", "latency_ms")


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds.

    Attributes:
        measurements: a line each.
        unused: columns that say nothing about a measurement, as they are headed.
    """

    measurements: tuple[Measurement, ...]
    unused: tuple[str, ...]


def read_csv(name: str, content: bytes) -> Table:
    """Measurements in a file with commas, or with semicolons or tabs and perhaps decimal commas.

    Args:
        name: of the file, for messages.
        content: its bytes.

    Raises:
        FileRefused: too large, no such table, or a cell that is no number, with its line.
    """
    european, lines = _lines(name, content)
    first, headings = next(((place, line) for place, line in enumerate(lines) if any(line)), (0, []))
    fields = [_field(cell) for cell in headings]
    missing = [field for field in _NEEDED if field not in fields]
    if missing:
        found = ", ".join(cell[:30] for cell in headings[:6] if cell) or "nothing"
        raise FileRefused(
            f"{name} has no column {' or '.join(missing)}. Its first line should name its columns, of "
            f"{', '.join(TITLES)}; it says {found}."
        )
    twice = [field for field in TITLES if fields.count(field) > 1]
    if twice:
        raise FileRefused(f"{name} has two columns for {', '.join(twice)}; keep one of them.")
    full = [(number, line) for number, line in enumerate(lines[first + 1 :], start=first + 2) if any(line)]
    if not full:
        raise FileRefused(f"{name} has headings, but no measurement under them.")
    if len(full) > MOST_NETWORKS:
        raise FileRefused(f"{name} has {len(full)} rows; {MOST_NETWORKS} is the most for one device.")
    unused = (shown for shown, field in zip(headings, fields, strict=True) if field not in (*TITLES, _BILLIONS, ""))
    return Table(
        tuple(_measurement(fields, line, european, f"{name}, line {number}") for number, line in full), tuple(unused)
    )


def _lines(name: str, content: bytes) -> tuple[bool, list[list[str]]]:
    """Whether numbers may have decimal commas, and every line as cells without the space around them."""
    if len(content) > LARGEST:
        raise FileRefused(f"{name} is larger than a table of measurements can be (1 MB).")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(f"{name} is not text in UTF-8; in a spreadsheet, save it as “CSV UTF-8”.") from None
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise FileRefused(f"{name} cannot be read as CSV: {error}.") from error
    return delimiter != ",", [[unguarded(cell.strip()) for cell in line] for line in lines]


def template() -> str:
    """A file to fill in, with one of odviz's own networks and another one."""
    rows = [tuple(TITLES), ("lenet-5", 0.42, "", "", "", ""), ("my-network", 12.5, 56.9, 4.2, 3.1, "board, DC supply")]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _field(heading: str) -> str:
    """The field that a column is for; the heading itself if it is for none."""
    said = heading.casefold()
    return next(
        (field for field, title in TITLES.items() if said in (field, title.casefold())), _ALIASES.get(said, said)
    )


def _measurement(fields: Sequence[str], line: Sequence[str], european: bool, place: str) -> Measurement:
    if len(line) > len(fields):
        raise FileRefused(
            f"{place} has {counted(len(line), 'cell')} under {counted(len(fields), 'heading')}; if its numbers have "
            "decimal commas, put semicolons between the cells."
        )
    cells = dict(zip(fields, line, strict=False))
    numbers = {field: _number(cells, field, european, place) for field in BELIEVED}
    billions = _number(cells, _BILLIONS, european, place)
    if numbers["macs_m"] is None and billions is not None:
        numbers["macs_m"] = 1e3 * billions
    return Measurement(cells.get("network", ""), **numbers, energy_scope=cells.get("energy_scope", ""))


def _number(cells: Mapping[str, str], field: str, european: bool, place: str) -> float | None:
    cell = cells.get(field, "")
    if not cell:
        return None
    try:
        # Python alone reads 1_000 as a number.
        value = math.nan if "_" in cell else float(cell.replace(",", ".") if european else cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise FileRefused(f"{place}: {field} is “{cell[:40]}”, which is not a number.")
    return value
