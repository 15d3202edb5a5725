"""PostgreSQL behaves like SQLite here: one transaction writes at a time, and nobody waits for a lock for ever."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import Connection, Dialect

_LOCK = 0x6F6476697A  # "odviz"
_CONNECT_S = 3.0
_LIBPQ = ("psycopg", "psycopg2")
"""Drivers that know the option `connect_timeout`."""


def limit_connecting(dialect: Dialect, record: object, args: object, options: dict[str, Any]) -> None:  # noqa: ARG001
    """Stop waiting for a server that does not reply; a URL may set another `connect_timeout`, in seconds."""
    if dialect.driver in _LIBPQ:
        options.setdefault("connect_timeout", math.ceil(_CONNECT_S))


def lock(connection: Connection, wait_s: float) -> None:
    """Take the write lock of the database until the transaction ends.

    Args:
        connection: a transaction that has just begun.
        wait_s: how long to wait for any lock in it, seconds.
    """
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(1000 * wait_s)}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
