"""What every part of the store stands on: short transactions, and errors as sentences."""

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
from odviz.store.errors import refusals
from odviz.store.file_guard import Watch

T = TypeVar("T")


class Connected:
    """A database that is open.

    Args:
        engine: at the newest migration.
        where: what a person knows it as: its file, or its URL without the password.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self.where = where
        self._reader, self._writer = engine, writer(engine)
        self._watch = Watch(engine, where)

    def patient(self) -> Self:
        """The same open database for who measures: another program's lock is waited for longer before it is said."""
        same = copy(self)
        same._reader, same._writer = patient(self._reader), patient(self._writer)
        return same

    def close(self) -> None:
        """Let go of the database. What was stored is stored already."""
        self._watch.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One consistent look."""
        with refusals(self.where):
            self._watch.look()
            with self._reader.connect() as connection:
                yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """All of it or nothing; on the disk's cache when it returns, so the death of this process loses none of it."""
        with refusals(self.where):
            self._watch.look()
            with self._writer.begin() as connection:
                yield connection

    @contextmanager
    def _sound(self, what: str, remedy: str) -> Iterator[None]:
        """Inside it, a cell that makes no sense becomes a sentence.

        Args:
            what: it is a part of.
            remedy: sentences: what is not affected, and how to be rid of it.

        Raises:
            Damaged: in place of what was raised.
        """
        try:
            yield
        except (ValueError, TypeError) as error:  # TypeError: from the driver, for text where bytes should be
            raise Damaged(f"In the database {self.where}, {what} cannot be read: {error}. {remedy}") from error

    def _read(self, kind: type[T], text: str, what: str, remedy: str) -> T:
        """A stored JSON text as a value.

        Raises:
            Damaged: it cannot be read, with what it is a part of.
        """
        with self._sound(what, remedy):
            return from_json(kind, text)

    def _failure(self, text: str | None, what: str, remedy: str) -> Failure | None:
        """Why something ended, where it did not end well; see `_read`."""
        return None if text is None else self._read(Failure, text, f"the failure of {what}", remedy)


def equal(table: Table, cells: Mapping[str, object]) -> ColumnElement[bool]:
    """Rows that have these cells, by column name."""
    return and_(*(table.c[name] == value for name, value in cells.items()))


def rest(benchmark_id: str) -> str:
    """What to say of a benchmark that has something damaged: what is not affected, and how to be rid of it."""
    return f"The other measurements can; nothing was changed. `odviz delete {benchmark_id}` removes this one."


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)
