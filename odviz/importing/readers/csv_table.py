"""Tables: a row an item, with columns of numbers or one of text, a label and perhaps a group."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.text import number, quoted, shortened
from odviz.importing.collection import Collection, Entry
from odviz.importing.raw_data import RawData
from odviz.importing.readers._tokens import TOKENIZERS, encoded
from odviz.importing.readers.base import Reader
from odviz.library.files import decoded
from odviz.library.tables import Bounds, Table, parse_table
from odviz.runtimes.inputs import Port
from odviz.units import counted

_LARGEST = 32 << 20
_BOUNDS = Bounds(rows=20_000, columns=4096, cell=100_000, texts=True)

_LABEL = ("label", "labels", "class", "target", "y", "category")
_GROUP = ("group", "groups")
_TEXT = ("text", "texts", "sentence", "review", "comment", "message")
_NUMBERING = ("id", "index", "row", "unnamed: 0")
"""Headings, in lower case, of columns that number the rows."""

_MOST_KEPT, _LONGEST_KEPT = 24, 300
"""Columns, and characters of a cell, that are kept beside the items."""

_MISSING = ("", "na", "n/a", "nan", "null", "none", "?")
_TRAINING, _TESTS = ("train", "training"), ("test", "testing", "val", "valid", "validation")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+(?:[eE][+-]?[0-9]+)?")


class CsvTable(Reader):
    """Rows as numbers, or as the tokens of a text if a tokenizer lies beside the table."""

    name = "csv-table"
    title = "a table (CSV) of columns of numbers, or of one of text with its tokenizer.json or vocab.txt, and a label"
    suffixes = (".csv", ".tsv")

    def read(self, files: Collection, inputs: Sequence[Port], alive: Callable[[], None]) -> RawData:  # noqa: ARG002
        """See base.Reader."""
        tables = [entry for entry in files.entries if entry.suffix in self.suffixes]
        tokenizer = next((entry for entry in files.entries if entry.path.name.lower() in TOKENIZERS), None)
        training = [entry for entry in tables if entry.path.stem.lower() in _TRAINING]
        tests = [entry for entry in tables if entry.path.stem.lower() in _TESTS] if training else tables
        if len(tests) != 1 or len(training) > 1:
            names = ", ".join(entry.path.name for entry in tables[:8])
            raise FileRefused(
                f"{files.name} holds {len(tables)} tables ({names}); give one, or one named test and one named train."
            )
        data = _data(tests[0], tokenizer, inputs)
        if not training:
            return data
        remark = f"{tests[0].path.name} tests the model; rows of {training[0].path.name} calibrate the quantizers."
        calibration = _data(training[0], tokenizer, inputs)
        return replace(data, calibration=calibration, remarks=(*data.remarks, remark))


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns of a table are.

    Attributes:
        used: those of an item.
        label: that of the label; None without one.
        group: that of the group; None without one.
        remarks: what was left out, a sentence each.
    """

    used: Sequence[str]
    label: str | None
    group: str | None
    remarks: Sequence[str] = ()


def _data(entry: Entry, tokenizer: Entry | None, inputs: Sequence[Port]) -> RawData:
    """Items and labels of one table."""
    name = entry.path.name
    table, remarks = _parsed(decoded(entry.read(), name, _LARGEST, "table"), name)
    cells = {heading: [row[heading] for _, row in table.rows] for heading in table.headings}
    columns = _text_columns(cells, name) if tokenizer else _number_columns(cells, name, inputs[0])
    remarks += columns.remarks
    complete = _complete(cells, [*columns.used, *filter(None, [columns.label])], name, remarks)
    rows = {heading: [column[row] for row in complete] for heading, column in cells.items()}
    label = f"the label is in the column {columns.label!r}" if columns.label else "no column holds a label"
    remarks.append(f"{counted(len(complete), 'row')} of {name}; {label}.")
    further: dict[str, Array] = {}
    if tokenizer:
        tokens, note = encoded(rows[columns.used[0]], tokenizer, inputs)
        items, *others = tokens
        further = dict(zip((port.name for port in inputs[1:]), others, strict=True))
        remarks.append(note)
    else:
        items = _numbers([rows[heading] for heading in columns.used], inputs[0])
    return RawData(
        items,
        _labels(rows[columns.label]) if columns.label else None,
        np.array(rows[columns.group]) if columns.group else None,
        others=further,
        columns=_kept(rows, columns),
        remarks=tuple(remarks),
    )


