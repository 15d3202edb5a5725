"""Last phase: the stress tests of the plan, on every variant whose predictions are right."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from odviz.domain.errors import Damaged, RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import Stage
from odviz.domain.target import OperatingPoint
from odviz.execution.child import Child
from odviz.execution.predictions import load_request, predict_all
from odviz.execution.progress import Phase
from odviz.execution.session import BenchmarkSession
from odviz.library.scratch import temporary_folder
from odviz.metrics.base import Outputs
from odviz.store import Predictions, PredictionsKey, StoredArtifact
from odviz.stress import STRESS_TESTS
from odviz.stress.base import ItemSet, StressData, StressTest, Trial
from odviz.worker.request import Load

_UNSCORED = "none"
"""Metric of predictions on items whose right answers a stress test knows, and the store does not."""


@dataclass
class PointBench:
    """See `odviz.stress.base.Bench`.

    Attributes:
        session: the benchmark.
        point: the variant on its runtime.
        artifact: its file.
        key: of its predictions on the test set.
    """

    session: BenchmarkSession
    point: OperatingPoint
    artifact: StoredArtifact
    key: PredictionsKey

    def predict(self, items: ItemSet) -> Outputs:
        """See Bench.predict."""
        key = replace(self.key, data_sha256=items.fingerprint)
        try:
            stored = self.session.store.find_predictions(key)
        except Damaged:  # new ones replace them
            stored = None
        if stored and stored.outputs is not None:
            return stored.outputs
        outputs = predict_all(self.session, self.load(items.path))
        self.session.store.save_predictions(key, Predictions(_UNSCORED, np.zeros(items.count, bool), outputs))
        return outputs

    def load(self, inputs: Path) -> Load:
        """See Bench.load."""
        return load_request(self.point, self.artifact, inputs)

    def child(self, folders: Iterable[Path] = ()) -> AbstractContextManager[Child]:
        """See Bench.child."""
        return self.session.child(folders)


def run_stress_tests(
    session: BenchmarkSession,
    artifacts: Mapping[OperatingPoint, StoredArtifact],
    keys: Mapping[OperatingPoint, PredictionsKey],
    data: StressData,
) -> None:
    """Run the stress tests of the plan on each point; what an earlier run of the benchmark found stays.

    Args:
        session: the benchmark.
        artifacts: file of each point.
        keys: of the predictions of each point on the test set.
        data: what the tests start from.

    Raises:
        RunFailed: the benchmark was cancelled, or the disk is full; finished outcomes are kept.
    """
    benches = {point: PointBench(session, point, artifact, keys[point]) for point, artifact in artifacts.items()}
    files = {point.key: artifact.file.sha256 for point, artifact in artifacts.items()}
    known = session.store.outcomes(session.benchmark, files)

    def work(item: tuple[_Prepared, OperatingPoint]) -> None:
        prepared, point = item
        with session.run(point.key, Stage.STRESS, sha256=files[point.key], test=prepared.test.name) as run:
            try:
                outcome = prepared.trial()(benches[point])
            except ValueError as error:
                reason = f"{prepared.test.title} cannot be run on it: {error}."
                raise RunFailed(Failure(FailureKind.UNSUPPORTED, reason)) from error
            session.store.add_outcome(run.number, outcome)

    with temporary_folder() as folder:
        tests = [_Prepared(STRESS_TESTS[name], data, folder / name) for name in session.plan.stress]
        for alone in (False, True):
            items = [
                (prepared, point)
                for prepared in tests
                for point in benches
                if prepared.test.alone is alone and (point.key, prepared.test.name) not in known
            ]
            if items:
                session.for_each(Phase.STRESS, items, work, lambda item: item[1], alone)


class _Prepared:
    """A stress test with what it shares among variants, made when the first one is tried."""

    def __init__(self, test: StressTest, data: StressData, folder: Path) -> None:
        self.test, self._data, self._folder = test, data, folder
        self._lock = threading.Lock()
        self._trial: Trial | None = None

    def trial(self) -> Trial:
        """What tries a variant."""
        with self._lock:
            if self._trial is None:
                self._folder.mkdir(exist_ok=True)
                self._trial = self.test.prepare(self._data, self._folder)
            return self._trial
