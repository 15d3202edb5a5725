"""Answers belong to the processor that gave them: another one's engine may take other kernels, which saturate."""

import json
import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "odviz_0003"
down_revision = "odviz_0002"

_KEY = ("sha256", "runtime", "engine", "data_sha256", "threads")
_GIVEN = ("items", "predicted", "correct", "classes", "logits")
# The end of a point's key:
_TARGET = re.compile(r" on [^/]+/(?P<runtime>[^/]+)/[^/]+/(?P<threads>[0-9]{1,9})t/[^/ ]+ \w+$")


def upgrade() -> None:
    """Forward; nobody goes back: an older odviz refuses a newer database."""
    op.add_column("answers", sa.Column("processor", sa.String(400), nullable=False, server_default=""))
    with op.batch_alter_table("answers") as batch:
        batch.alter_column("processor", server_default=None, existing_type=sa.String(400), existing_nullable=False)
        batch.drop_constraint("pk_answers", type_="primary")
        batch.create_primary_key("pk_answers", [*_KEY, "processor"])
    _say_where(op.get_bind())


def _say_where(connection: sa.Connection) -> None:
    """Give the answers to the processor of every benchmark that asked for them, for they are what it has shown.

    Only the first was asked on its own; later ones were given its answers. Answers of which no benchmark is left stay
    as they are, with no processor: kept, but asked for once more.
    """
    processors: dict[tuple[object, ...], dict[str, None]] = {}
    for key, processor in _asked(connection):
        processors.setdefault(key, {})[processor] = None
    answers = _table("answers", *_KEY, "processor", *_GIVEN)
    for key, names in processors.items():
        same = [answers.c[name] == value for name, value in zip(_KEY, key, strict=True)]
        of_nobody = sa.and_(*same, answers.c.processor == "")
        for name in filter(None, names):
            copy = sa.select(*(sa.literal(name) if each.name == "processor" else each for each in answers.c))
            connection.execute(answers.insert().from_select(list(answers.c), copy.where(of_nobody)))
        if "" not in names:
            connection.execute(answers.delete().where(of_nobody))


def _asked(connection: sa.Connection) -> Iterator[tuple[tuple[object, ...], str]]:
    """What was answered and the processor of the benchmark, in the order it was asked."""
    run, benchmark = (
        _table("run", "id", "benchmark", "key", "stage", "sha256", "ended", "failure"),
        _table("benchmark", "id", "environment"),
    )
    went_well = (run.c.stage == "accuracy") & run.c.ended.is_not(None) & run.c.failure.is_(None)
    query = (
        sa.select(run.c.key, run.c.sha256, benchmark.c.environment)
        .join_from(run, benchmark, run.c.benchmark == benchmark.c.id)
        .where(went_well)
        .order_by(run.c.id)
    )
    for point, sha256, text in connection.execute(query).all():
        target, environment = _target(point), _environment(text)
        engines = environment.get("runtimes")
        if target is None or not isinstance(engines, dict):
            continue
        runtime, threads = target
        key = (sha256, runtime, engines.get(runtime), environment.get("data_sha256"), threads)
        processor = _processor(environment)
        if all(map(_is_text, (*key[:-1], processor))):
            yield key, processor


def _target(point: object) -> tuple[str, int] | None:
    """Engine and threads of a point by its key; None where that is damaged."""
    found = _TARGET.search(point) if isinstance(point, str) else None
    return (found["runtime"], int(found["threads"])) if found else None


def _environment(text: object) -> dict[str, Any]:
    """The environment of a benchmark; empty where it is damaged, for that must not keep the others from opening."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _processor(environment: dict[str, Any]) -> str:
    """As `odviz.jobs.depends` wrote it when this was added."""
    flags = environment.get("flags")
    parts = (environment.get("architecture"), environment.get("cpu"), *(flags if isinstance(flags, list) else ()))
    return " ".join(str(part) for part in parts if part)


def _is_text(value: object) -> bool:
    """Whether it is text that a database takes: JSON can name halves of characters, which no encoding has."""
    return isinstance(value, str) and value == value.encode(errors="ignore").decode()


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *map(sa.column, columns))
