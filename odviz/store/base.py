"""Base of all parts of the store: short transactions, and errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_

from odviz.domain.errors import Damaged
from odviz.domain.failure import Failure
from odviz.serialization import from_json
from odviz.store.engine import patient, writer
from odviz.store.errors import store_errors
from odviz.store.file_guard import FileGuard

T = TypeVar("T")


class Connected:
    """A database that is open.

    Args:
        engine: at the newest migration.
        where: its name for people: its file, or its URL without the password.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self.where = where
        self._reader, self._writer = engine, writer(engine)
        self._guard = FileGuard(engine, where)

    def patient(self) -> Self:
        """The same open database for a process that measures: it waits longer for another program's lock."""
        same = copy(self)
        same._reader, same._writer = patient(self._reader), patient(self._writer)
        return same

    def close(self) -> None:
        """Close the database."""
        self._guard.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A transaction that reads."""
        with store_errors(self.where):
            self._guard.check()
            with self._reader.connect() as connection:
                yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that writes all or nothing; when it ends, the death of this process loses none of it."""
        with store_errors(self.where):
            self._guard.check()
            with self._writer.begin() as connection:
                yield connection

    @contextmanager
    def _raising_damaged(self, what: str, remedy: str) -> Iterator[None]:
        """Raise Damaged for cells that cannot be read in the body.

        Args:
            what: what the cells belong to, for the message.
            remedy: sentences that say what is not affected and what helps.

        Raises:
            Damaged: in place of the ValueError or TypeError of the body.
        """
        try:
            yield
        except (ValueError, TypeError) as error:  # TypeError: from the driver, for text where bytes should be
            raise Damaged(f"In the database {self.where}, {what} cannot be read: {error}. {remedy}") from error

    def _read(self, kind: type[T], text: str, what: str, remedy: str) -> T:
        """Read a stored JSON text.

        Raises:
            Damaged: it cannot be read.
        """
        with self._raising_damaged(what, remedy):
            return from_json(kind, text)

    def _failure(self, text: str | None, what: str, remedy: str) -> Failure | None:
        """Read a stored failure; None if there was none."""
        return None if text is None else self._read(Failure, text, f"the failure of {what}", remedy)


def equal(table: Table, cells: Mapping[str, object]) -> ColumnElement[bool]:
    """Rows that have these cells, by column name."""
    return and_(*(table.c[name] == value for name, value in cells.items()))


def remedy_for(benchmark_id: str) -> str:
    """What to say about a damaged benchmark: what is not affected, and how to remove it."""
    return f"The other measurements can; nothing was changed. `odviz delete {benchmark_id}` removes this one."


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)
