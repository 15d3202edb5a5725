"""Where the database is, and how a connection to it behaves."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import platformdirs
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url

from odviz.store.refusals import primary_code, refusals

WAIT_S = 15.0
"""How long to wait for another program's lock before saying so."""


def default_url() -> str | URL:
    """ODVIZ_DATABASE, else `odviz.db` in ODVIZ_HOME, else in this user's data folder.

    Raises:
        StoreError: the folder cannot be made.
    """
    if given := os.environ.get("ODVIZ_DATABASE"):
        return given
    home = Path(os.environ.get("ODVIZ_HOME") or platformdirs.user_data_dir("odviz", appauthor=False))
    path = home.expanduser().absolute() / "odviz.db"
    with refusals(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
    return URL.create("sqlite", database=str(path))


def connect(url: str | URL) -> tuple[Engine, str]:
    """An engine, and the name of its database for messages. Touches no disk and no network yet.

    Raises:
        StoreError: the URL cannot be understood, or its driver is not installed.
    """
    where = str(url)
    with refusals(where):
        parsed = make_url(url)
        where = _name(parsed)
    with refusals(where):
        return _engine(parsed), where


def writer(engine: Engine) -> Engine:
    """The same engine, whose transactions take the write lock when they begin.

    SQLite refuses, without waiting, to turn a reading transaction into a writing one where somebody wrote meanwhile.
    """
    return engine.execution_options(odviz_writes=True)


def use_wal(engine: Engine) -> None:
    """Switch a SQLite file to write-ahead logging: readers and the writer do not wait for each other.

    The switch stays in the file. SQLite does not wait for locks while it switches, so two programs that open a fresh
    file at once have to be patient here.
    """
    if engine.dialect.name != "sqlite":
        return
    give_up = time.monotonic() + WAIT_S
    connection = engine.raw_connection()
    try:
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL").close()
                return
            except sqlite3.OperationalError as error:
                if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
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


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if _in_memory(url):  # it lives as long as its one connection, which threads therefore take turns with
        engine = create_engine(
            url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False}
        )
    else:
        engine = create_engine(url, connect_args={"timeout": WAIT_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001
    connection.isolation_level = None  # the driver begins no transactions by itself: `_begin` does
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("odviz_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
