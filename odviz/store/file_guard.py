"""Notices that the file of a database was moved, deleted or replaced while it is open.

SQLite does not: what it has open it goes on reading and writing, wherever it lies by now, and a new connection makes a
new, empty file.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine

from odviz.domain.errors import StoreError
from odviz.store.engine import use_wal
from odviz.store.migrate import migrate


class Watch:
    """The file that an engine has open; nothing to watch where its database is no file.

    Args:
        engine: at the newest migration.
        where: its database, for messages.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self._engine, self._where = engine, where
        self._path = _path(engine)
        self._inode, self._number = _inode(self._path), self._read_number()
        self._open = True  # while it is open, the file system gives its inode to no other file
        self._lock = Lock()

    def look(self) -> None:
        """See that it is the same file; one look at the folder, before each transaction.

        Raises:
            StoreError: it is not there, until it is again; or another one is, said once: from then on that is used.
        """
        if self._open and _inode(self._path) == self._inode:
            return
        with self._lock:
            inode = _inode(self._path)
            if self._open and inode == self._inode:  # another thread has said so
                return
            self.close()
            if inode is None:
                raise StoreError(
                    f"The database {self._where} is no longer there: it was moved or deleted while odviz had it open. "
                    "Nothing is read or written until it is back in its place. To begin a new one, start odviz again."
                )
            migrate(self._engine, self._where)
            use_wal(self._engine)
            before = self._inode, self._number
            self._inode, self._number, self._open = inode, self._read_number(), True
            if before == (self._inode, self._number):
                return
        raise StoreError(
            f"The database {self._where} was replaced by another file while odviz had it open. From now on odviz uses "
            "what lies there: load the page or ask again."
        )

    def close(self) -> None:
        """Let go of the file; what is there at the next look is taken for the same only after a look into it."""
        self._open = self._path is None
        self._engine.dispose()

    def _read_number(self) -> int | None:
        """What migration 0004 wrote into the file, and copies of it share; None where there is no file."""
        if self._path is None:
            return None
        with closing(self._engine.raw_connection()) as connection:
            (number,) = connection.cursor().execute("PRAGMA user_version").fetchone()
            return int(number)


def _path(engine: Engine) -> Path | None:
    name = engine.url.database
    if engine.dialect.name != "sqlite" or name in (None, "", ":memory:") or str(name).startswith("file:"):
        return None
    return Path(str(name)).absolute()


def _inode(path: Path | None) -> tuple[int, int] | None:
    """What tells a file from every other one that is there now; None where there is none."""
    if path is None:
        return None
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino
