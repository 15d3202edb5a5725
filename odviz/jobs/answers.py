"""Second phase: every file answers the whole held-out set on every runtime, before any of it is timed."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from odviz.domain.failure import Failure
from odviz.domain.result import Stage
from odviz.domain.target import OperatingPoint
from odviz.evaluation import verdict
from odviz.jobs.expand import parent_of
from odviz.jobs.progress import Phase
from odviz.jobs.session import Session
from odviz.store import Answers, AnswersKey
from odviz.tasks.base import Examples

Requests = Mapping[OperatingPoint, Mapping[str, object]]


def collect(
    session: Session,
    requests: Requests,
    keys: Mapping[OperatingPoint, AnswersKey],
    examples: Examples,
) -> dict[OperatingPoint, Failure]:
    """Answers of every point; an unchanged file on an unchanged engine and data set is not asked again.

    Args:
        session: the benchmark.
        requests: how a child loads each point.
        keys: what each point's answers depend on.
        examples: the held-out set.

    Returns:
        The points that are out: no answers, or answers so wrong that no speed will be shown.
    """
    given: dict[OperatingPoint, Answers] = {}

    def answer(point: OperatingPoint) -> None:
        with session.run(point.key, Stage.ACCURACY, sha256=keys[point].sha256):
            found = session.store.find_answers(keys[point])
            if found is None:
                found = _ask(session, requests[point], examples)
                session.store.save_answers(keys[point], found)
        given[point] = found

    failures = session.spread(Phase.ANSWERS, tuple(requests), answer, lambda point: point.label)
    for point, answers in given.items():
        parent = given.get(parent_of(point)) if parent_of(point) != point else None
        wrong = verdict(answers.logits, examples.labels, parent and parent.logits)
        if wrong is not None:
            failures[point] = wrong
            run = session.store.start_run(session.benchmark, point.key, Stage.ACCURACY, sha256=keys[point].sha256)
            session.store.end_run(run, wrong)
    return failures


def _ask(session: Session, request: Mapping[str, object], examples: Examples) -> Answers:
    with tempfile.TemporaryDirectory(prefix="odviz-") as folder, session.child() as child:
        child.ask(dict(request))
        out = Path(folder) / "logits.npy"
        child.ask({"do": "answers", "out": str(out)})
        logits = np.load(out, allow_pickle=False)
    predicted = logits.argmax(axis=1)
    return Answers(predicted, predicted == examples.labels, logits)
