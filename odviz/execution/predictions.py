"""Second phase: every file answers the whole held-out set on every runtime, before any of it is timed."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import Damaged
from odviz.domain.failure import Failure
from odviz.domain.result import Stage
from odviz.domain.target import OperatingPoint, parent_of
from odviz.execution.compatibility import Environment, processor
from odviz.execution.progress import Phase
from odviz.execution.session import Session
from odviz.execution.verdict import runtimes_disagree, verdict
from odviz.metrics.base import Metric
from odviz.store import Answers, AnswersKey
from odviz.tasks.base import Examples

Logits = NDArray[np.float32]
Requests = Mapping[OperatingPoint, Mapping[str, object]]


def key_of(point: OperatingPoint, sha256: str, environment: Environment) -> AnswersKey:
    """What the answers of a point depend on.

    Args:
        point: whose runtime answers.
        sha256: of its file.
        environment: of the benchmark.
    """
    runtimes, runtime = environment.get("runtimes"), point.target.runtime
    version = str(runtimes.get(runtime, "")) if isinstance(runtimes, Mapping) else ""
    data = str(environment.get("data_sha256", ""))
    return AnswersKey(sha256, runtime, version, data, point.target.threads, processor(environment))


def collect(
    session: Session,
    requests: Requests,
    keys: Mapping[OperatingPoint, AnswersKey],
    examples: Examples,
    metric: Metric,
) -> dict[OperatingPoint, Failure]:
    """Answers of every point; an unchanged file on an unchanged runtime and data set is not asked again.

    Args:
        session: the benchmark.
        requests: how a child loads each point.
        keys: what each point's answers depend on.
        examples: the held-out set.
        metric: of the task.

    Returns:
        The points that are out: no answers, or answers so wrong that no speed will be shown.
    """
    given: dict[OperatingPoint, Logits] = {}

    def answer(point: OperatingPoint) -> None:
        with session.run(point.key, Stage.ACCURACY, sha256=keys[point].sha256):
            known = _known(session, keys[point])
            logits = known.logits if known else None
            if logits is None:
                logits = _ask(session, requests[point])
                right = metric.score((logits,), examples.targets)
                session.store.save_answers(keys[point], Answers(logits.argmax(axis=1), right, logits))
        given[point] = logits

    failures = session.spread(Phase.ANSWERS, tuple(requests), answer, lambda point: point)
    for point, wrong in _wrong(given, keys, examples, metric).items():
        failures[point] = wrong
        run = session.store.start_run(session.benchmark, point.key, Stage.ACCURACY, sha256=keys[point].sha256)
        session.store.end_run(run, wrong)
    return failures


def _known(session: Session, key: AnswersKey) -> Answers | None:
    try:
        return session.store.find_answers(key)
    except Damaged:  # asked anew, they take the place of these
        return None


def _wrong(
    given: Mapping[OperatingPoint, Logits],
    keys: Mapping[OperatingPoint, AnswersKey],
    examples: Examples,
    metric: Metric,
) -> dict[OperatingPoint, Failure]:
    """Points whose answers are not worth having: ruined by the recipe, or run wrongly by their runtime."""
    found: dict[OperatingPoint, Failure] = {}
    scores = {point: metric.score((logits,), examples.targets) for point, logits in given.items()}
    sign = 1 if metric.higher_is_better else -1
    quality = {point: sign * metric.value(of_point) for point, of_point in scores.items()}
    for point, logits in given.items():
        parent = scores.get(parent_of(point)) if parent_of(point) != point else None
        same_file = [other for other in given if keys[other].sha256 == keys[point].sha256]
        best = max(same_file, key=lambda other: quality[other])
        ruined = verdict(metric, (logits,), scores[point], examples.targets, parent)
        misrun = None
        if quality[point] < quality[best]:
            runtimes = point.target.runtime, best.target.runtime
            misrun = runtimes_disagree(metric, (logits,), (given[best],), *runtimes)
        if failure := misrun or ruined:  # a runtime that runs the file wrongly explains both
            found[point] = failure
    return found


def _ask(session: Session, request: Mapping[str, object]) -> Logits:
    with tempfile.TemporaryDirectory(prefix="odviz-") as folder, session.child() as child:
        child.ask(dict(request))
        out = Path(folder) / "logits.npy"
        child.ask({"do": "answers", "out": str(out)})
        logits: Logits = np.load(out, allow_pickle=False)
    return logits
