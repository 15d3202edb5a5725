"""Predictions belong to the processor that made them: on another one a runtime may choose kernels that saturate."""

import json
import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "odviz_0003"
down_revision = "odviz_0002"

_KEY = ("sha256", "runtime", "engine", "data_sha256", "threads")
_VALUES = ("items", "predicted", "correct", "classes", "logits")
# The end of a point's key:
_TARGET = re.compile(r" on [^/]+/(?P<runtime>[^/]+)/[^/]+/(?P<threads>[0-9]{1,9})t/[^/ ]+ \w+$")


def upgrade() -> None:
    """Forward only: an older odviz refuses a newer database."""
    op.add_column("answers", sa.Column("processor", sa.String(400), nullable=False, server_default=""))
    with op.batch_alter_table("answers") as batch:
        batch.alter_column("processor", server_default=None, existing_type=sa.String(400), existing_nullable=False)
        batch.drop_constraint("pk_answers", type_="primary")
        batch.create_primary_key("pk_answers", [*_KEY, "processor"])
    _add_processors(op.get_bind())


def _add_processors(connection: sa.Connection) -> None:
    """Copy each row for the processor of every benchmark that shows it.

    Only the first of these benchmarks made the predictions; the others read them. Rows of deleted benchmarks keep an
    empty processor: they stay, and are predicted again when they are needed.
    """
    processors: dict[tuple[object, ...], dict[str, None]] = {}
    for key, processor in _users(connection):
        processors.setdefault(key, {})[processor] = None
    answers = _table("answers", *_KEY, "processor", *_VALUES)
    for key, names in processors.items():
        same = [answers.c[name] == value for name, value in zip(_KEY, key, strict=True)]
        without_processor = sa.and_(*same, answers.c.processor == "")
        for name in filter(None, names):
            copy = sa.select(*(sa.literal(name) if column.name == "processor" else column for column in answers.c))
            connection.execute(answers.insert().from_select(list(answers.c), copy.where(without_processor)))
        if "" not in names:
            connection.execute(answers.delete().where(without_processor))


def _users(connection: sa.Connection) -> Iterator[tuple[tuple[object, ...], str]]:
    """Key of the predictions and processor of the benchmark of each run that used predictions, oldest first."""
    run, benchmark = (
        _table("run", "id", "benchmark", "key", "stage", "sha256", "ended", "failure"),
        _table("benchmark", "id", "environment"),
    )
    succeeded = (run.c.stage == "accuracy") & run.c.ended.is_not(None) & run.c.failure.is_(None)
    query = (
        sa.select(run.c.key, run.c.sha256, benchmark.c.environment)
        .join_from(run, benchmark, run.c.benchmark == benchmark.c.id)
        .where(succeeded)
        .order_by(run.c.id)
    )
    for point, sha256, text in connection.execute(query).all():
        target, environment = _target(point), _environment(text)
        versions = environment.get("runtimes")
        if target is None or not isinstance(versions, dict):
            continue
        runtime, threads = target
        key = (sha256, runtime, versions.get(runtime), environment.get("data_sha256"), threads)
        processor = _processor(environment)
        if all(map(_is_text, (*key[:-1], processor))):
            yield key, processor


def _target(point: object) -> tuple[str, int] | None:
    """Runtime and threads of a point by its key; None where the key is damaged."""
    match = _TARGET.search(point) if isinstance(point, str) else None
    return (match["runtime"], int(match["threads"])) if match else None


def _environment(text: object) -> dict[str, Any]:
    """The environment of a benchmark; empty where it is damaged, so that the others can be migrated."""
    try:
        environment = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        environment = None
    return environment if isinstance(environment, dict) else {}


def _processor(environment: dict[str, Any]) -> str:
    """The processor as odviz wrote it when this migration was added."""
    flags = environment.get("flags")
    parts = (environment.get("architecture"), environment.get("cpu"), *(flags if isinstance(flags, list) else ()))
    return " ".join(str(part) for part in parts if part)


def _is_text(value: object) -> bool:
    """Whether it is text that a database accepts: JSON can contain surrogates, which UTF-8 cannot encode."""
    return isinstance(value, str) and value == value.encode(errors="ignore").decode()


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns))
