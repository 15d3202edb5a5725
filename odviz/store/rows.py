"""Rows of the database as typed values.

SQLite keeps anything in any column, so every row is validated against the annotations of the class it is read into.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct
from sqlalchemy import Row

from odviz.serialization import convert

T = TypeVar("T")

Count = Annotated[int, Meta(ge=0)]
Finite = Annotated[float, Meta(ge=-sys.float_info.max, le=sys.float_info.max)]

_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
"""A time between them can be shown in any time zone, and a computer's clock may have been set to it."""


class BlockCells(Struct, frozen=True):
    """The cells of a stored block but its wall times, which are unpacked by `blobs`."""

    launch: Count
    round: Count
    cpu_ns: Count
    timed: Count
    reference_ns: Count


def read_row(kind: type[T], cells: Mapping[str, object]) -> T:
    """Convert the cells of a row, by column name, to a dataclass with fields of these names.

    Raises:
        ValueError: a cell does not fit its field; the message names the column.
    """
    for column, cell in cells.items():
        if isinstance(cell, str):
            cell.encode()  # a UnicodeEncodeError is a ValueError
        elif isinstance(cell, datetime) and not _FIRST <= cell < _LAST:
            raise ValueError(f"{column}: {cell} is not between {_FIRST:%Y} and {_LAST:%Y}")
    return convert(kind, {str(column): cell for column, cell in cells.items()})  # SQLAlchemy's names are no plain text


def read_rows(kind: type[T], rows: Sequence[Row[Any]]) -> list[T]:
    """Convert rows to values with fields of the columns' names; further columns are ignored.

    Raises:
        ValueError: a cell does not fit its field; the message names the column.
    """
    return convert(list[kind], rows)  # type: ignore[valid-type]