def _kept(rows: dict[str, list[str]], columns: _Columns) -> dict[str, NDArray[np.str_]]:
    """Columns by which the items can be looked at later: all but the label, and but a signal's many numbers."""
    signal = columns.used if len(columns.used) > _MOST_KEPT else ()
    headings = [heading for heading in rows if heading != columns.label and heading not in signal]
    return {
        heading: np.array([shortened(cell, _LONGEST_KEPT) for cell in rows[heading]])
        for heading in headings[:_MOST_KEPT]
    }


def _parsed(text: str, name: str) -> tuple[Table, list[str]]:
    """A table, with decimal points; and remarks."""
    remarks = []
    first = text.lstrip().splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    cells = [cell.strip().strip('"') for cell in first.split(delimiter)]
    if len(cells) > 1 and sum(map(_is_number, cells)) >= len(cells) - 1:
        text = delimiter.join(f"column {index}" for index in range(1, len(cells) + 1)) + "\n" + text
        remarks.append(f"{name} has no line of headings; its columns are numbered.")
    elif not cells[0]:
        text = "index" + text.lstrip().removeprefix('""')  # as pandas and R number rows
    table = parse_table(text, name, bounds=_BOUNDS)
    if not table.rows:
        raise FileRefused(f"{name} has headings, but no row under them.", place=name)
    commas = {
        heading.casefold()
        for heading in table.headings
        if any(_COMMA.fullmatch(row[heading]) for _, row in table.rows[:100])
    }
    if commas and delimiter != ",":
        table = parse_table(text, name, commas, _BOUNDS)
    return table, [*remarks, *([table.guessed] if table.guessed else [])]


def _number_columns(cells: dict[str, list[str]], name: str, port: Port) -> _Columns:
    """Columns of a table of numbers.

    Raises:
        FileRefused: they are not what the network takes.
    """
    shape = port.shape[1:]
    wanted = None if None in shape else math.prod(size for size in shape if size)
    group, label = _named(cells, _GROUP), _named(cells, _LABEL)
    cells = _without_groups(cells)
    numeric = [heading for heading in cells if heading not in (group, label) and _is_numeric(cells[heading])]
    if label is None and len(numeric) != wanted:
        label = next(heading for heading in reversed(cells) if heading != group)
    used = [heading for heading in numeric if heading != label]
    texts = [heading for heading in cells if heading not in (*used, group, label)]
    remarks = []
    numbering = [heading for heading in used if heading.casefold() in _NUMBERING]
    if numbering and len(used) != wanted and wanted in (None, len(used) - len(numbering)):
        used = [heading for heading in used if heading not in numbering]
        remarks.append(f"The column {quoted(numbering[0])} numbers the rows and is left out.")
    if texts and (wanted is None or len(used) != wanted):
        raise _texts_refused(cells, texts, name, port)
    if texts:
        remarks.append(f"Columns of text are left out: {', '.join(texts[:5])}.")
    if wanted is not None and len(used) != wanted:
        listed = ", ".join(used[:8]) + (" …" if len(used) > 8 else "")
        raise FileRefused(
            f"{name} has {counted(len(used), 'column')} of numbers beside the label ({listed}), and the model takes "
            f"{wanted:,}. Keep those that it was trained with, in the same order.",
            place=name,
        )
    return _Columns(used, label, group, remarks)


