"""Errors of the database and the disk as sentences with a remedy."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    SQLAlchemyError,
)

from odviz.domain.errors import StoreError

KEPT = "Everything saved before this is kept."

_SENTENCES: dict[int | str | None, str] = {
    sqlite3.SQLITE_BUSY: f"is locked by another program. {KEPT} Close that program, or wait for it, and try again.",
    sqlite3.SQLITE_FULL: f"cannot grow: its disk is full. {KEPT} Free some space, or set ODVIZ_HOME to a folder on "
    "another disk.",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: it or its folder is missing or may not be written to, or it is a "
    "folder itself. Make that right, or set ODVIZ_HOME to a folder that may be written to.",
    sqlite3.SQLITE_READONLY: f"may be read but not written to. {KEPT} Allow this user to write to the file and its "
    "folder, or set ODVIZ_HOME to another folder.",
    sqlite3.SQLITE_NOTADB: "is not a database. odviz has left the file as it was; move it away, or name another one in "
    "ODVIZ_DATABASE.",
    sqlite3.SQLITE_CORRUPT: "is damaged. odviz has left the file as it was: `sqlite3 <file> .recover` can save most of "
    "it. To start afresh, move it away.",
    sqlite3.SQLITE_IOERR: f"could not be read or written: the disk reported an error. {KEPT} Check the disk and its "
    "free space.",
    # PostgreSQL's codes, which are the same for every driver
    "53100": f"cannot grow: the disk of its server is full. {KEPT} Free some space there.",
    "25006": f"may be read but not written to: its server takes no changes now. {KEPT} Try again when it does.",
    "42501": f"may not be changed by the user that its URL names. {KEPT} Let the server grant that user the rights to "
    "create and change tables.",
}
_SENTENCES[sqlite3.SQLITE_LOCKED] = _SENTENCES[sqlite3.SQLITE_BUSY]
_SENTENCES[sqlite3.SQLITE_PERM] = _SENTENCES[sqlite3.SQLITE_READONLY]

_SENTENCES["55P03"] = _SENTENCES[sqlite3.SQLITE_BUSY]

_OTHER_TABLES = (sqlite3.SQLITE_ERROR, "42P01", "42703")  # undefined table, undefined column

_UNUSABLE = {
    ImportError: "needs a driver that is not installed here ({}). Install it beside odviz; for postgresql:// it is "
    "`pip install 'psycopg[binary]'`.",
    ArgumentError: "cannot be used: odviz keeps its data in SQLite or PostgreSQL. Write the URL as "
    "sqlite:////folder/odviz.db or postgresql://user@server/name.",
    OSError: "cannot be opened: {}. Set ODVIZ_HOME to a folder that may be written to.",
}
"""By the kind of an error without a code."""


@contextmanager
def store_errors(where: str) -> Iterator[None]:
    """Turn errors of SQLAlchemy, its driver and the system in the body into StoreError.

    Args:
        where: name of the database for people: its file, or its URL without the password.

    Raises:
        StoreError: with a sentence that says what to do.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        raise StoreError(f"The database {where} {explain(error)}") from error


def explain(error: Exception) -> str:
    """The rest of a sentence that begins "The database x …"."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = sqlite3.SQLITE_FULL if getattr(cause, "errno", None) == errno.ENOSPC else _code(cause)
    if code in _SENTENCES:
        return _SENTENCES[code]
    first_line = str(cause).strip().partition("\n")[0] or type(cause).__name__
    if code in _OTHER_TABLES:  # every statement fits the tables of `schema`
        return (
            f"does not have the tables of odviz ({first_line}): another program has changed or replaced it. odviz "
            "has left it as it is: put a copy back in its place, or move it away to start afresh."
        )
    if code is None and isinstance(error, OperationalError):
        return f"cannot be reached: {first_line}. {KEPT} Start its server, or name another database in ODVIZ_DATABASE."
    for kind, sentence in _UNUSABLE.items():
        if isinstance(error, kind):
            return sentence.format(error)
    # Only after a broken constraint is the database surely as it was.
    return f"refused: {first_line}.{f' {KEPT}' if isinstance(error, IntegrityError) else ''}"


def _code(error: BaseException | None) -> int | str | None:
    """SQLite's primary result code, or PostgreSQL's SQLSTATE; None for other errors."""
    return primary_code(error) or getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)  # of psycopg2


def primary_code(error: BaseException | None) -> int | None:
    """SQLite's primary result code, without what the extended one adds; None for other errors."""
    extended = getattr(error, "sqlite_errorcode", None)
    return None if extended is None else extended & 0xFF
