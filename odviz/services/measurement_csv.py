"""Measurements in CSV files: read as spreadsheets of any country write them, and written as one table."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from odviz.domain.errors import FileRefused
from odviz.domain.published import PublishedRow
from odviz.library.devices import LARGEST
from odviz.library.files import decoded
from odviz.library.published import COLUMNS, TEXT_COLUMNS
from odviz.services.spreadsheet import guarded, unguarded
from odviz.services.user_measurements import FIELDS, MOST_NETWORKS, NUMBERS, Measurement
from odviz.units import counted

_ALIASES = {"model": "network", "params_m": "parameters_m"}
"""Columns of the published table by the field that they hold: a table downloaded from the page can be read."""

_GMACS = "gmacs"
"""MACs of the published table, in thousand million."""

_REQUIRED = ("network", "latency_ms")

_ROUNDING = 0.01
"""Greatest relative difference of MACs that are stated in two units."""

_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}([.,][0-9]{3})\Z")
"""A number whose one mark may separate thousands."""


@dataclass(frozen=True, slots=True)
class Table:
    """The content of a file.

    Attributes:
        measurements: one a line.
        unused: headings of columns that hold no field of a measurement.
        guessed: a sentence on how its numbers were read, if they could mean something else; else empty.
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
        FileRefused: too large, not such a table, a cell that is not a number, with its line, or ambiguous numbers.
    """
    delimiter, lines = _lines(name, content)
    refusal = partial(FileRefused, place=name)
    first, headings = next(((index, line) for index, line in enumerate(lines) if any(line)), (0, []))
    fields = [_field(heading) for heading in headings]
    missing = [field for field in _REQUIRED if field not in fields]
    if missing:
        present = ", ".join(cell[:30] for cell in headings[:6] if cell) or "nothing"
        raise refusal(
            f"{name} has no column {' or '.join(missing)}. Its first line should name its columns, of "
            f"{', '.join(FIELDS)}; it says {present}.",
            field=missing[0],
        )
    repeated = [field for field in (*FIELDS, _GMACS) if fields.count(field) > 1]
    if repeated:
        raise refusal(f"{name} has two columns for {', '.join(repeated)}; keep one of them.", field=repeated[0])
    rows = [(number, line) for number, line in enumerate(lines[first + 1 :], start=first + 2) if any(line)]
    if not rows:
        raise refusal(f"{name} has headings, but no measurement under them.")
    if len(rows) > MOST_NETWORKS:
        raise refusal(f"{name} has {len(rows)} rows; {MOST_NETWORKS} is the most for one device.")
    unused = (heading for heading, field in zip(headings, fields, strict=True) if field not in (*FIELDS, _GMACS, ""))
    numbers = [
        cell for _, line in rows for field, cell in zip(fields, line, strict=False) if field in (*NUMBERS, _GMACS)
    ]
    comma = delimiter != "," and _decimal_commas(name, numbers)
    measurements = tuple(_measurement(fields, line, comma, f"{name}, line {number}") for number, line in rows)
    return Table(measurements, tuple(unused), "" if delimiter == "," else _guess(numbers, comma))


def _decimal_commas(name: str, numbers: Sequence[str]) -> bool:
    """Whether the numbers of a file have decimal commas; commas beside points are ambiguous."""
    with_comma = next((cell for cell in numbers if "," in cell), "")
    with_point = next((cell for cell in numbers if "." in cell), "")
    if with_comma and with_point:
        both = f"“{with_comma[:40]}”" if with_comma == with_point else f"“{with_comma[:40]}” and “{with_point[:40]}”"
        raise FileRefused(
            f"{name} has both commas and points in its numbers ({both}), which may mean decimals or thousands: write "
            "one of them before the decimals, and nothing between thousands.",
            place=name,
        )
    return bool(with_comma)


def _guess(numbers: Sequence[str], comma: bool) -> str:
    """A sentence if every mark in the numbers could as well separate thousands; else empty."""
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
    """The delimiter of a file, and its lines as stripped cells."""
    text = decoded(content, name, LARGEST, "table of measurements", "in a spreadsheet, save it as “CSV UTF-8”")
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise FileRefused(f"{name} cannot be read as CSV: {error}.", place=name) from error
    return delimiter, [[unguarded(cell.strip()) for cell in line] for line in lines]


def as_csv(measurements: Iterable[PublishedRow]) -> str:
    """Rows with the columns of data/published/measurements.csv; unknown values are empty cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*TEXT_COLUMNS[:2], *COLUMNS, *TEXT_COLUMNS[2:]))
    for row in measurements:
        values = ((getattr(row, column.field), column.unit) for column in COLUMNS.values())
        numbers = ["" if value is None else f"{value / unit:.10g}" for value, unit in values]
        texts = [guarded(getattr(row, name)) for name in TEXT_COLUMNS]
        writer.writerow([*texts[:2], *numbers, *texts[2:]])
    return out.getvalue()


def template() -> str:
    """A file to fill in, with one of odviz's own networks and another one."""
    rows = [tuple(FIELDS), ("lenet-5", 0.42, "", "", "", ""), ("my-network", 12.5, 56.9, 4.2, 3.1, "board, DC supply")]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _field(heading: str) -> str:
    """The field that a column holds; the heading itself if it holds none."""
    lower = heading.casefold()
    names = (name for name, field in FIELDS.items() if lower in (name, field.title.casefold()))
    return next(names, _ALIASES.get(lower, lower))


def _measurement(fields: Sequence[str], line: Sequence[str], comma: bool, place: str) -> Measurement:
    if len(line) > len(fields):
        raise FileRefused(
            f"{place} has {counted(len(line), 'cell')} under {counted(len(fields), 'heading')}; if its numbers have "
            "decimal commas, put semicolons between the cells.",
            place=place,
        )
    cells = dict(zip(fields, line, strict=False))
    numbers = {field: _number(cells, field, comma, place) for field in NUMBERS}
    gmacs = _number(cells, _GMACS, comma, place)
    if gmacs is not None:
        numbers["macs_m"] = _same_macs(numbers["macs_m"], 1e3 * gmacs, place)
    return Measurement(cells.get("network", ""), **numbers, energy_scope=cells.get("energy_scope", ""))


def _same_macs(millions: float | None, from_gmacs: float, place: str) -> float:
    """MACs in millions that are stated in `gmacs`, and perhaps in `macs_m` as well."""
    if millions is not None and not math.isclose(millions, from_gmacs, rel_tol=_ROUNDING):
        raise FileRefused(
            f"{place} says {millions:g} million MACs in macs_m and {from_gmacs:g} million in {_GMACS}, which counts "
            "in 1,000 million; keep the right one of both.",
            place=place,
            field=_GMACS,
        )
    return from_gmacs if millions is None else millions


def _number(cells: Mapping[str, str], field: str, comma: bool, place: str) -> float | None:
    cell = cells.get(field, "")
    if not cell:
        return None
    try:
        # Only Python reads 1_000 as a number.
        value = math.nan if "_" in cell else float(cell.replace(",", ".") if comma else cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        hint = "; write it with a point before the decimals, and nothing between thousands" if "," in cell else ""
        raise FileRefused.at(place, field, f"is “{cell[:40]}”, which is not a number{hint}.")
    return value
