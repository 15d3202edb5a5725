"""Measurements in CSV files: read as spreadsheets of any country write them, and written as one table."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from odviz.domain.errors import FileRefused
from odviz.domain.published import PublishedRow
from odviz.domain.text import number, quoted, shortened
from odviz.library.device_toml import MOST_POINTS
from odviz.library.devices import LARGEST
from odviz.library.files import decoded
from odviz.library.published import COLUMNS, KIND, TEXT_COLUMNS
from odviz.library.spreadsheet import guarded
from odviz.library.tables import parse_table
from odviz.services.user_measurements import FIELDS, NUMBERS, Measurement

_ALIASES = {"model": "network", "params_m": "parameters_m"}
"""Columns of the published table by the field that they hold: a table downloaded from the page can be read."""

_GMACS = "gmacs"
"""MACs of the published table, in thousand million."""

_REQUIRED = ("network", "latency_ms")

_ROUNDING = 0.01
"""Greatest relative difference of MACs that are stated in two units."""

_HEADINGS = {
    *(heading for name, field in FIELDS.items() if field.plausible for heading in (name, field.title.casefold())),
    *(alias for alias, name in _ALIASES.items() if name in NUMBERS),
    _GMACS,
}
"""Headings of columns of numbers, in lower case."""


@dataclass(frozen=True, slots=True)
class MeasurementTable:
    """The content of a file.

    Attributes:
        measurements: one a line.
        unused: headings of columns that hold no field of a measurement.
        guessed: a sentence on how its numbers were read, if they could mean something else; else empty.
    """

    measurements: tuple[Measurement, ...]
    unused: tuple[str, ...]
    guessed: str = ""


def read_csv(name: str, content: bytes) -> MeasurementTable:
    """Measurements in a file with commas, or with semicolons or tabs and perhaps decimal commas.

    Args:
        name: of the file, for messages.
        content: its bytes.

    Raises:
        FileRefused: too large, not such a table, a cell that is not a number, with its line, or ambiguous numbers.
    """
    text = decoded(content, name, LARGEST, KIND, "in a spreadsheet, save it as “CSV UTF-8”")
    table = parse_table(text, name, _HEADINGS)
    refusal = partial(FileRefused, place=name)
    fields = {heading: _field(heading) for heading in table.headings}
    missing = [field for field in _REQUIRED if field not in fields.values()]
    if missing:
        present = ", ".join(quoted(heading) for heading in table.headings[:6] if heading) or "nothing"
        raise refusal(
            f"{name} has no column {' or '.join(missing)}. Its first line should name its columns, of "
            f"{', '.join(FIELDS)}; it says {present}.",
            field=missing[0],
        )
    used = [field for field in fields.values() if field in (*FIELDS, _GMACS)]
    repeated = [field for field in used if used.count(field) > 1]
    if repeated:
        raise refusal(f"{name} has two columns for {repeated[0]}; keep one of them.", field=repeated[0])
    if not table.rows:
        raise refusal(f"{name} has headings, but no measurement under them.")
    if len(table.rows) > MOST_POINTS:
        raise refusal(f"{name} has {len(table.rows)} rows; {MOST_POINTS} is the most for one device.")
    measurements = tuple(
        _measurement({fields[heading]: cell for heading, cell in cells.items()}, place) for place, cells in table.rows
    )
    unused = (heading for heading, field in fields.items() if heading and field not in used)
    return MeasurementTable(measurements, tuple(unused), table.guessed)


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


def _measurement(cells: Mapping[str, str], place: str) -> Measurement:
    numbers = {field: _number(cells, field, place) for field in NUMBERS}
    gmacs = _number(cells, _GMACS, place)
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


def _number(cells: Mapping[str, str], field: str, place: str) -> float | None:
    cell = cells.get(field, "")
    if not cell:
        return None
    try:
        value = number(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        hint = "; write it with a point before the decimals, and nothing between thousands" if "," in cell else ""
        raise FileRefused.at(place, field, f"is “{shortened(cell)}”, which is not a number{hint}.")
    return value
