"""What every part of the store stands on: short transactions, and errors as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine

from odviz.domain.codec import from_json
from odviz.domain.errors import StoreError
from odviz.store.engine import writer
from odviz.store.refusals import refusals

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

    def close(self) -> None:
        """Let go of the database. What was stored is stored already."""
        self._reader.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One consistent look."""
        with refusals(self.where), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """All of it or nothing; on the disk's cache when it returns, so the death of this process loses none of it."""
        with refusals(self.where), self._writer.begin() as connection:
            yield connection

    def _read(self, kind: type[T], text: str, what: str) -> T:
        """A stored JSON text as a value.

        Raises:
            StoreError: it cannot be read, with what it is a part of.
        """
        try:
            return from_json(kind, text)
        except ValueError as error:
            raise StoreError(
                f"In the database {self.where}, {what} cannot be read: {error}. The rest can; nothing was changed."
            ) from error


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)
