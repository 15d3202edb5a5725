"""The tables of runs and of their samples and readings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, func, select

from odviz.arrays import Array
from odviz.domain.environment import Environment
from odviz.domain.failure import Failure
from odviz.domain.result import BackgroundLoad, Block, Stage
from odviz.serialization import from_json, to_json
from odviz.store.base import Connected
from odviz.store.blobs import pack_arrays, pack_times, unpack_arrays, unpack_times
from odviz.store.clock import now
from odviz.store.records import Reading, RunRecord
from odviz.store.rows import BlockCells, read_row, read_rows
from odviz.store.schema import background, benchmark, reading, run, sample
from odviz.store.schema import outcome as stress_outcome
from odviz.store.unchanged import unless_changed

_UNITS: Mapping[str, str] = {Stage.LATENCY: "B", Stage.MEMORY: "B", Stage.ENERGY: "J"}
"""Unit of the readings of a stage."""


class Runs(Connected):
    """The part of the store that holds runs and what they measured."""

    def start_run(
        self, benchmark_id: str, key: str, stage: Stage, launch: int = 0, sha256: str = "", test: str | None = None
    ) -> int:
        """Record that a child process starts.

        Args:
            benchmark_id: what it is a part of.
            key: of the operating point; of the variant, for the stage that makes its file.
            stage: what it does.
            launch: which fresh process of that stage, from 0.
            sha256: of the file it runs.
            test: name of the stress test that it is a part of.

        Returns:
            The number of the run.
        """
        values = {
            "benchmark": benchmark_id,
            "key": key,
            "stage": stage,
            "launch": launch,
            "sha256": sha256,
            "test": test,
        }
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

    def runs(self, benchmark_id: str) -> tuple[RunRecord, ...]:
        """The runs of a benchmark, in the order they began."""
        query = select(run).where(run.c.benchmark == benchmark_id).order_by(run.c.id)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(self._run(row, benchmark_id) for row in rows)

    def finished(self, benchmark_id: str) -> int:
        """Number of runs of a benchmark that have ended, well or not; results change only when it does."""
        query = select(func.count()).select_from(run).where(run.c.benchmark == benchmark_id, run.c.ended.is_not(None))
        with self._reading() as connection:
            # Counting the runs of ten thousand points takes longer than the other queries of a page together.
            return unless_changed(
                connection, ("finished", benchmark_id), lambda: connection.execute(query).scalar_one()
            )

    def add_blocks(self, blocks: Sequence[tuple[int, Block]]) -> None:
        """Store the samples of blocks, each with its run, in one transaction.

        Raises:
            ValueError: a run is not of its block's launch.
        """
        if not blocks:
            return
        rows = [block_row(run_id, block) for run_id, block in blocks]
        launches = select(run.c.id, run.c.launch).where(run.c.id.in_([run_id for run_id, _ in blocks]))
        with self._writing() as connection:
            launch_of = {row.id: row.launch for row in connection.execute(launches)}
            for run_id, block in blocks:
                if launch_of.get(run_id) != block.launch:
                    raise ValueError(f"no run {run_id} of launch {block.launch}")
            connection.execute(sample.insert(), rows)

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
            select(run.c.key, run.c.sha256, run.c.launch, sample)
            .join_from(sample, run)
            .where(run.c.benchmark == benchmark_id)
            .order_by(run.c.launch, run.c.id, sample.c.round)
        )
        blocks: dict[str, list[Block]] = defaultdict(list)
        with self._reading() as connection, self._raising_damaged("a sample", benchmark_id):
            rows = _of_files(connection.execute(query), files)
            for row, block in zip(rows, read_blocks(rows), strict=True):
                blocks[row.key].append(block)
        return dict(blocks)

    def add_reading(self, run_id: int, value: Reading) -> None:
        """Store a meter's reading in a run."""
        with self._writing() as connection:
            connection.execute(reading.insert().values(reading_row(run_id, value)))

    def readings(
        self, benchmark_id: str, unit: str, files: Mapping[str, str] | None = None
    ) -> Mapping[str, list[tuple[Reading, ...]]]:
        """The readings in one unit, by the key of their operating point; those of one process together.

        Args:
            benchmark_id: the benchmark.
            unit: "B" for memory, "J" for energy.
            files: as in `blocks`.

        Returns:
            For each key its processes, in the order they began; for each process what was read in it, in order.

        Raises:
            Damaged: a reading cannot be read, or is impossible.
        """
        columns = (reading.c.value, reading.c.baseline, reading.c.unit, reading.c.method)
        query = (
            select(run.c.id, run.c.key, run.c.sha256, run.c.stage, *columns)
            .join_from(reading, run)
            .where(run.c.benchmark == benchmark_id)
            .order_by(run.c.id, reading.c.id)
        )
        processes: dict[str, dict[int, list[Reading]]] = defaultdict(lambda: defaultdict(list))
        with self._reading() as connection, self._raising_damaged("a reading", benchmark_id):
            rows = _of_files(connection.execute(query), files)
            for row, figures in zip(rows, read_rows(Reading, rows), strict=True):
                _check(figures, row.stage)
                if figures.unit == unit:
                    processes[row.key][row.id].append(figures)
        return {key: [tuple(readings) for readings in runs.values()] for key, runs in processes.items()}

    def add_outcome(self, run_id: int, outcome: Mapping[str, Array]) -> None:
        """Store what a stress test found in a run: arrays by name, not empty."""
        with self._writing() as connection:
            connection.execute(stress_outcome.insert(), outcome_rows(run_id, outcome))

    def outcomes(self, benchmark_id: str, files: Mapping[str, str]) -> Mapping[tuple[str, str], Mapping[str, Array]]:
        """What the last run of each stress test that ended well found for each operating point.

        Args:
            benchmark_id: the benchmark.
            files: sha256 of the file for the key of each operating point; runs of other files are left out.

        Returns:
            Arrays by name, by key of the operating point and name of the test.

        Raises:
            Damaged: an array cannot be read.
        """
        query = (
            select(run.c.id, run.c.key, run.c.test, run.c.sha256, stress_outcome.c.name, stress_outcome.c.value)
            .join_from(stress_outcome, run)
            .where(run.c.benchmark == benchmark_id, run.c.ended.is_not(None), run.c.failure.is_(None))
            .order_by(run.c.id, stress_outcome.c.name)
        )
        by_run: dict[tuple[str, str], dict[int, dict[str, Array]]] = defaultdict(lambda: defaultdict(dict))
        with self._reading() as connection, self._raising_damaged("a stress test", benchmark_id):
            for row in _of_files(connection.execute(query), files):
                (by_run[row.key, row.test][row.id][row.name],) = unpack_arrays(row.value)
        return {place: runs[max(runs)] for place, runs in by_run.items()}

    def add_background(self, benchmark_id: str, load: BackgroundLoad) -> None:
        """Store what other programs took from the processor during a launch."""
        values = {"benchmark": benchmark_id, "launch": load.launch, "load": to_json(load)}
        with self._writing() as connection:
            connection.execute(background.insert().values(values))

    def background(self, benchmark_id: str) -> tuple[BackgroundLoad, ...]:
        """The load by other programs during each launch, in order; none for a benchmark of an older odviz.

        Raises:
            Damaged: a record cannot be read.
        """
        query = select(background).where(background.c.benchmark == benchmark_id).order_by(background.c.launch)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        name = "the background load of launch"
        return tuple(self._read(BackgroundLoad, row.load, f"{name} {row.launch}", benchmark_id) for row in rows)

    def full_speeds(self, machine: Environment) -> list[float]:
        """Times of the reference loop at the highest speed in earlier launches on this machine, newest first.

        Args:
            machine: this one; its processor and Python version count.
        """
        query = (
            select(benchmark.c.environment, background.c.load)
            .join_from(background, benchmark)
            .where(benchmark.c.imported.is_(None))
            .order_by(benchmark.c.queue_position.desc(), background.c.launch.desc())
        )
        same = (machine.processor, machine.python)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        speeds = []
        for row in rows:
            with suppress(ValueError):  # a damaged record is told where it is shown
                environment = from_json(Environment, row.environment)
                if (environment.processor, environment.python) == same:
                    speeds.append(from_json(BackgroundLoad, row.load).full_speed_ns)
        return [speed for speed in speeds if speed > 0]

    def _run(self, row: Row[Any], benchmark_id: str) -> RunRecord:
        name, failure = f"run {row.id}", None
        if row.failure is not None:
            failure = self._read(Failure, row.failure, f"the failure of {name}", benchmark_id)
        with self._raising_damaged(name, benchmark_id):
            return read_row(RunRecord, {**row._mapping, "failure": failure})


