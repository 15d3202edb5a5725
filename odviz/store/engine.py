"""Where the database is, and how a connection to it behaves."""

from __future__ import annotations

import math
import os
import sqlite3
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Lock
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from odviz.library.paths import results_dir
from odviz.store import postgresql
from odviz.store.errors import primary_code, store_errors

WAIT_S = 2.5
"""How long to wait for another program's lock: a person may be waiting for a page."""

PATIENT_S = 15.0
"""How long a process that measures waits: its samples cannot be had again."""

_AGAIN_S = 0.1
_RECENT_S = 10.0
"""A database found locked so recently is waited for `_AGAIN_S` only: a page reads several times and waits once."""

SYNCHRONOUS = "NORMAL"
"""How SQLite waits for the disk: a cut of power may take the last transactions, and damages nothing."""

_UNREADABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)
"""Codes of a database whose write-ahead log cannot be made: the disk is full, or the folder may not be written to."""

_CREATING = Lock()
"""Closing a file ends all locks that this process has on it, so none may be taken before a new file is closed."""

_locked: dict[str, float] = {}
"""When each database was last found locked, by `time.monotonic`."""


_REFUSED = "odviz_refused"
"""Key of the error for which a connection can only read."""

_TEXT = partial(str, encoding="utf-8", errors="surrogateescape")
"""Decodes text that is not UTF-8, too: a damaged cell is refused with the name of its column when a record is read."""


def default_url() -> str | URL:
    """ODVIZ_DATABASE, else `odviz.db` in ODVIZ_HOME, else in this user's data folder.

    Raises:
        InputError: ODVIZ_HOME is not a folder.
        StoreError: the folder cannot be made.
    """
    if url := os.environ.get("ODVIZ_DATABASE"):
        return url
    path = results_dir() / "odviz.db"
    with store_errors(str(path)):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return URL.create("sqlite", database=str(path))


def connect(url: str | URL) -> tuple[Engine, str]:
    """An engine, and the name of its database for messages. Touches no disk and no network yet.

    Raises:
        StoreError: the URL cannot be understood, is of another kind of database, or its driver is not installed.
    """
    where = str(url)
    with store_errors(where):
        parsed = make_url(url)
        where = _name(parsed)
    with store_errors(where):
        return _engine(parsed), where


def writer(engine: Engine) -> Engine:
    """The same engine, whose transactions take the write lock when they begin.

    SQLite refuses, without waiting, to turn a reading transaction into a writing one if another one wrote meanwhile.
    PostgreSQL would let two transactions write on the grounds of what they read before the other one wrote.
    """
    return engine.execution_options(odviz_writes=True)


def patient(engine: Engine) -> Engine:
    """The same engine, which waits `PATIENT_S` for locks."""
    return engine.execution_options(odviz_patient=True)


def use_wal(engine: Engine) -> None:
    """Switch a SQLite file to write-ahead logging: readers and the writer do not wait for each other.

    The switch stays in the file. SQLite does not wait for locks while it switches, so two programs that open a fresh
    file at once have to be patient here.
    """
    if engine.dialect.name != "sqlite":
        return
    give_up = time.monotonic() + _wait_s(engine.url)
    connection = engine.raw_connection()
    try:
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL").close()
                return
            except sqlite3.OperationalError as error:
                if primary_code(error) != sqlite3.SQLITE_BUSY:
                    raise
                if time.monotonic() > give_up:
                    _note_lock(engine.url, error)
                    raise
                time.sleep(0.02)
    finally:
        connection.close()


def _name(url: URL) -> str:
    if url.get_backend_name() != "sqlite":
        return url.render_as_string(hide_password=True)
    return "in memory" if _in_memory(url) else str(url.database)


def _in_memory(url: URL) -> bool:
    return url.database in (None, "", ":memory:")


def is_file(url: URL) -> bool:
    """Whether a database is a file that `FileGuard` watches: not a server, not in memory, not a URI of SQLite's own."""
    return url.get_backend_name() == "sqlite" and not _in_memory(url) and not str(url.database).startswith("file:")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True)
        event.listen(engine, "do_connect", postgresql.limit_connecting)
        event.listen(engine, "begin", _begin_on_server)
        return engine
    if url.get_backend_name() != "sqlite":
        raise ArgumentError("neither SQLite nor PostgreSQL")
    if _in_memory(url):  # it lives as long as its one connection, which threads share in turn
        engine = create_engine(
            url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False}
        )
    else:
        engine = create_engine(url)
    event.listen(engine, "do_connect", partial(_connect, url, Event()))
    event.listen(engine, "handle_error", lambda context: _note_lock(url, context.original_exception))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _forget_snapshot)
    return engine


def _connect(
    url: URL, opened: Event, dialect: Dialect, record: ConnectionPoolEntry, args: list[Any], options: dict[str, Any]
) -> DBAPIConnection:
    """Connect, also where SQLite cannot make its write-ahead log; the database is then read as it is, once.

    SQLite reads a file without a log only if it may take it for unchangeable. This one may change later, so the
    connection serves one transaction. A file that was `opened` before is not created again: it was moved or deleted
    meanwhile, and `FileGuard` would take an empty one for its replacement.
    """
    options.update(timeout=_wait_s(url))
    if is_file(url):
        if not opened.is_set():
            _create_for_user(str(url.database))
        args, options["uri"] = [f"{Path(str(url.database)).absolute().as_uri()}?mode=rw"], True
    connection = dialect.connect(*args, **options)
    if not is_file(url):
        return connection
    try:
        connection.cursor().execute("PRAGMA schema_version").close()
    except sqlite3.OperationalError as error:
        connection.close()
        path = Path(str(url.database)).absolute()
        if primary_code(error) not in _UNREADABLE or not _size(path) or _size(path.with_name(f"{path.name}-wal")):
            raise
        record.info[_REFUSED] = error
        connection = dialect.connect(f"{path.as_uri()}?immutable=1", **options)
    opened.set()
    return connection


def _create_for_user(database: str) -> None:
    """Create a database that does not exist, readable by this user only; SQLite gives its logs the same mode."""
    with _CREATING, suppress(OSError):  # SQLite finds the reason again
        os.close(os.open(database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _forget_snapshot(connection: object, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
    if record.info.pop(_REFUSED, None):
        record.invalidate()


def _prepare(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001
    connection.isolation_level = None  # the driver begins no transactions by itself: `_begin` does
    connection.text_factory = _TEXT
    for pragma in (f"synchronous = {SYNCHRONOUS}", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("odviz_writes") and (refused := connection.info.get(_REFUSED)):
        raise refused
    wait_ms = round(1000 * (PATIENT_S if options.get("odviz_patient") else _wait_s(connection.engine.url)))
    if connection.info.get("odviz_wait_ms") != wait_ms:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
        connection.info["odviz_wait_ms"] = wait_ms
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("odviz_writes") else "BEGIN")


def _begin_on_server(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("odviz_writes"):
        postgresql.lock(connection, PATIENT_S if options.get("odviz_patient") else WAIT_S)


def _wait_s(url: URL) -> float:
    """How long to wait for a lock; shorter if the database was found locked just now."""
    return _AGAIN_S if time.monotonic() - _locked.get(str(url.database), -math.inf) < _RECENT_S else WAIT_S


def _note_lock(url: URL, error: BaseException) -> None:
    if primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        _locked[str(url.database)] = time.monotonic()