def _texts_refused(cells: dict[str, list[str]], texts: Sequence[str], name: str, port: Port) -> FileRefused:
    """The error for columns of text where the network takes numbers."""
    if len(texts) == 1 and port.dtype.kind == "i":
        advice = "Give the tokenizer of the model with the table: tokenizer.json, or vocab.txt."
    else:
        advice = "Write numbers in their stead, as in its training: often one column of 0 and 1 for each word."
    cell = next((cell for cell in cells[texts[0]] if not _is_missing(cell) and not _is_number(cell)), "")
    return FileRefused(
        f"{name}: the column {quoted(texts[0])} holds words such as {quoted(cell)}. {advice}",
        place=name,
        field=texts[0],
    )


def _text_columns(cells: dict[str, list[str]], name: str) -> _Columns:
    """Columns of a table of texts.

    Raises:
        FileRefused: no column holds texts, or several may.
    """
    group, label = _named(cells, _GROUP), _named(cells, _LABEL)
    cells = _without_groups(cells)
    text = _named(cells, _TEXT)
    if text is None:
        texts = [heading for heading in cells if heading not in (group, label) and not _is_numeric(cells[heading])]
        if len(texts) != 1:
            raise FileRefused(
                f"{name} has {len(texts)} columns that may be the texts ({', '.join(texts[:8])}); name one text.",
                place=name,
            )
        text = texts[0]
    return _Columns([text], label or next((one for one in reversed(cells) if one not in (text, group)), None), group)


def _without_groups(cells: dict[str, list[str]]) -> dict[str, list[str]]:
    """Columns but for those whose heading begins with "group": the network takes none of them."""
    return {heading: column for heading, column in cells.items() if not heading.casefold().startswith(_GROUP[0])}


def _named(headings: Iterable[str], usual: Sequence[str]) -> str | None:
    return next((heading for heading in headings if heading.casefold() in usual), None)


def _complete(cells: dict[str, list[str]], used: Sequence[str], name: str, remarks: list[str]) -> list[int]:
    """Numbers of the rows without missing values; adds a remark on the others.

    Raises:
        FileRefused: there is none.
    """
    count = len(cells[used[0]])
    missing = {heading: {row for row, cell in enumerate(cells[heading]) if _is_missing(cell)} for heading in used}
    incomplete = set().union(*missing.values())
    if len(incomplete) == count:
        raise FileRefused(f"Each row of {name} lacks a value.", place=name)
    if incomplete:
        worst = max(missing, key=lambda heading: len(missing[heading]))
        remarks.append(
            f"{counted(len(incomplete), 'row')} of {count:,} with a missing value (most in the column {worst!r}): left "
            "out."
        )
    return [row for row in range(count) if row not in incomplete]


def _numbers(columns: Sequence[Sequence[str]], port: Port) -> Array:
    """Items in the shape that the network takes, as whole numbers where it takes such."""
    shape = port.shape[1:]
    table = np.array([[number(cell) for cell in column] for column in columns]).T
    items = table.reshape(len(table), *((len(columns),) if None in shape else shape))
    whole = port.dtype.kind in "iu" and not port.scale and (items == np.rint(items)).all()
    return items.astype(np.int64 if whole else np.float32)


def _labels(cells: Sequence[str]) -> Array:
    """Labels as whole numbers, as numbers, or as names."""
    if not _is_numeric(cells):
        return np.array(cells)
    values = np.array([number(cell) for cell in cells])
    return values.astype(np.int64) if (values == np.rint(values)).all() else values


def _is_numeric(cells: Sequence[str]) -> bool:
    return all(_is_missing(cell) or _is_number(cell) for cell in cells)


def _is_missing(cell: str) -> bool:
    return cell.casefold() in _MISSING


def _is_number(cell: str) -> bool:
    try:
        number(cell)
    except ValueError:
        return False
    return True


plugin = CsvTable()