def block_row(run_id: int, block: Block) -> dict[str, Any]:
    """The columns of the table `sample` for a block."""
    return {
        "run": run_id,
        "round": block.round,
        "wall_ns": pack_times(block.wall_ns),
        "cpu_ns": block.cpu_ns,
        "timed": block.timed,
        "reference_ns": block.reference_ns,
    }


def read_blocks(rows: Sequence[Row[Any]]) -> list[Block]:
    """Blocks from rows of the table `sample` with the launch of their run.

    Raises:
        ValueError: a cell is damaged; the message names the column.
    """
    return [
        Block(cells.launch, cells.round, _times(row), cells.cpu_ns, cells.timed, cells.reference_ns)
        for row, cells in zip(rows, read_rows(BlockCells, rows), strict=True)
    ]


def reading_row(run_id: int, value: Reading) -> dict[str, Any]:
    """The columns of the table `reading`."""
    return {"run": run_id, **asdict(value)}


def outcome_rows(run_id: int, outcome: Mapping[str, Array]) -> list[dict[str, Any]]:
    """Rows of the table `outcome`."""
    return [{"run": run_id, "name": name, "value": pack_arrays((array,))} for name, array in outcome.items()]


def _of_files(rows: Iterable[Row[Any]], files: Mapping[str, str] | None) -> list[Row[Any]]:
    """The rows whose file is the one that `files` names for their key; every row without `files`."""
    return [row for row in rows if files is None or files.get(row.key) == row.sha256]


def _times(row: Row[Any]) -> tuple[int, ...]:
    """Wall times of a block.

    Raises:
        ValueError: they are not those of a clock; the message names the column.
    """
    try:
        times = unpack_times(row.wall_ns)
        if min(times) < 1:
            raise ValueError("a time below 1 ns")
    except (ValueError, TypeError) as error:
        raise ValueError(f"wall_ns of round {row.round} of run {row.run}: {error}") from error
    return times


def _check(figures: Reading, stage: str) -> None:
    """Check a reading. Energy above an idle machine may be negative; bytes never are.

    Raises:
        ValueError: no meter of the stage gives such a reading; the message names the column.
    """
    if figures.unit != _UNITS.get(stage):
        raise ValueError(f"unit: {stage} is not measured in {figures.unit!r}")
    if figures.unit == "B" and min(figures.value, figures.baseline) < 0:
        raise ValueError(f"value or baseline: {figures.value:g} and {figures.baseline:g} bytes")
