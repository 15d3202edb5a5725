"""Everything that the store has of one benchmark; all estimates are computed from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.item_groups import KnownItems, known_items
from odviz.domain.errors import Damaged
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Variant
from odviz.domain.objective import Objective
from odviz.domain.result import BackgroundLoad, Block, Stage
from odviz.domain.target import OperatingPoint
from odviz.execution.predictions import key_of
from odviz.metrics import METRICS
from odviz.metrics.base import Metric
from odviz.objectives import objectives, objectives_of
from odviz.objectives.base import Outcome
from odviz.objectives.groups import ItemGroups
from odviz.stats import SteadyBlocks, steady
from odviz.store import BenchmarkRecord, Predictions, Reading, RunRecord, Store, StoredArtifact
from odviz.tasks import TASKS

T = TypeVar("T")

_INTERRUPTIONS = (FailureKind.CANCELLED, FailureKind.INTERRUPTED)


@dataclass(frozen=True)
class BenchmarkData:
    """Samples, artifacts and failures of one benchmark, by operating point.

    Attributes:
        record: plan, state and environment.
        points: every operating point, in the order of the plan.
        files: the artifact of each point that could be made.
        predictions: on the whole test set.
        blocks: timed inferences, also those of moments in which the machine was slowed.
        memory: readings of peak memory, one per process.
        energy: readings of a meter by process.
        failures: the first failure of each point that had one.
        background: other programs while it was timed, by launch.
        stress: what each stress test found for a point, by name of the test.
        stress_failures: why the last run of a stress test failed, likewise.
        kept: positions of the test items that the predictions are of; None for all.
        known: what is known of the test items, where it came with the benchmark; None to ask the task.
    """

    record: BenchmarkRecord
    points: tuple[OperatingPoint, ...]
    files: Mapping[OperatingPoint, StoredArtifact]
    predictions: Mapping[OperatingPoint, Predictions]
    blocks: Mapping[OperatingPoint, Sequence[Block]]
    memory: Mapping[OperatingPoint, Sequence[Reading]]
    energy: Mapping[OperatingPoint, Sequence[Sequence[Reading]]]
    failures: Mapping[OperatingPoint, Failure]
    background: tuple[BackgroundLoad, ...] = ()
    stress: Mapping[OperatingPoint, Mapping[str, Outcome]] = field(default_factory=dict)
    stress_failures: Mapping[OperatingPoint, Mapping[str, Failure]] = field(default_factory=dict)
    kept: NDArray[np.intp] | None = field(default=None, compare=False)
    known: KnownItems | None = field(default=None, compare=False)

    @property
    def metric(self) -> Metric:
        """The metric of the scores; that of the task before anything is predicted."""
        names = (predictions.metric for predictions in self.predictions.values())
        return METRICS[next(names, None) or TASKS[self.record.plan.task].metric]

    @cached_property
    def files_of_variants(self) -> dict[Variant, StoredArtifact]:
        """The file of each variant, which several points run."""
        return {point.variant: stored for point, stored in self.files.items()}

    @cached_property
    def steady(self) -> dict[OperatingPoint, SteadyBlocks]:
        """The blocks that count for each point that was timed."""
        environment = self.record.environment
        return steady(self.blocks, environment.full_speed_ns if environment else 0.0)

    @cached_property
    def items(self) -> KnownItems:
        """What is known of the test items that were predicted."""
        known = self.known or known_items(self.record.plan.task, self.data_sha256)
        return known if self.kept is None else known.of(self.kept)

    @property
    def data_sha256(self) -> str:
        """Fingerprint of the test items; empty before the benchmark ran."""
        return self.record.environment.data_sha256 if self.record.environment else ""

    @property
    def groups(self) -> ItemGroups:
        """Groups of the test items that were predicted."""
        return self.items.groups

    def on(self, items: NDArray[np.intp]) -> BenchmarkData:
        """The same benchmark with the predictions of some test items only, and without stress tests of all.

        Args:
            items: their positions among all test items.
        """
        some = {
            point: replace(one, scores=one.scores[items], outputs=one.outputs and tuple(o[items] for o in one.outputs))
            for point, one in self.predictions.items()
        }
        return replace(self, predictions=some, stress={}, stress_failures={}, kept=items)

    def is_wrong(self, point: OperatingPoint) -> bool:
        """Whether a point was found to predict wrongly."""
        failure = self.failures.get(point)
        return failure is not None and failure.kind is FailureKind.WRONG_PREDICTIONS

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """The objectives of the task, adapted to its metric and groups; as they are declared before any predictions."""
        tests = frozenset(test for outcomes in self.stress.values() for test in outcomes)
        return objectives_of(self.metric, self.groups, tests) if self.predictions else objectives(tests)


def load_benchmark_data(store: Store, prefix: str) -> BenchmarkData:
    """Load what the store has of a benchmark, which may still be running.

    Args:
        store: the database.
        prefix: first letters of its id.

    Raises:
        UnknownName: no such benchmark.
        InputError: several ids begin with the prefix.
        Damaged: a record of the benchmark cannot be read.
    """
    record = store.load(prefix)
    points, runs = store.points(record.id), store.runs(record.id)
    with _naming(record.id):
        files = _files(store, record, points, runs)
        predictions = _predictions(store, record, points, files)
    sha256 = {point.key: artifact.file.sha256 for point, artifact in files.items()}  # of whose samples only
    blocks = store.blocks(record.id, sha256)
    memory = store.readings(record.id, "B", sha256)
    energy = store.readings(record.id, "J", sha256)
    return BenchmarkData(
        record,
        points,
        files,
        predictions,
        {point: blocks[point.key] for point in points if point.key in blocks},
        {point: list(chain.from_iterable(memory[point.key])) for point in points if point.key in memory},
        {point: energy[point.key] for point in points if point.key in energy},
        _failures(points, runs),
        store.background(record.id),
        _by_point(points, store.outcomes(record.id, sha256)),
        _by_point(points, _stress_failures(runs)),
    )


def _files(
    store: Store, record: BenchmarkRecord, points: Sequence[OperatingPoint], runs: Sequence[RunRecord]
) -> dict[OperatingPoint, StoredArtifact]:
    if record.imported:
        imported = store.imported_artifacts(record.id)
        return {point: imported[point.variant.key] for point in points if point.variant.key in imported}
    compressed = {run.key: run.sha256 for run in runs if run.stage is Stage.COMPRESS and run.ok}
    variants = dict.fromkeys(point.variant.key for point in points)
    stored = {key: store.find_artifact(key, compressed[key]) for key in variants if key in compressed}
    files = {point: stored.get(point.variant.key) for point in points}
    return {point: artifact for point, artifact in files.items() if artifact is not None}


def _predictions(
    store: Store,
    record: BenchmarkRecord,
    points: Sequence[OperatingPoint],
    files: Mapping[OperatingPoint, StoredArtifact],
) -> dict[OperatingPoint, Predictions]:
    if record.imported:
        imported = store.imported_predictions(record.id)
        return {point: imported[place] for place, point in enumerate(points) if place in imported}
    environment = record.environment
    if environment is None:  # no run has started
        return {}
    keys = {point: key_of(point, artifact.file.sha256, environment) for point, artifact in files.items()}
    stored = store.all_predictions(keys.values())
    return {point: stored[key] for point, key in keys.items() if key in stored}


@contextmanager
def _naming(benchmark: str) -> Iterator[None]:
    """Name the benchmark in errors about records that several benchmarks share."""
    try:
        yield
    except Damaged as error:
        raise Damaged(f"Benchmark {benchmark} cannot be shown. {error}", benchmark=benchmark) from error


def _failures(points: Sequence[OperatingPoint], runs: Sequence[RunRecord]) -> dict[OperatingPoint, Failure]:
    """The first failure of each point; later ones follow from it.

    An interruption does not count if the same stage succeeded before or after it, nor does a file that could not be
    made again.
    """
    succeeded = {(run.key, run.stage) for run in runs if run.ok}
    first: dict[str, Failure] = {}
    for run in runs:
        if run.failure is None or run.stage is Stage.STRESS:
            continue
        repeatable = run.failure.kind in _INTERRUPTIONS or run.stage is Stage.COMPRESS
        if not (repeatable and (run.key, run.stage) in succeeded):
            first.setdefault(run.key, run.failure)
    failures = {point: first.get(point.variant.key) or first.get(point.key) for point in points}
    return {point: failure for point, failure in failures.items() if failure is not None}


def _stress_failures(runs: Sequence[RunRecord]) -> dict[tuple[str, str], Failure]:
    """How the last run of each stress test failed, by key of the point and name of the test; none if it ended well."""
    last = {(run.key, run.test): run.failure for run in runs if run.test}
    return {place: failure for place, failure in last.items() if failure is not None}


def _by_point(
    points: Sequence[OperatingPoint], values: Mapping[tuple[str, str], T]
) -> dict[OperatingPoint, dict[str, T]]:
    """Values by key of a point and name of a stress test, as values by name for each point that has any."""
    by_key: dict[str, dict[str, T]] = {}
    for (key, test), value in values.items():
        by_key.setdefault(key, {})[test] = value
    return {point: by_key[point.key] for point in points if point.key in by_key}
