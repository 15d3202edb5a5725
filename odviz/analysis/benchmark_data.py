"""Everything a benchmark left in the store, gathered once; what is shown is computed from this and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from odviz.domain.errors import Damaged
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import Block, Stage
from odviz.domain.target import OperatingPoint
from odviz.execution.predictions import key_of
from odviz.metrics import METRICS
from odviz.metrics.base import Metric
from odviz.store import BenchmarkRecord, Predictions, Reading, RunRecord, Store, StoredArtifact
from odviz.tasks import TASKS

_INTERRUPTIONS = (FailureKind.CANCELLED, FailureKind.INTERRUPTED)


@dataclass(frozen=True)
class BenchmarkData:
    """What was observed in one benchmark.

    Attributes:
        record: what was asked, where it stands, and on which machine.
        points: every operating point, in plan order.
        files: what each point's file is made of; a point whose file could not be made is missing.
        predictions: on the whole test set.
        blocks: of timed inferences.
        memory: readings of peak memory, one per fresh process.
        energy: readings of a meter, if there is one; those of one process together.
        failures: why a point has no figures, or not all.
    """

    record: BenchmarkRecord
    points: tuple[OperatingPoint, ...]
    files: Mapping[OperatingPoint, StoredArtifact]
    predictions: Mapping[OperatingPoint, Predictions]
    blocks: Mapping[OperatingPoint, Sequence[Block]]
    memory: Mapping[OperatingPoint, Sequence[Reading]]
    energy: Mapping[OperatingPoint, Sequence[Sequence[Reading]]]
    failures: Mapping[OperatingPoint, Failure]

    @property
    def metric(self) -> Metric:
        """The metric of the scores; that of the task before anything is predicted."""
        names = (predictions.metric for predictions in self.predictions.values())
        return METRICS[next(names, None) or TASKS[self.record.plan.task].metric]


def load_benchmark_data(store: Store, prefix: str) -> BenchmarkData:
    """The evidence of the benchmark whose id begins with `prefix`; of a running one, what there is so far.

    Benchmarks whose process died are ended first, so that none seems to run for ever.

    Raises:
        UnknownName: there is none.
        InputError: there are several.
        Damaged: something of it in the store makes no sense.
    """
    store.recover()
    record = store.load(prefix)
    points = store.points(record.id)
    runs = store.runs(record.id)
    ended = {run.key: run for run in runs if run.stage is Stage.COMPRESS and run.ok}
    files = {}
    for point in points:
        made = ended.get(point.variant.key)
        with _named(record.id):
            stored = store.find_artifact(point.variant.key, made.sha256) if made else None
        if stored is not None:
            files[point] = stored
    of = {point.key: stored.file.sha256 for point, stored in files.items()}  # figures of two files are no one's
    blocks, memory, energy = (
        store.blocks(record.id, of),
        store.readings(record.id, Stage.MEMORY, of),
        store.readings(record.id, Stage.ENERGY, of),
    )
    failures = _failures(points, runs)
    predictions = {}
    environment = record.environment
    for point, file in files.items():
        if environment is None:  # nothing has run
            break
        with _named(record.id):
            given = store.find_predictions(key_of(point, file.file.sha256, environment))
        if given is not None:
            predictions[point] = given
    return BenchmarkData(
        record,
        points,
        files,
        predictions,
        {point: blocks[point.key] for point in points if point.key in blocks},
        {point: list(chain.from_iterable(memory[point.key])) for point in points if point.key in memory},
        {point: energy[point.key] for point in points if point.key in energy},
        failures,
    )


@contextmanager
def _named(benchmark: str) -> Iterator[None]:
    """What benchmarks share does not say which one was asked for."""
    try:
        yield
    except Damaged as error:
        raise Damaged(f"Measurement {benchmark} cannot be shown. {error}") from error


def _failures(points: Sequence[OperatingPoint], runs: Sequence[RunRecord]) -> dict[OperatingPoint, Failure]:
    """The first thing that went wrong with each point: what came after only follows from it.

    An interruption does not count where the same stage was done before it, or again when the benchmark went on. Nor
    does a file that could not be made once more: what was measured of it stands.
    """
    well = {(run.key, run.stage) for run in runs if run.ok}
    first: dict[str, Failure] = {}
    for run in runs:
        if run.failure is None:
            continue
        passing = run.failure.kind in _INTERRUPTIONS or run.stage is Stage.COMPRESS
        if passing and (run.key, run.stage) in well:
            continue
        first.setdefault(run.key, run.failure)
    found = {point: first.get(point.variant.key) or first.get(point.key) for point in points}
    return {point: failure for point, failure in found.items() if failure is not None}
