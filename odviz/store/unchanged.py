"""What a query returned last, for as long as nobody has written to an SQLite database."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")

_KEPT = "odviz_kept"


def unless_changed(connection: Connection, key: Hashable, read: Callable[[], T]) -> T:
    """The value of a query; it runs again only after a commit of this or another connection, also of another process.

    PostgreSQL does not say whether anything was committed: there the query always runs.

    Args:
        connection: in a transaction.
        key: of the query, with its parameters.
        read: runs it.
    """
    if connection.dialect.name != "sqlite":
        return read()
    others = connection.exec_driver_sql("PRAGMA data_version").scalar_one()  # changes with commits of other connections
    driver: Any = connection.connection.dbapi_connection
    now = others, driver.total_changes  # with those of this one
    then, values = connection.info.get(_KEPT, (None, {}))
    if then != now:
        values = {}
        connection.info[_KEPT] = now, values
    if key not in values:
        values[key] = read()
    value: T = values[key]
    return value
