"""The store: all data of odviz, in one database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

from sqlalchemy import URL

from odviz.store.answers import Answers
from odviz.store.cache import Cache
from odviz.store.engine import connect, default_url, use_wal
from odviz.store.errors import store_errors
from odviz.store.imports import Imports
from odviz.store.labels import BenchmarkLabels
from odviz.store.migrate import migrate
from odviz.store.releases import Releases


class Store(Imports, BenchmarkLabels, Cache, Answers, Releases):
    """Benchmarks, runs with their samples, made files, predictions, answers to lessons, and releases.

    Every method is one short transaction; it may be used from several threads and several processes at once. A method
    that writes has written when it returns. All raise StoreError if the database or the disk refuses.
    """


def open_store(url: str | URL | None = None) -> Store:
    """Open the database, make it if need be, and bring its tables up to date.

    Args:
        url: SQLAlchemy URL of a SQLite or PostgreSQL database; by default the environment's ODVIZ_DATABASE, else the
            file `odviz.db` in ODVIZ_HOME, else in this user's data folder.

    Raises:
        StoreError: it cannot be opened, is no database, is locked, damaged, or made by a newer odviz; with what to do.
    """
    engine, where = connect(default_url() if url is None else url)
    try:
        with store_errors(where):
            migrate(engine, where)
            use_wal(engine)
            return Store(engine, where)
    except BaseException:
        engine.dispose()
        raise


def open_copy(path: Path) -> Store:
    """Open a copy of a SQLite database in memory, with its tables brought up to date; nothing is written to a disk.

    Raises:
        StoreError: the file cannot be opened, is no database, damaged, or made by a newer odviz.
    """
    engine, where = connect("sqlite://")
    try:
        with store_errors(str(path)):
            with (
                closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as file,
                closing(engine.raw_connection()) as memory,
            ):
                file.backup(cast("sqlite3.Connection", memory.driver_connection))
            migrate(engine, where)
            return Store(engine, where)
    except BaseException:
        engine.dispose()
        raise
