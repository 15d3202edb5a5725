"""The tables. A change here needs a new file in `migrations/versions` and a new `REVISION`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
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
    false,
    text,
)

REVISION = "odviz_0012"
"""The newest migration, to which every database is brought when it is opened."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, stored without a time zone, which not every database has."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Aware to naive UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Naive UTC to aware."""
        return None if value is None else value.replace(tzinfo=UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Read a cell; one that holds no moment is returned as it is, so that one damaged row does not hide the others.

        `rows.read_row` refuses it when a record is made of the row.
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
    Column("queue_position", Integer, nullable=False),  # the lowest is run first
    Column("created", Moment, nullable=False),
    Column("started", Moment),  # when it was claimed
    Column("ended", Moment),
    Column("task", String(100), nullable=False),
    Column("plan", Text, nullable=False),  # JSON of a BenchmarkPlan
    Column("state", String(16), nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("owner_host", String(255)),  # the process that runs it, or will; see owner.py
    Column("owner_pid", Integer),
    Column("owner_birth", String(100)),
    Column("environment", Text, nullable=False),  # JSON
    Column("failure", Text),  # JSON of a Failure
    Column("stress_only", Boolean, nullable=False, server_default=false()),  # resumed for stress tests alone
    Column("previous_state", Text),  # JSON of a PreviousState, of a resumed benchmark until it ends again
    Column("imported", Text),  # JSON of an Imported, of a benchmark that another machine measured
    Column("name", String(100), nullable=False, server_default=text("''")),  # with the next two, a BenchmarkLabel
    Column("tags", Text, nullable=False, server_default="[]"),  # JSON list
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("baseline", Boolean, nullable=False, server_default=false()),
    Index(None, "state", "queue_position"),
    Index(None, "queue_position"),
    Index(None, "name"),
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
    Column("key", Text, nullable=False),  # of the operating point, or of the variant while its file is made
    Column("stage", String(16), nullable=False),
    Column("test", String(50)),  # name of the stress test; of other stages NULL
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
    Column("cpu_ns", BigInteger, nullable=False),
    Column("timed", Integer, nullable=False),
    Column("reference_ns", BigInteger, nullable=False),
)

background = Table(
    "background",
    metadata,
    Column("benchmark", ForeignKey(benchmark.c.id, ondelete="CASCADE"), primary_key=True),
    Column("launch", Integer, primary_key=True, autoincrement=False),
    Column("load", Text, nullable=False),  # JSON of a BackgroundLoad
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

outcome = Table(
    "outcome",
    metadata,
    Column("run", ForeignKey(run.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("name", String(100), primary_key=True),
    Column("value", LargeBinary, nullable=False),  # one packed array; see blobs.py
)

artifact = Table(
    "artifact",
    metadata,
    Column("variant", String(400), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("created", Moment, nullable=False),
    Column("file", Text, nullable=False),  # JSON of an Artifact
    Column("facts", Text, nullable=False),  # JSON of a GraphFacts
    Column("notes", Text, nullable=False),  # JSON list of sentences
)

predictions = Table(
    "predictions",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("runtime", String(50), primary_key=True),
    Column("runtime_version", String(50), primary_key=True),
    Column("data_sha256", String(64), primary_key=True),
    Column("threads", Integer, primary_key=True, autoincrement=False),
    Column("processor", String(400), primary_key=True),  # empty where it was not recorded
    Column("metric", String(50), nullable=False),
    Column("scores", LargeBinary, nullable=False),  # one packed array; see blobs.py
    Column("outputs", LargeBinary, nullable=False),  # packed arrays; empty where they were too large to keep
)

answer = Table(
    "answer",
    metadata,
    Column("classroom", String(100), primary_key=True),
    Column("pupil", String(100), primary_key=True),
    Column("lesson", String(100), primary_key=True),
    Column("prediction", Text, nullable=False),  # JSON of a Prediction
    Column("locked", Moment, nullable=False),
    Column("outcome", Text),  # JSON of an Outcome
    Column("score", Text),  # JSON of a Score
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(50), nullable=False),
    Column("payload", Text, nullable=False),  # canonical JSON of the event, as it was hashed
    Column("previous", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
)

kept = Table(
    "kept",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),  # of a released file, its predictions or its benchmark
)

# Of benchmarks that another machine measured: apart from the tables that all benchmarks of this machine share.

imported_artifact = Table(
    "imported_artifact",
    metadata,
    Column("benchmark", ForeignKey(benchmark.c.id, ondelete="CASCADE"), primary_key=True),
    Column("variant", String(400), primary_key=True),
    Column("file", Text, nullable=False),  # JSON of an Artifact
    Column("facts", Text, nullable=False),  # JSON of a GraphFacts
    Column("notes", Text, nullable=False),  # JSON list of sentences
)

imported_predictions = Table(
    "imported_predictions",
    metadata,
    Column("benchmark", ForeignKey(benchmark.c.id, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),  # of the operating point
    Column("metric", String(50), nullable=False),
    Column("scores", LargeBinary, nullable=False),  # as in `predictions`
    Column("outputs", LargeBinary, nullable=False),
)
