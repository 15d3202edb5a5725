"""Benchmarks that another machine measured: stored as a whole, apart from what this machine's benchmarks share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from odviz.domain.result import Block, Imported
from odviz.serialization import to_json
from odviz.store.benchmarks import NO_ENVIRONMENT, Benchmarks, new_id
from odviz.store.blobs import unpack_arrays
from odviz.store.cache import artifact_texts, predictions_cells, read_artifact, read_predictions
from odviz.store.labels import label_columns
from odviz.store.records import Predictions, Reading, RunSamples, StoredArtifact, WholeBenchmark
from odviz.store.rows import read_rows
from odviz.store.runs import Runs, block_row, outcome_rows, read_blocks, reading_row
from odviz.store.schema import (
    background,
    benchmark,
    imported_artifact,
    imported_predictions,
    point,
    reading,
    run,
    sample,
)
from odviz.store.schema import outcome as stress_outcome


class Imports(Benchmarks, Runs):
    """The part of the store that takes in benchmarks of other machines, and reads whole ones to give away."""

    def add_imported(self, whole: WholeBenchmark, imported: Imported) -> str:
        """Store a benchmark that another machine measured, in one transaction.

        Args:
            whole: the benchmark; it has ended.
            imported: where it comes from.

        Returns:
            Its id here: the one that it has there, or a new one if another benchmark has that.
        """
        record = whole.record
        last = select(func.coalesce(func.max(benchmark.c.queue_position), 0)).scalar_subquery()
        with self._writing() as connection:
            taken = connection.scalar(select(benchmark.c.id).where(benchmark.c.id == record.id)) is not None
            identity = new_id() if taken else record.id
            values: dict[str, Any] = {
                "id": identity,
                "queue_position": last + 1,
                "created": record.created,
                "started": record.started,
                "ended": record.ended,
                "task": record.plan.task,
                "plan": to_json(record.plan),
                "state": record.state,
                "cancel_requested": False,
                "environment": to_json(record.environment) if record.environment else NO_ENVIRONMENT,
                "failure": to_json(record.failure) if record.failure else None,
                "imported": to_json(imported),
                **label_columns(record.label),
            }
            connection.execute(benchmark.insert().values(values))
            _insert(
                connection,
                point,
                identity,
                ({"position": place, "point": to_json(one)} for place, one in enumerate(whole.points)),
            )
            for samples in whole.runs:
                _insert_run(connection, identity, samples)
            loads = ({"launch": load.launch, "load": to_json(load)} for load in whole.background)
            _insert(connection, background, identity, loads)
            files = ({"variant": stored.variant, **artifact_texts(stored)} for stored in whole.files)
            _insert(connection, imported_artifact, identity, files)
            predictions = ({"position": place, **predictions_cells(one)} for place, one in whole.predictions.items())
            _insert(connection, imported_predictions, identity, predictions)
        return identity

    def find_imported(self, sha256: str) -> str | None:
        """The id of the imported benchmark whose file held the same; None if there is none."""
        query = select(benchmark.c.id, benchmark.c.imported).where(benchmark.c.imported.is_not(None))
        with self._reading() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            if self._read(Imported, row.imported, "where it comes from", row.id).sha256 == sha256:
                return str(row.id)
        return None

    def imported_artifacts(self, benchmark_id: str) -> Mapping[str, StoredArtifact]:
        """The records of an imported benchmark's files, by key of the variant.

        Raises:
            Damaged: one cannot be read.
        """
        query = select(imported_artifact).where(imported_artifact.c.benchmark == benchmark_id)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        with self._raising_damaged("the record of a file", benchmark_id):
            return {row.variant: read_artifact(row) for row in rows}

    def imported_predictions(self, benchmark_id: str) -> Mapping[int, Predictions]:
        """The predictions of an imported benchmark, by position of the operating point.

        Raises:
            Damaged: some cannot be read.
        """
        query = select(imported_predictions).where(imported_predictions.c.benchmark == benchmark_id)
        with self._reading() as connection, self._raising_damaged("predictions", benchmark_id):
            return {row.position: read_predictions(row) for row in connection.execute(query)}

    def samples(self, benchmark_id: str) -> tuple[RunSamples, ...]:
        """The runs of a benchmark with their readings and blocks, in the order they began.

        Raises:
            Damaged: a record cannot be read.
        """
        runs = self.runs(benchmark_id)
        readings = select(reading).join_from(reading, run).where(run.c.benchmark == benchmark_id)
        blocks = select(sample, run.c.launch).join_from(sample, run).where(run.c.benchmark == benchmark_id)
        outcomes = select(stress_outcome).join_from(stress_outcome, run).where(run.c.benchmark == benchmark_id)
        of_run: dict[int, tuple[list[Any], list[Block], dict[str, Any]]] = {one.id: ([], [], {}) for one in runs}
        with self._reading() as connection, self._raising_damaged("a reading or sample", benchmark_id):
            rows: Sequence[Row[Any]] = connection.execute(readings.order_by(reading.c.id)).all()
            for row, figures in zip(rows, read_rows(Reading, rows), strict=True):
                of_run[row.run][0].append(figures)
            rows = connection.execute(blocks.order_by(sample.c.run, sample.c.round)).all()
            for row, block in zip(rows, read_blocks(rows), strict=True):
                of_run[row.run][1].append(block)
            for row in connection.execute(outcomes.order_by(stress_outcome.c.run, stress_outcome.c.name)):
                (of_run[row.run][2][row.name],) = unpack_arrays(row.value)
        return tuple(
            RunSamples(replace(one, id=place), tuple(figures), tuple(timed), outcome)
            for place, one in enumerate(runs)
            for figures, timed, outcome in [of_run[one.id]]
        )


def _insert(connection: Connection, table: Table, identity: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that belong to a benchmark, if there are any."""
    if values := [{"benchmark": identity, **row} for row in rows]:
        connection.execute(table.insert(), values)


def _insert_run(connection: Connection, identity: str, samples: RunSamples) -> None:
    one = samples.run
    values = {
        "benchmark": identity,
        "key": one.key,
        "stage": one.stage,
        "launch": one.launch,
        "sha256": one.sha256,
        "started": one.started,
        "ended": one.ended,
        "failure": to_json(one.failure) if one.failure else None,
        "test": one.test,
    }
    inserted = connection.execute(run.insert().values(values)).inserted_primary_key
    assert inserted is not None
    number = int(inserted[0])
    if samples.readings:
        connection.execute(reading.insert(), [reading_row(number, value) for value in samples.readings])
    if samples.blocks:
        connection.execute(sample.insert(), [block_row(number, block) for block in samples.blocks])
    if samples.outcome:
        connection.execute(stress_outcome.insert(), outcome_rows(number, samples.outcome))
