"""Brings a database to the tables that this odviz knows, by Alembic, from wherever it is."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sqlalchemy import Engine, column, inspect, select, table
from sqlalchemy.exc import DBAPIError

from odviz.domain.errors import StoreError
from odviz.store.engine import writer
from odviz.store.schema import REVISION

FOLDER = Path(__file__).parent / "migrations"

_VERSION = table("alembic_version", column("version_num"))
_ONE_AT_A_TIME = Lock()  # Alembic keeps what it works on in a module


def migrate(engine: Engine, where: str) -> None:
    """Upgrade to `REVISION`; a database that is there already costs one look.

    Two programs may do this at once: on SQLite the second waits for the first one's lock; elsewhere the one that comes
    second fails on tables that are there now, and looks again.

    Raises:
        StoreError: the database was made by a newer odviz, or by another program.
    """
    at = revision(engine)
    if at == REVISION:
        return
    try:
        _upgrade(engine, where, at)
    except DBAPIError:
        if revision(engine) != REVISION:
            raise


def revision(engine: Engine) -> str | None:
    """The migration a database is at; None where Alembic has never been."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(_VERSION.name):
            return None
        at: str | None = connection.scalar(select(_VERSION.c.version_num))
        return at


def _upgrade(engine: Engine, where: str, at: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if at is not None and at not in known:
        raise StoreError(_stranger(where, at))
    with _ONE_AT_A_TIME, writer(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _stranger(where: str, at: str) -> str:
    kept = "Nothing in it was changed."
    if at.partition("_")[0] != REVISION.partition("_")[0]:
        return f"The database {where} belongs to another program. {kept} Name another one in ODVIZ_DATABASE."
    return (
        f"The database {where} was made by a newer odviz: its tables are at {at}, this one knows {REVISION}. {kept} "
        "Update odviz, or name another database in ODVIZ_DATABASE."
    )
