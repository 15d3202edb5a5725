"""The tables. A change here goes with a new file in `migrations/versions` and a new `REVISION`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

REVISION = "odviz_0004"
"""The newest migration: what a database is at after it was opened."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; databases that know no time zones keep it naive."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Aware to naive UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Naive UTC to aware."""
        return None if value is None else value.replace(tzinfo=UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Reads a cell; one that holds no moment is handed on as it is, for one damaged row must not hide the others.

        What makes records of rows refuses it: see `strict.moment`.
        """
        read = super().result_processor(dialect, coltype)

        def moment_or_cell(value: Any) -> Any:
            try:
                return read(value) if read else value
            except (ValueError, TypeError):
                return value

        return moment_or_cell


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

benchmark = Table(
    "benchmark",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("place", Integer, nullable=False),  # in the queue: first come, first measured
    Column("created", Moment, nullable=False),
    Column("started", Moment),  # when it was claimed
    Column("ended", Moment),
    Column("task", String(100), nullable=False),
    Column("plan", Text, nullable=False),  # JSON of a BenchmarkPlan
    Column("state", String(16), nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("owner_host", String(255)),  # who runs it, or will; see owner.py
    Column("owner_pid", Integer),
    Column("owner_birth", String(100)),
    Column("environment", Text, nullable=False),  # JSON
    Column("failure", Text),  # JSON of a Failure
    Column("former", Text),  # JSON of a PreviousState: how it had ended, until it ends again
    Index(None, "state", "place"),
    Index(None, "place"),
)

point = Table(
    "point",
    metadata,
    Column("benchmark", ForeignKey(benchmark.c.id, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("point", Text, nullable=False),  # JSON of an OperatingPoint
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("benchmark", ForeignKey(benchmark.c.id, ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),  # of the operating point, or of the variant that is being made
    Column("stage", String(16), nullable=False),
    Column("launch", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment),
    Column("failure", Text),  # JSON of a Failure
    Index(None, "benchmark"),
)

sample = Table(
    "sample",
    metadata,
    Column("run", ForeignKey(run.c.id, ondelete="CASCADE"), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("wall_ns", LargeBinary, nullable=False),  # int64, little-endian
    Column("cpu_ns", LargeBinary, nullable=False),
)

reading = Table(
    "reading",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", ForeignKey(run.c.id, ondelete="CASCADE"), nullable=False),
    Column("value", Float(53), nullable=False),
    Column("baseline", Float(53), nullable=False),
    Column("unit", String(8), nullable=False),
    Column("method", String(200), nullable=False),
    Index(None, "run"),
)

artifact = Table(
    "artifact",
    metadata,
    Column("variant", String(400), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("made", Moment, nullable=False),
    Column("file", Text, nullable=False),  # JSON of an Artifact
    Column("facts", Text, nullable=False),  # JSON of a GraphFacts
    Column("notes", Text, nullable=False),  # JSON list of sentences
)

answers = Table(
    "answers",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("runtime", String(50), primary_key=True),
    Column("engine", String(50), primary_key=True),
    Column("data_sha256", String(64), primary_key=True),
    Column("threads", Integer, primary_key=True, autoincrement=False),
    Column("processor", String(400), primary_key=True),  # empty where nobody wrote it down
    Column("items", Integer, nullable=False),
    Column("predicted", LargeBinary, nullable=False),  # uint8, or uint16 little-endian
    Column("correct", LargeBinary, nullable=False),  # bits
    Column("classes", Integer, nullable=False),  # columns of the logits; 0 where they were too large to keep
    Column("logits", LargeBinary, nullable=False),  # float32 little-endian, zlib
)
