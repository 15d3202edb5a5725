"""Brings a database to the tables that this odviz knows, by Alembic, from wherever it is."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sqlalchemy import Engine, column, inspect, select, table
from sqlalchemy.exc import DBAPIError

from odviz.domain.errors import OdvizError, StoreError
from odviz.store.engine import patient, writer
from odviz.store.schema import REVISION, benchmark

FOLDER = Path(__file__).parent / "migrations"

_VERSION = table("alembic_version", column("version_num"))
_ONE_AT_A_TIME = Lock()  # Alembic keeps what it works on in a module


def migrate(engine: Engine, where: str) -> None:
    """Upgrade to `REVISION`; a database that is there already costs one look.

    Two programs may do this at once: on SQLite the second waits for the first one's lock; elsewhere the one that comes
    second fails on tables that are there now, and looks again.

    Raises:
        StoreError: the database was made by a newer odviz, or by another program, or no longer says by which; or what
            is in it cannot be brought over. Other errors are raised as they are; see `store_errors`.
    """
    at = revision(engine)
    if at == REVISION:
        return
    try:
        _upgrade(engine, where, at)
    except DBAPIError as error:
        reached = revision(engine)
        if reached is None and _has_tables(engine):
            raise StoreError(_unversioned(where)) from error
        if reached != REVISION:
            raise
    except (OdvizError, OSError):
        raise
    except Exception as error:  # a cell that makes no sense can make it stumble over anything
        raise StoreError(_stumbled(where, error)) from error


def revision(engine: Engine) -> str | None:
    """The migration a database is at; None where Alembic has never been."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(_VERSION.name):
            return None
        at: str | None = connection.scalar(select(_VERSION.c.version_num))
        return at


def _has_tables(engine: Engine) -> bool:
    with engine.connect() as connection:
        return inspect(connection).has_table(benchmark.name)


def _upgrade(engine: Engine, where: str, at: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if at is not None and at not in known:
        raise StoreError(_stranger(where, at))
    with _ONE_AT_A_TIME, patient(writer(engine)).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _stumbled(where: str, error: Exception) -> str:
    return (
        f"The database {where} could not be brought up to {REVISION}: odviz stumbled over something in it ({error!r}). "
        "Nothing in it was changed. Put back a copy, go on with the odviz that used it last, or move it away to start "
        "afresh."
    )


def _unversioned(where: str) -> str:
    return (
        f"The database {where} has tables as odviz makes them and no longer says of which version they are: its table "
        f"{_VERSION.name} is gone or empty. Nothing in it was changed. Put back a copy, or move it away to start "
        f'afresh; if this odviz ({REVISION}) used it last, `sqlite3 {where} "create table if not exists '
        f"{_VERSION.name} (version_num); insert into {_VERSION.name} values ('{REVISION}')\"` makes it readable again."
    )


def _stranger(where: str, at: str) -> str:
    kept = "Nothing in it was changed."
    if at.partition("_")[0] != REVISION.partition("_")[0]:
        return f"The database {where} belongs to another program. {kept} Name another one in ODVIZ_DATABASE."
    return (
        f"The database {where} was made by a newer odviz: its tables are at {at}, this one knows {REVISION}. {kept} "
        "Update odviz, or name another database in ODVIZ_DATABASE."
    )
