"""The tables of runs and of their samples and readings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import LargeBinary, Row, func, literal, select

from odviz.domain.failure import Failure
from odviz.domain.result import Block, Stage
from odviz.serialization import to_json
from odviz.store.base import Connected, now, remedy_for
from odviz.store.blobs import pack_times, unpack_times
from odviz.store.records import Reading, RunRecord
from odviz.store.rows import ReadingRow, SampleRow, read_row, read_rows
from odviz.store.schema import reading, run, sample

_UNITS = {Stage.MEMORY: "B", Stage.ENERGY: "J"}


class Runs(Connected):
    """The part of the store that holds runs and what they measured."""

    def start_run(self, benchmark_id: str, key: str, stage: Stage, launch: int = 0, sha256: str = "") -> int:
        """Record that a child process starts.

        Args:
            benchmark_id: what it is a part of.
            key: of the operating point; of the variant, for the stage that makes its file.
            stage: what it does.
            launch: which fresh process of that stage, from 0.
            sha256: of the file it runs.

        Returns:
            The number of the run.
        """
        values = {"benchmark": benchmark_id, "key": key, "stage": stage, "launch": launch, "sha256": sha256}
        with self._writing() as connection:
            inserted = connection.execute(run.insert().values(**values, started=now())).inserted_primary_key
        assert inserted is not None
        return int(inserted[0])

    def end_run(self, run_id: int, failure: Failure | None = None, sha256: str | None = None) -> None:
        """Record how a run ended.

        Args:
            run_id: from `start_run`.
            failure: why it ended, if not well.
            sha256: of the file it made, if it made one.
        """
        values: dict[str, Any] = {"ended": now(), "failure": None if failure is None else to_json(failure)}
        if sha256 is not None:
            values["sha256"] = sha256
        with self._writing() as connection:
            connection.execute(run.update().where(run.c.id == run_id).values(values))

    def runs(self, benchmark_id: str, stage: Stage | None = None) -> tuple[RunRecord, ...]:
        """The runs of a benchmark, in the order they began; all of them or those of one stage."""
        query = select(run).where(run.c.benchmark == benchmark_id).order_by(run.c.id)
        if stage is not None:
            query = query.where(run.c.stage == stage)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(self._run(row, benchmark_id) for row in rows)

    def finished(self, benchmark_id: str) -> int:
        """Number of runs of a benchmark that have ended, well or not; results change only when it does."""
        query = select(func.count()).select_from(run).where(run.c.benchmark == benchmark_id, run.c.ended.is_not(None))
        with self._reading() as connection:
            return connection.execute(query).scalar_one()

    def add_block(self, run_id: int, block: Block) -> None:
        """Store the samples of one block.

        Raises:
            ValueError: the run is not of the block's launch.
        """
        # One statement both inserts the row and checks that the launches agree.
        row = {
            sample.c.round: literal(block.round),
            sample.c.wall_ns: literal(pack_times(block.wall_ns), LargeBinary),
            sample.c.cpu_ns: literal(pack_times(block.cpu_ns), LargeBinary),
        }
        source = select(run.c.id, *row.values()).where(run.c.id == run_id, run.c.launch == block.launch)
        with self._writing() as connection:
            added = connection.execute(sample.insert().from_select([sample.c.run, *row], source))
        if not added.rowcount:
            raise ValueError(f"there is no run {run_id} of launch {block.launch}")

    def blocks(self, benchmark_id: str, files: Mapping[str, str] | None = None) -> Mapping[str, list[Block]]:
        """The blocks of a benchmark by the key of its operating point, by launch, then by round.

        Args:
            benchmark_id: the benchmark.
            files: sha256 of a file for each key: blocks of other files, and of other keys, are left out. Every
                block if it is not given.

        Raises:
            Damaged: a block cannot be read, or its times are impossible.
        """
        query = (
            select(run.c.id, run.c.key, run.c.sha256, run.c.launch, sample.c.round, sample.c.wall_ns, sample.c.cpu_ns)
            .join_from(sample, run)
            .where(run.c.benchmark == benchmark_id)
            .order_by(run.c.launch, run.c.id, sample.c.round)
        )
        blocks: dict[str, list[Block]] = defaultdict(list)
        damaged = self._raising_damaged(f"a sample of benchmark {benchmark_id}", remedy_for(benchmark_id))
        with self._reading() as connection, damaged:
            for row in read_rows(SampleRow, _of_files(connection.execute(query), files)):
                blocks[row.key].append(_block(row))
        return dict(blocks)

    def add_reading(self, run_id: int, value: Reading) -> None:
        """Store a meter's reading in a run."""
        values = {"value": value.value, "baseline": value.baseline, "unit": value.unit, "method": value.method}
        with self._writing() as connection:
            connection.execute(reading.insert().values(run=run_id, **values))

    def readings(
        self, benchmark_id: str, stage: Stage, files: Mapping[str, str] | None = None
    ) -> Mapping[str, list[tuple[Reading, ...]]]:
        """The readings that one stage took, by the key of its operating point; those of one process together.

        Args:
            benchmark_id: the benchmark.
            stage: which.
            files: as in `blocks`.

        Returns:
            For each key its processes, in the order they began; for each process what was read in it, in order.

        Raises:
            Damaged: a reading cannot be read, or is impossible.
        """
        columns = (reading.c.value, reading.c.baseline, reading.c.unit, reading.c.method)
        query = (
            select(run.c.id, run.c.key, run.c.sha256, *columns)
            .join_from(reading, run)
            .where(run.c.benchmark == benchmark_id, run.c.stage == stage)
            .order_by(run.c.id, reading.c.id)
        )
        processes: dict[str, dict[int, list[Reading]]] = defaultdict(lambda: defaultdict(list))
        damaged = self._raising_damaged(f"a reading of benchmark {benchmark_id}", remedy_for(benchmark_id))
        with self._reading() as connection, damaged:
            for row in read_rows(ReadingRow, _of_files(connection.execute(query), files)):
                processes[row.key][row.run].append(_reading(row, stage))
        return {key: [tuple(readings) for readings in runs.values()] for key, runs in processes.items()}

    def _run(self, row: Row[Any], benchmark_id: str) -> RunRecord:
        what, remedy = f"run {row.id} of benchmark {benchmark_id}", remedy_for(benchmark_id)
        failure = self._failure(row.failure, what, remedy)
        with self._raising_damaged(what, remedy):
            return read_row(RunRecord, {**row._mapping, "failure": failure})


