"""Cells of a database as values. SQLite keeps anything in any column, so each is looked at before it is believed.

All raise ValueError, with the name of the column, for what odviz does not write there.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
"""Between them a moment can be shown in any time zone."""


def text(value: object, column: str) -> str:
    """Words, in UTF-8."""
    if not isinstance(value, str):
        raise ValueError(f"{column}: {_shown(value)} is no text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{column}: {_shown(value)} is no text in UTF-8") from None
    return value


def whole(value: object, column: str) -> int:
    """A whole number, not negative."""
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{column}: {_shown(value)} is no whole number from 0")
    return value


def number(value: object, column: str) -> float:
    """A finite number."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{column}: {_shown(value)} is no finite number")
    return float(value)


def moment(value: object, column: str) -> datetime:
    """A moment in UTC."""
    if not isinstance(value, datetime) or not _FIRST <= value < _LAST:
        raise ValueError(f"{column}: {_shown(value)} is no moment")
    return value


def moment_or_none(value: object, column: str) -> datetime | None:
    """A moment in UTC, where there is one."""
    return None if value is None else moment(value, column)


def one_of(kind: type[E], value: object, column: str) -> E:
    """A member of an enumeration."""
    for member in kind:
        if value == member:
            return member
    raise ValueError(f"{column}: {_shown(value)} is not one of {', '.join(kind)}")


def _shown(value: object) -> str:
    """A cell in a message, which it must not flood."""
    written = str(value) if isinstance(value, datetime) else ascii(value)
    return written if len(written) <= 60 else f"{written[:60]}…"
