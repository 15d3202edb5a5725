"""Base of all parts of the store: short transactions, and errors with a remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_

from odviz.domain.errors import Damaged
from odviz.domain.rights import Right
from odviz.library.owner import Owner
from odviz.library.rights import require
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
        """The same open database, which waits longer for another program's lock: for a process that measures."""
        store = copy(self)
        store._reader, store._writer = patient(self._reader), patient(self._writer)
        return store

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
    def _writing(self, right: Right = Right.CHANGE) -> Iterator[Connection]:
        """A transaction that writes all or nothing; when it ends, the death of this process loses none of it.

        Args:
            right: what it takes.

        Raises:
            Forbidden: this session does not have it.
        """
        require(right)
        with store_errors(self.where):
            self._guard.check()
            with self._writer.begin() as connection:
                yield connection

    @contextmanager
    def _raising_damaged(self, record: str, benchmark: str = "") -> Iterator[None]:
        """Raise Damaged for cells that cannot be read in the body.

        Args:
            record: what the cells belong to ("a sample").
            benchmark: id of the benchmark that it belongs to; empty for a record that benchmarks share.

        Raises:
            Damaged: in place of the ValueError or TypeError of the body.
        """
        try:
            yield
        except (ValueError, TypeError) as error:  # TypeError: from the driver, for text where bytes should be
            whole = f"{record} of benchmark {benchmark}" if benchmark else record
            remedy = f"Other benchmarks are not affected. `odviz delete {benchmark}` removes this one."
            if not benchmark:
                remedy = "A new benchmark of the same variant, or `odviz resume ID`, replaces it."
            message = f"In the database {self.where}, {whole} cannot be read: {error}. Nothing was changed. {remedy}"
            raise Damaged(message, benchmark=benchmark) from error

    def _read(self, kind: type[T], text: str, record: str, benchmark: str = "") -> T:
        """Read a stored JSON text.

        Raises:
            Damaged: it cannot be read.
        """
        with self._raising_damaged(record, benchmark):
            return from_json(kind, text)


def equal(table: Table, cells: Mapping[str, object]) -> ColumnElement[bool]:
    """Rows that have these cells, by column name."""
    return and_(*(table.c[name] == value for name, value in cells.items()))


def owner_columns(owner: Owner | None) -> dict[str, Any]:
    """The columns of the table `benchmark` that name the process that runs it, or will."""
    if owner is None:
        return dict.fromkeys(("owner_host", "owner_pid", "owner_birth"))
    return {"owner_host": owner.host, "owner_pid": owner.pid, "owner_birth": owner.birth}