def _of_files(rows: Iterable[Row[Any]], files: Mapping[str, str] | None) -> Iterator[Row[Any]]:
    """The rows whose file is the one that `files` names for their key; every row if it is not given."""
    return (row for row in rows if files is None or files.get(row.key) == row.sha256)


def _block(row: SampleRow) -> Block:
    """The block of a row.

    Raises:
        ValueError: its times are not those of a clock.
    """
    try:
        wall_ns, cpu_ns = unpack_times(row.wall_ns), unpack_times(row.cpu_ns)
        if not wall_ns or len(cpu_ns) != len(wall_ns):
            raise ValueError(f"{len(wall_ns)} wall times and {len(cpu_ns)} CPU times")
        if min(wall_ns) <= 0 or min(cpu_ns) < 0:
            raise ValueError("a time that is not positive")
        return Block(row.launch, row.round, wall_ns, cpu_ns)
    except ValueError as error:
        raise ValueError(f"round {row.round} of run {row.run}: {error}") from error


def _reading(row: ReadingRow, stage: Stage) -> Reading:
    """The reading of a row. Energy above an idle machine may be negative; bytes never are.

    Raises:
        ValueError: no meter of the stage gives such a reading.
    """
    if row.unit != _UNITS.get(stage, row.unit):
        raise ValueError(f"run {row.run}: {stage} is not measured in {row.unit!r}")
    if row.unit == "B" and min(row.value, row.baseline) < 0:
        raise ValueError(f"run {row.run}: a negative number of bytes")
    return Reading(row.value, row.baseline, row.unit, row.method)
