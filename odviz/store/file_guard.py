"""Notices that the file of a database was moved, deleted or replaced while it is open.

SQLite does not notice: it keeps reading and writing the file that it has open.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine

from odviz.domain.errors import StoreError
from odviz.store.engine import is_file, use_wal
from odviz.store.migrate import migrate


class FileGuard:
    """Guards the file that an engine has open; does nothing for a database that is not a file.

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

    def check(self) -> None:
        """Check before a transaction that the path is still that of the same file.

        Raises:
            StoreError: the file is missing; or it was replaced, which is raised once: from then on the new one is used.
        """
        if self._open and _inode(self._path) == self._inode:
            return
        with self._lock:
            inode = _inode(self._path)
            if self._open and inode == self._inode:  # another thread has raised the error
                return
            self.close()
            if inode is None:
                raise StoreError(
                    f"The database {self._where} was moved or deleted while odviz had it open. "
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
            "the new one: load the page or run the command again."
        )

    def close(self) -> None:
        """Close the file; the next `check` compares the number inside the file with that of this one."""
        self._open = self._path is None
        self._engine.dispose()

    def _read_number(self) -> int | None:
        """The random number that a file gets when it is created, and that its copies share; None without a file."""
        if self._path is None:
            return None
        with closing(self._engine.raw_connection()) as connection:
            (number,) = connection.cursor().execute("PRAGMA user_version").fetchone()
            return int(number)


def _path(engine: Engine) -> Path | None:
    return Path(str(engine.url.database)).absolute() if is_file(engine.url) else None


def _inode(path: Path | None) -> tuple[int, int] | None:
    """Device and inode of a file; None if it does not exist."""
    if path is None:
        return None
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino
