"""Lessons: predictions that are locked in, the measurements behind a lesson, and what it reveals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.analysis.lesson_scores import score
from odviz.domain.errors import InputError, OdvizError
from odviz.domain.lesson import Answer, Outcome, Prediction, Pupil, Question
from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.domain.result import State
from odviz.lessons.base import Evidence, LessonPlugin, Reveal
from odviz.library.integrity import check_file, digest_of
from odviz.library.paths import data_dir
from odviz.services import benchmark
from odviz.store import BenchmarkRecord, Store, open_copy
from odviz.store.clock import now

RECORDED = "lessons/recorded.sqlite"
"""The database of recorded benchmarks, in data/."""

_RECENT = 50
"""Benchmarks of a task among which that of a lesson is looked for."""


def lock(store: Store, pupil: Pupil, plugin: LessonPlugin, prediction: Prediction) -> Answer:
    """Store a prediction, which cannot be changed any more.

    Raises:
        InputError: it does not fit the question.
        AnswerLocked: the pupil has locked one in before.
    """
    _check(plugin.lesson.question, prediction)
    answer = Answer(pupil.classroom, pupil.name.strip(), plugin.name, prediction, now())
    store.lock_answer(answer)
    return answer


def reveal(store: Store, answer: Answer, plugin: LessonPlugin, evidence: Evidence | None) -> Answer:
    """Store what was measured of a locked prediction, and its score; what was stored first stays.

    Args:
        store: that holds the answer.
        answer: with a locked prediction.
        plugin: its lesson.
        evidence: a benchmark of the lesson's plan; None for a lesson without one.

    Raises:
        InputError: the benchmark lacks a figure.
    """
    finding = plugin.reveal(evidence)
    outcome = Outcome(
        finding.estimate,
        finding.right,
        evidence.result.id if evidence else "",
        evidence.host if evidence else "",
        recorded=evidence is None or evidence.recorded,
    )
    return store.reveal_answer(answer, outcome, score(plugin.lesson.question, answer.prediction, outcome))


def why_not_here(plan: BenchmarkPlan) -> str:
    """Why the benchmark of a lesson cannot be measured on this computer; empty if it can."""
    try:
        benchmark.check(plan)
    except OdvizError as error:
        return str(error)
    return ""


def measured(store: Store, plan: BenchmarkPlan) -> BenchmarkRecord | None:
    """The newest benchmark of a lesson that was measured to its end here; None if there is none."""
    records = store.benchmarks(_RECENT, plan.task)
    ended = (one for one in records if one.state is State.DONE and one.imported is None)
    return next((one for one in ended if one.plan == plan), None)


def evidence_of(store: Store, identity: str, recorded: bool = False) -> Evidence:
    """A stored benchmark as a lesson reads it.

    Raises:
        UnknownName: there is no such benchmark.
        Damaged: a record of it cannot be read.
    """
    data = load_benchmark_data(store, identity)
    return Evidence(data, summarise(data), recorded)


def recorded(plan: BenchmarkPlan) -> Evidence:
    """The benchmark of a plan that was shipped with odviz.

    Raises:
        IntegrityError: the file is not the one that was shipped.
        InputError: it has no benchmark of this plan.
        StoreError: it cannot be read.
    """
    path = check_file(data_dir(), RECORDED)
    try:
        return _recorded(path, digest_of(path))[_key(plan)]
    except KeyError:
        raise InputError("No measurement of this lesson is recorded.") from None


def example(plugin: LessonPlugin) -> tuple[Reveal, Evidence | None]:
    """What a lesson reveals of the recorded benchmark, or of published measurements.

    Raises:
        IntegrityError: the file is not the one that was shipped.
        InputError: it has no benchmark of the plan.
    """
    evidence = recorded(plugin.plan) if plugin.plan else None
    return plugin.reveal(evidence), evidence


@lru_cache(maxsize=2)
def _recorded(path: Path, digest: str) -> Mapping[str, Evidence]:  # noqa: ARG001 (a part of the cache's key)
    """The recorded benchmarks by plan, read from a copy in memory, because opening a database upgrades it."""
    with open_copy(path) as store:
        return {
            _key(record.plan): evidence_of(store, record.id, recorded=True)
            for record in store.benchmarks(_RECENT)
            if record.state is State.DONE
        }


def _key(plan: BenchmarkPlan) -> str:
    """What is compared; for how long it is timed can change after a benchmark was recorded."""
    return repr(replace(plan, effort=QUICK))


def _check(question: Question, prediction: Prediction) -> None:
    chosen, scale = prediction.range, question.scale
    if scale is None:
        if prediction.choice not in question.choices or chosen is not None:
            raise InputError(f"Choose one of {', '.join(question.choices)}.")
    elif chosen is None or not scale.low <= chosen.low <= chosen.high <= scale.high:
        raise InputError(f"Choose a range between {scale.low:g} and {scale.high:g}.")
