"""Second phase: every file predicts the whole test set on every runtime, before any of it is timed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import Damaged, RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import Stage
from odviz.domain.target import OperatingPoint, parent_of
from odviz.execution.progress import Phase
from odviz.execution.session import BenchmarkSession
from odviz.execution.verdict import runtimes_disagree, verdict
from odviz.library.scratch import temporary_folder
from odviz.metrics.base import Metric, Outputs
from odviz.store import Predictions, PredictionsKey, StoredArtifact
from odviz.tasks.base import Examples
from odviz.worker.protocol import Predict
from odviz.worker.request import Load

Loads = Mapping[OperatingPoint, Load]


def key_of(point: OperatingPoint, sha256: str, environment: BenchmarkEnvironment) -> PredictionsKey:
    """The key under which the predictions of a point are stored.

    Args:
        point: whose runtime predicts.
        sha256: of its file.
        environment: of the benchmark.
    """
    runtime, threads = point.target.runtime, point.target.threads
    version = environment.runtimes.get(runtime, "")
    return PredictionsKey(sha256, runtime, version, environment.data_sha256, threads, environment.processor)


def collect(
    session: BenchmarkSession,
    loads: Loads,
    keys: Mapping[OperatingPoint, PredictionsKey],
    examples: Examples,
    metric: Metric,
) -> dict[OperatingPoint, Array]:
    """Predict the test set with every point, and score it; stored outputs under the same key are used again.

    Args:
        session: the benchmark.
        loads: how a child loads each point.
        keys: of each point's predictions.
        examples: the test set.
        metric: of the task.

    Returns:
        The scores of the points that predict well enough for their speed to mean anything.
    """
    outputs: dict[OperatingPoint, Outputs] = {}
    scores: dict[OperatingPoint, Array] = {}

    def predict(point: OperatingPoint) -> None:
        with session.run(point.key, Stage.ACCURACY, sha256=keys[point].sha256):
            stored = _stored(session, keys[point])
            if stored and stored.outputs is not None and stored.metric == metric.name:
                of_point, their_scores = stored.outputs, stored.scores
            else:
                of_point = predict_all(session, loads[point])
                their_scores = _score(metric, of_point, examples.targets)
                session.store.save_predictions(keys[point], Predictions(metric.name, their_scores, of_point))
        outputs[point], scores[point] = of_point, their_scores

    with session.forking(Load, Predict):
        failures = session.for_each(Phase.PREDICTIONS, tuple(loads), predict, lambda point: point)
    for point, failure in _wrong(outputs, scores, keys, examples, metric).items():
        failures[point] = failure
        run = session.store.start_run(session.benchmark, point.key, Stage.ACCURACY, sha256=keys[point].sha256)
        session.store.end_run(run, failure)
    return {point: of_point for point, of_point in scores.items() if point not in failures}


def _stored(session: BenchmarkSession, key: PredictionsKey) -> Predictions | None:
    try:
        return session.store.find_predictions(key)
    except Damaged:  # new ones replace them
        return None


def _score(metric: Metric, outputs: Outputs, targets: Array) -> Array:
    try:
        return metric.score(outputs, targets)
    except ValueError as error:
        reason = f"Its outputs do not fit the metric {metric.noun}: {error}."
        raise RunFailed(Failure(FailureKind.UNSUPPORTED, reason)) from error


def _wrong(
    outputs: Mapping[OperatingPoint, Outputs],
    scores: Mapping[OperatingPoint, Array],
    keys: Mapping[OperatingPoint, PredictionsKey],
    examples: Examples,
    metric: Metric,
) -> dict[OperatingPoint, Failure]:
    """Find the points with wrong predictions: ruined by the recipe, or run wrongly by their runtime."""
    failures: dict[OperatingPoint, Failure] = {}
    sign = 1 if metric.higher_is_better else -1
    quality = {point: np.nan_to_num(sign * metric.value(scores[point]), nan=-np.inf) for point in scores}
    for point in outputs:
        parent = scores.get(parent_of(point)) if parent_of(point) != point else None
        same_file = [peer for peer in outputs if keys[peer].sha256 == keys[point].sha256]
        best = max(same_file, key=lambda peer: quality[peer])
        ruined = verdict(metric, outputs[point], scores[point], examples.targets, parent)
        misrun = None
        if quality[point] < quality[best]:
            runtimes = point.target.runtime, best.target.runtime
            misrun = runtimes_disagree(metric, outputs[point], outputs[best], *runtimes)
        if failure := misrun or ruined:  # a runtime that runs the file wrongly explains both
            failures[point] = failure
    return failures


def load_request(point: OperatingPoint, artifact: StoredArtifact, inputs: Path) -> Load:
    """The request that loads a point with the inputs of a `.npy` file."""
    file, target = artifact.file, point.target
    return Load(target.runtime, file.path, file.format, file.layout, str(inputs), target.threads)


def predict_all(session: BenchmarkSession, load: Load) -> Outputs:
    """Predict all inputs of a request in a child."""
    with temporary_folder() as folder, session.child([folder]) as child:
        child.request(load)
        out = folder / "outputs.npz"
        child.request(Predict(str(out)))
        with np.load(out, allow_pickle=False) as archive:
            return tuple(archive[name] for name in archive.files)
