"""Measurements as a CSV file, as spreadsheets of any country write it."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odviz.domain.errors import FileRefused
from odviz.library.devices import LARGEST
from odviz.services.spreadsheet import unguarded
from odviz.services.user_measurements import BELIEVED, MOST_NETWORKS, TITLES, Measurement
from odviz.units import counted

_ALIASES = {"model": "network", "params_m": "parameters_m"}
"""What the published table calls a column: a table that was downloaded from the page can be taken in again."""

_BILLIONS = "gmacs"
"""MACs of the published table, in thousand million."""

_NEEDED = ("network", "latency_ms")

_ROUNDED = 0.01
"""MACs that are given in two units differ by no more."""

_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}([.,][0-9]{3})\Z")
"""A number whose one mark may stand between thousands."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds.

    Attributes:
        measurements: a line each.
        unused: columns that say nothing about a measurement, as they are headed.
        guessed: which reading of its numbers was taken, a sentence, where they could mean another; else empty.
    """

    measurements: tuple[Measurement, ...]
    unused: tuple[str, ...]
    guessed: str = ""


def read_csv(name: str, content: bytes) -> Table:
    """Measurements in a file with commas, or with semicolons or tabs and perhaps decimal commas.

    Args:
        name: of the file, for messages.
        content: its bytes.

    Raises:
        FileRefused: too large, no such table, a cell that is no number, with its line, or numbers that may mean two
            things.
    """
    delimiter, lines = _lines(name, content)
    first, headings = next(((place, line) for place, line in enumerate(lines) if any(line)), (0, []))
    fields = [_field(cell) for cell in headings]
    missing = [field for field in _NEEDED if field not in fields]
    if missing:
        found = ", ".join(cell[:30] for cell in headings[:6] if cell) or "nothing"
        raise FileRefused(
            f"{name} has no column {' or '.join(missing)}. Its first line should name its columns, of "
            f"{', '.join(TITLES)}; it says {found}."
        )
    twice = [field for field in (*TITLES, _BILLIONS) if fields.count(field) > 1]
    if twice:
        raise FileRefused(f"{name} has two columns for {', '.join(twice)}; keep one of them.")
    full = [(number, line) for number, line in enumerate(lines[first + 1 :], start=first + 2) if any(line)]
    if not full:
        raise FileRefused(f"{name} has headings, but no measurement under them.")
    if len(full) > MOST_NETWORKS:
        raise FileRefused(f"{name} has {len(full)} rows; {MOST_NETWORKS} is the most for one device.")
    unused = (shown for shown, field in zip(headings, fields, strict=True) if field not in (*TITLES, _BILLIONS, ""))
    numbers = [
        cell for _, line in full for field, cell in zip(fields, line, strict=False) if field in (*BELIEVED, _BILLIONS)
    ]
    comma = delimiter != "," and _decimal_commas(name, numbers)
    measurements = tuple(_measurement(fields, line, comma, f"{name}, line {number}") for number, line in full)
    return Table(measurements, tuple(unused), "" if delimiter == "," else _guess(numbers, comma))


def _decimal_commas(name: str, numbers: Sequence[str]) -> bool:
    """Whether a comma stands before the decimals; in one file it is the comma or the point, for all numbers."""
    with_comma = next((cell for cell in numbers if "," in cell), "")
    with_point = next((cell for cell in numbers if "." in cell), "")
    if with_comma and with_point:
        both = f"“{with_comma[:40]}”" if with_comma == with_point else f"“{with_comma[:40]}” and “{with_point[:40]}”"
        raise FileRefused(
            f"{name} has both commas and points in its numbers ({both}), which may mean decimals or thousands: write "
            "one of them before the decimals, and nothing between thousands."
        )
    return bool(with_comma)


def _guess(numbers: Sequence[str], comma: bool) -> str:
    """What is to be said where every mark in the numbers could as well stand between thousands; else nothing."""
    mark = "," if comma else "."
    marked = [cell for cell in numbers if mark in cell]
    if not marked or not all(_THOUSANDS.match(cell) for cell in marked):
        return ""
    cell = marked[0]
    return (
        f"“{cell}” was read as {cell.replace(',', '.')}, with decimals, and not as {cell.replace(mark, '')}; if "
        "thousands are meant, write them without a mark."
    )


def _lines(name: str, content: bytes) -> tuple[str, list[list[str]]]:
    """What stands between cells, and every line as cells without the space around them."""
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
    return delimiter, [[unguarded(cell.strip()) for cell in line] for line in lines]


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


def _measurement(fields: Sequence[str], line: Sequence[str], comma: bool, place: str) -> Measurement:
    if len(line) > len(fields):
        raise FileRefused(
            f"{place} has {counted(len(line), 'cell')} under {counted(len(fields), 'heading')}; if its numbers have "
            "decimal commas, put semicolons between the cells."
        )
    cells = dict(zip(fields, line, strict=False))
    numbers = {field: _number(cells, field, comma, place) for field in BELIEVED}
    billions = _number(cells, _BILLIONS, comma, place)
    if billions is not None:
        numbers["macs_m"] = _one_count(numbers["macs_m"], 1e3 * billions, place)
    return Measurement(cells.get("network", ""), **numbers, energy_scope=cells.get("energy_scope", ""))


def _one_count(millions: float | None, other: float, place: str) -> float:
    """MACs that were given in millions, in thousand millions, or in both."""
    if millions is not None and not math.isclose(millions, other, rel_tol=_ROUNDED):
        raise FileRefused(
            f"{place} says {millions:g} million MACs in macs_m and {other:g} million in {_BILLIONS}, which counts in "
            "1,000 million; keep the right one of both."
        )
    return other if millions is None else millions


def _number(cells: Mapping[str, str], field: str, comma: bool, place: str) -> float | None:
    cell = cells.get(field, "")
    if not cell:
        return None
    try:
        # Python alone reads 1_000 as a number.
        value = math.nan if "_" in cell else float(cell.replace(",", ".") if comma else cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        hint = "; write it with a point before the decimals, and nothing between thousands" if "," in cell else ""
        raise FileRefused(f"{place}: {field} is “{cell[:40]}”, which is not a number{hint}.")
    return value
