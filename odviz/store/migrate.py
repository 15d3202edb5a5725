"""Creates the tables of a new database, and upgrades those of an older one by Alembic."""

from __future__ import annotations

import secrets
from pathlib import Path
from threading import Lock

from sqlalchemy import Column, Engine, MetaData, PrimaryKeyConstraint, String, Table, inspect, select
from sqlalchemy.exc import DBAPIError

from odviz.domain.errors import OdvizError, StoreError
from odviz.store.engine import patient, writer
from odviz.store.schema import REVISION, benchmark, metadata

FOLDER = Path(__file__).parent / "migrations"

_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table."""

_UNCHANGED = "Nothing in it was changed."
_ONE_AT_A_TIME = Lock()  # Alembic keeps its context in a module


def migrate(engine: Engine, where: str) -> None:
    """Create the tables of a database, or upgrade them to `REVISION`; one that is at it already costs one query.

    Two programs may do this at once: the second fails on tables that exist by then, and reads the revision again; or
    it waits for the first one's lock and finds nothing left to upgrade.

    Raises:
        StoreError: the database was made by a newer odviz or by another program, its revision is missing, or its
            contents cannot be converted. Other errors are raised as they are; see `store_errors`.
    """
    current = revision(engine)
    if current == REVISION:
        return
    try:
        if current is None:
            _create(engine)
        else:
            _upgrade(engine, where, current)
    except DBAPIError as error:
        reached = revision(engine)
        if reached is None and _has_tables(engine):
            raise StoreError(_unversioned(where)) from error
        if reached != REVISION:
            raise
    except (OdvizError, OSError):
        raise
    except Exception as error:  # a damaged cell can cause any error in a migration
        raise StoreError(_failed(where, error)) from error


def revision(engine: Engine) -> str | None:
    """The newest migration of a database; None if it has none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(_VERSION.name):
            return None
        current: str | None = connection.scalar(select(_VERSION.c.version_num))
        return current


def _has_tables(engine: Engine) -> bool:
    with engine.connect() as connection:
        return inspect(connection).has_table(benchmark.name)


def _create(engine: Engine) -> None:
    """Create all tables at once, in a quarter of the time of the migrations, and without importing Alembic."""
    with patient(writer(engine)).begin() as connection:
        metadata.create_all(connection, checkfirst=False)
        _VERSION.create(connection, checkfirst=True)
        connection.execute(_VERSION.insert().values(version_num=REVISION))
        if connection.dialect.name == "sqlite":  # a number for `FileGuard`; other databases are not files
            connection.exec_driver_sql(f"PRAGMA user_version = {1 + secrets.randbelow(2**31 - 1)}")


def _upgrade(engine: Engine, where: str, current: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    revisions = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current not in revisions:
        raise StoreError(_foreign(where, current))
    with _ONE_AT_A_TIME, patient(writer(engine)).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _failed(where: str, error: Exception) -> str:
    return (
        f"The database {where} could not be upgraded to {REVISION} ({error!r}). {_UNCHANGED} Restore a copy, use the "
        "odviz that wrote it last, or move it away to start afresh."
    )


def _unversioned(where: str) -> str:
    return (
        f"The database {where} has the tables of odviz without their version: its table {_VERSION.name} is missing or "
        f"empty. {_UNCHANGED} Restore a copy, or move it away to start afresh; if odviz {REVISION} used it last, this "
        f'SQL makes it readable again: "create table if not exists {_VERSION.name} (version_num varchar(32)); '
        f"insert into {_VERSION.name} values ('{REVISION}')\"."
    )


def _foreign(where: str, current: str) -> str:
    if current.partition("_")[0] != REVISION.partition("_")[0]:
        return f"The database {where} belongs to another program. {_UNCHANGED} Name another one in ODVIZ_DATABASE."
    return (
        f"The database {where} was made by a newer odviz: its tables are at {current}, this one's at {REVISION}. "
        f"{_UNCHANGED} Update odviz, or name another database in ODVIZ_DATABASE."
    )
