"""Tables in CSV files, as spreadsheets of any country write them; bounded in size and time."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from odviz.domain.errors import FileRefused
from odviz.domain.text import INVISIBLE, quoted
from odviz.library.files import printable, read_text
from odviz.library.spreadsheet import unguarded
from odviz.units import counted

LARGEST = 4 << 20
"""Most bytes of a table."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a table may hold.

    Attributes:
        rows: most of them, without the headings.
        columns: most of them.
        cell: most characters of a cell.
        texts: whether a cell may hold line breaks and characters that are not shown.
    """

    rows: int = 20_000
    columns: int = 200
    cell: int = 2000
    texts: bool = False


_USUAL = Bounds()

_SEPARATOR = re.compile(r'[\r\n]*"?sep=([^\r\n"]*)"?(?:\r\n|\r|\n)', re.IGNORECASE)
"""The first line that Excel reads and writes to name the delimiter."""

_QUOTED = re.compile(r'"[^"]*+"?')
_LINE_END = re.compile(r"[\r\n]")
_DELIMITERS = (",", ";", "\t")

_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}([.,][0-9]{3})\Z")
"""A number whose one mark may separate thousands."""


@dataclass(frozen=True, slots=True)
class Table:
    """The content of a table.

    Attributes:
        headings: of its columns, stripped; no two are equal but for empty ones.
        rows: place of each, for messages, and its cells by heading, stripped; empty where a line ends early.
        guessed: a sentence on how its numbers were read, if they could mean something else; else empty.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, Mapping[str, str]], ...]
    guessed: str = ""


def read_table(path: Path, required: Sequence[str], kind: str, numbers: Collection[str] = ()) -> Table:
    """The table in a file.

    Args:
        path: of the file.
        required: columns that it must have.
        kind: of table, for messages.
        numbers: see `parse_table`.

    Raises:
        FileRefused: see `parse_table`; or the file cannot be read, is too large, lacks a column, or has no row.
    """
    table = parse_table(read_text(path, LARGEST, kind), printable(path), numbers)
    missing = [name for name in required if name not in table.headings]
    if missing:
        raise FileRefused(
            f"{printable(path)} is not a {kind}: it has no column {', '.join(missing)}.",
            place=printable(path),
            field=missing[0],
        )
    if not table.rows:
        raise FileRefused(f"{printable(path)} has headings, but no row under them.", place=printable(path))
    return table


def parse_table(text: str, name: str, numbers: Collection[str] = (), bounds: Bounds = _USUAL) -> Table:
    """The table in a text with commas, or with semicolons or tabs and perhaps decimal commas.

    Args:
        text: of limited size.
        name: of the file, for messages.
        numbers: headings, in lower case, of columns of numbers; their decimal commas become points.
        bounds: of its size.

    Raises:
        FileRefused: malformed, with its line, or of ambiguous numbers.
    """
    delimiter, lines = _lines(text, name, bounds)
    headings = next(lines, ("", []))[1]
    if len(headings) > bounds.columns:
        raise FileRefused(f"{name} has {len(headings):,} columns; {bounds.columns:,} is the most.", place=name)
    named = [heading.casefold() for heading in headings if heading]
    repeated = next((heading for heading in headings if heading and named.count(heading.casefold()) > 1), "")
    if repeated:
        raise FileRefused(
            f"{name} has two columns for {quoted(repeated)}; keep one of them.", place=name, field=repeated
        )
    rows = [(place, _cells(headings, line, place)) for place, line in lines]
    columns = [heading for heading in headings if heading.casefold() in numbers]
    cells = [row[column] for _, row in rows for column in columns]
    if delimiter == ",":
        return Table(tuple(headings), tuple(rows))
    comma = _decimal_commas(name, cells)
    if comma:
        # A cell with several commas stays as it is, which is no number.
        decimal = {cell: cell.replace(",", ".") for cell in cells if cell.count(",") == 1}
        rows = [(place, row | {one: decimal.get(row[one], row[one]) for one in columns}) for place, row in rows]
    return Table(tuple(headings), tuple(rows), _guess(cells, comma))


def _lines(text: str, name: str, bounds: Bounds) -> tuple[str, Iterator[tuple[str, list[str]]]]:
    """The delimiter of a table, and its lines but for blank ones: their place and stripped cells."""
    separator = _SEPARATOR.match(text)
    if separator:
        delimiter = separator[1]
        if delimiter not in _DELIMITERS:
            raise FileRefused(f"{name} says sep={quoted(delimiter)}; use a comma, a semicolon or a tab.", place=name)
    else:
        heading = _LINE_END.split(_QUOTED.sub("", text).lstrip(), maxsplit=1)[0]
        delimiter = max(_DELIMITERS, key=heading.count)
    skipped = separator.end() if separator else 0
    return delimiter, _parsed(text[skipped:], delimiter, name, 1 if separator else 0, bounds)


def _parsed(text: str, delimiter: str, name: str, line: int, bounds: Bounds) -> Iterator[tuple[str, list[str]]]:
    """Lines that are not blank.

    Raises:
        FileRefused: a quotation mark is not closed or stands behind text, a cell is too long or holds what is not
            shown, or there are too many lines.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    first, count = line, 0
    while True:
        begins, place = first + reader.line_num + 1, name
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise FileRefused(f"{name}, line {begins} cannot be read as CSV: {error}.", place=name) from error
        if cells is None:
            return
        place = f"{name}, line {begins}"
        stripped = [unguarded(cell.strip()) for cell in cells]
        if not any(stripped):
            continue
        if not count:
            stripped = [" ".join(cell.split()) for cell in stripped]  # spreadsheets break lines of headings
        count += 1
        if count > bounds.rows + 1:
            raise FileRefused(f"{name} has more than {bounds.rows:,} rows.", place=name)
        for cell in stripped:
            if len(cell) > bounds.cell:
                raise FileRefused(f"{place} has a cell of more than {bounds.cell:,} characters.", place=place)
            if not bounds.texts and ("\n" in cell or "\t" in cell or INVISIBLE.search(cell)):
                raise FileRefused(
                    f"{place}: the cell {quoted(cell)} holds a line break or a character that is not shown; is a "
                    "quotation mark missing?",
                    place=place,
                )
        yield place, stripped


def _cells(headings: Sequence[str], line: Sequence[str], place: str) -> dict[str, str]:
    if any(line[len(headings) :]):
        raise FileRefused(
            f"{place} has {counted(len(line), 'cell')} under {counted(len(headings), 'heading')}; if its numbers have "
            "decimal commas, put semicolons between the cells.",
            place=place,
        )
    cells = dict.fromkeys(headings, "") | dict(zip(headings, line, strict=False))
    nameless = [cell for heading, cell in zip(headings, line, strict=False) if not heading and cell]
    if nameless:
        raise FileRefused(f"{place}: the cell {quoted(nameless[0])} has no heading.", place=place)
    return cells


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
