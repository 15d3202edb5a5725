"""A log of what a device answered, compared with what the same variant predicted in a benchmark."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.calibration import probabilities_of, sureness
from odviz.arrays import Bools
from odviz.domain.errors import InputError
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.monitoring import DriftAlarm, DriftKind, EvidenceCurve, MonitorReport
from odviz.domain.result import BenchmarkResult
from odviz.domain.target import OperatingPoint
from odviz.library.answer_log import UNLABELLED, AnswerLog
from odviz.stats.calibration import Sureness
from odviz.stats.e_process import likeliest_change, log_evidence
from odviz.stats.proportions import clopper_pearson, share
from odviz.stats.unlabelled import accuracy_without_labels
from odviz.tasks import TASKS

Classes = NDArray[np.int64]

TEST_ERROR, REFERENCE_ERROR = 0.04, 0.01
"""Chance of any false alarm: by the tests, and because the benchmark's shares are those of few items. Together 5 %."""

TOLERANCE = 0.01
"""Change of a share that is of no interest."""

THRESHOLDS = (0.5, 0.7, 0.9, 0.99, 0.999)
"""Confidences below which answers are counted: chosen before any were seen, so that the shares have exact intervals."""

_CELL_EDGES = np.array([0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99])
_BLOCK = 10
"""Answers after each of which evidence is computed, and from which on a change may have come."""

_MOST_POINTS = 400
"""Points of a curve of evidence."""

_WIDER = 2.0
"""Widths of its interval beyond which a time is called slow: 95 % ends are at 1.96 standard errors, these at 3.9."""

_LARGEST_LOG = 700.0
"""Logarithm of the largest number that is written."""


@dataclass(frozen=True, eq=False)
class MonitorReference:
    """What a variant did in a benchmark, on N test items.

    Attributes:
        classes: names, in the order of the task.
        predicted: class of each item, shape (N,).
        sureness: confidence and whether it was right.
        slow: times that a known share of the inferences exceeds: the time as an estimate, and the share.
    """

    classes: tuple[str, ...]
    predicted: Classes
    sureness: Sureness
    slow: tuple[tuple[Estimate, float], ...] = ()


@dataclass(frozen=True, eq=False)
class _Watch:
    """One share that is monitored.

    Attributes:
        kind: of what is counted.
        risen: whether hits are counted, because the share may have risen; else the others.
        hits: of the answers, shape (M,).
        answers: positions of these in the log, shape (M,).
        most: largest share that is allowed, of what is counted.
        before: share of hits in the benchmark.
        weight: part of the error of all tests that is for this one.
        class_name: of a class.
        threshold: of confidence, or of a time.
    """

    kind: DriftKind
    risen: bool
    hits: Bools
    answers: NDArray[np.intp]
    most: float
    before: Estimate
    weight: float
    class_name: str = ""
    threshold: float | None = None

    def blocks(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What is counted in each block of answers, and the size of the block."""
        starts = np.arange(0, len(self.hits), _BLOCK)
        counted = np.add.reduceat((self.hits == self.risen).astype(float), starts)
        return counted, np.diff(starts, append=len(self.hits)).astype(float)


def reference_of(data: BenchmarkData, result: BenchmarkResult, point: OperatingPoint) -> MonitorReference:
    """What a variant did in a benchmark.

    Args:
        data: of the benchmark.
        result: its estimates.
        point: the variant.

    Raises:
        InputError: it predicts no classes, or its outputs were not kept.
    """
    probabilities, known = probabilities_of(data, point), sureness(data, point)
    if probabilities is None or known is None:
        raise InputError(
            f"{point.label} cannot be monitored: it predicts no classes with probabilities, its outputs were not kept, "
            "or the test items are others by now."
        )
    timed = next(one.latency for one in result.points if one.point == point)
    quantiles = [(timed.p50, 0.5), (timed.p90, 0.1)] if timed else []
    slow = tuple((time, rate) for time, rate in quantiles if time is not None)
    return MonitorReference(TASKS[data.record.plan.task].classes(), probabilities.argmax(axis=1), known, slow)


def monitor(
    benchmark: str,
    point: OperatingPoint,
    reference: MonitorReference,
    log: AnswerLog,
    deadline_s: float | None = None,
    release: str = "",
) -> MonitorReport:
    """Find what has changed since the benchmark.

    While every answer is like a test item drawn at random, any alarm at all is raised with a probability of at most
    5 %, however long the log grows and however often it is looked at: every share has a part of that, by weights that
    do not depend on the log.

    Args:
        benchmark: id of the benchmark.
        point: the variant.
        reference: what it did there.
        log: what it did on a device.
        deadline_s: time that at most 1 % of the answers may exceed; None for the measured p50 and p90.
        release: id of the release that wrote the log; empty for a variant that is none.
    """
    alarms: list[DriftAlarm] = []
    curves: dict[DriftKind, tuple[NDArray[np.float64], NDArray[np.intp]]] = {}
    for watch in _watches(reference, log, deadline_s):
        counted, sizes = watch.blocks()
        strengths = log_evidence(counted, sizes, watch.most) + math.log(TEST_ERROR * watch.weight)
        best, _ = curves.get(watch.kind, (strengths, watch.answers))
        curves[watch.kind] = np.maximum(best, strengths), watch.answers
        if strengths.max() >= 0:
            alarms.append(_alarm(watch, log, strengths))
    alarms.sort(key=lambda alarm: (alarm.raised_answer, -alarm.e_value / alarm.needed))
    judged_from = alarms[0].since_answer if alarms else 1
    judged, right = slice(judged_from - 1, None), log.predicted == log.labels
    labelled = log.labels[judged] != UNLABELLED
    return MonitorReport(
        benchmark,
        point,
        len(log),
        log.time(0),
        log.time(-1),
        tuple(alarms),
        tuple(_curve(kind, log, *evidence) for kind, evidence in curves.items()),
        judged_from,
        share(reference.sureness.right),
        accuracy_without_labels(reference.sureness, log.confidence[judged]),
        _logged(right[judged][labelled]) if labelled.any() else None,
        int(labelled.sum()),
        _repeated(log.predicted),
        log.set_back,
        log.set_back_line,
        release,
        log.others,
    )


def _watches(reference: MonitorReference, log: AnswerLog, deadline_s: float | None) -> Iterator[_Watch]:
    """Every share that is monitored; each kind has the same part of the error."""
    everything, part = np.arange(len(log)), 1 / len(DriftKind)
    known = reference.sureness
    for place, name in enumerate(reference.classes):
        weight = part / len(reference.classes)
        own, logged = reference.predicted == place, log.predicted == place
        for watch in _either_way(DriftKind.CLASS, own, logged, everything, weight):
            yield replace(watch, class_name=name)
    for threshold in THRESHOLDS:
        own, logged = known.confidence < threshold, log.confidence < threshold
        for watch in _either_way(DriftKind.CONFIDENCE, own, logged, everything, part / len(THRESHOLDS)):
            yield replace(watch, threshold=threshold)
    yield from _watch(DriftKind.UNSEEN, True, *_unseen(reference, log), everything, part)
    yield from _slow(reference, log, deadline_s, part)
    labelled = np.flatnonzero(log.labels != UNLABELLED)
    wrong = (log.labels != log.predicted)[labelled]
    yield from _watch(DriftKind.ACCURACY, True, ~known.right, wrong, labelled, part)


def _either_way(
    kind: DriftKind, own: Bools, logged: Bools, answers: NDArray[np.intp], weight: float
) -> Iterator[_Watch]:
    for risen in (True, False):
        yield from _watch(kind, risen, own, logged, answers, weight / 2)


def _watch(
    kind: DriftKind, risen: bool, own: Bools, logged: Bools, answers: NDArray[np.intp], weight: float
) -> Iterator[_Watch]:
    """A share that may have risen, or fallen; none if nothing of it is logged, or no share would be too large."""
    _, high = clopper_pearson(int((own == risen).sum()), len(own), 2 * REFERENCE_ERROR * weight)
    most = high + TOLERANCE
    if len(logged) and most < 1:
        yield _Watch(kind, risen, logged, answers, most, share(own), weight)


def _unseen(reference: MonitorReference, log: AnswerLog) -> tuple[Bools, Bools]:
    """Which items and which answers have a class with a confidence that another half of the items does not have.

    The first half says what was seen, the second how often something else comes, so that its share has an exact
    interval.
    """
    cells = [
        predicted * (len(_CELL_EDGES) + 1) + np.searchsorted(_CELL_EDGES, confidence, side="right")
        for predicted, confidence in (
            (reference.predicted, reference.sureness.confidence),
            (log.predicted, log.confidence),
        )
    ]
    order = np.random.default_rng(0).permutation(len(cells[0]))
    seen, others = np.array_split(cells[0][order], 2)
    return ~np.isin(others, seen), ~np.isin(cells[1], seen)


def _slow(reference: MonitorReference, log: AnswerLog, deadline_s: float | None, weight: float) -> Iterator[_Watch]:
    """Shares of answers that take longer than a deadline, or than the measured times and what these may be off."""
    timed = np.flatnonzero(np.isfinite(log.latency_s))
    limits = [(time.centre * (time.high / time.centre) ** _WIDER, rate) for time, rate in reference.slow]
    if deadline_s is not None:
        limits = [(deadline_s, 0.0)]
    for limit, rate in limits if len(timed) else ():
        hits, before = log.latency_s[timed] > limit, Estimate(rate, rate, rate, "1", Provenance.MEASURED)
        yield _Watch(
            DriftKind.LATENCY, True, hits, timed, rate + TOLERANCE, before, weight / len(limits), threshold=limit
        )


def _alarm(watch: _Watch, log: AnswerLog, strengths: NDArray[np.float64]) -> DriftAlarm:
    counted, sizes = watch.blocks()
    block = int(np.argmax(strengths >= 0))
    begin = _BLOCK * likeliest_change(counted[: block + 1], sizes[: block + 1], watch.most)
    since, raised = watch.answers[begin], watch.answers[min(_BLOCK * (block + 1), len(watch.answers)) - 1]
    needed = 1 / (TEST_ERROR * watch.weight)
    return DriftAlarm(
        watch.kind,
        watch.risen,
        log.time(since),
        log.time(raised),
        int(since) + 1,
        int(raised) + 1,
        math.exp(min(float(strengths.max()) + math.log(needed), _LARGEST_LOG)),
        needed,
        watch.before,
        _logged(watch.hits[begin:]),
        watch.class_name,
        watch.threshold,
    )


def _logged(flags: Bools) -> Estimate:
    return replace(share(flags), provenance=Provenance.OWN)


def _repeated(predicted: Classes) -> float:
    """Cohen's kappa of each answer's class and that of the one before; 0 where a single class is predicted."""
    chance = float(((np.bincount(predicted) / len(predicted)) ** 2).sum())
    if chance == 1 or len(predicted) < 2:
        return 0.0
    return max(0.0, (float((predicted[1:] == predicted[:-1]).mean()) - chance) / (1 - chance))


def _curve(kind: DriftKind, log: AnswerLog, strengths: NDArray[np.float64], answers: NDArray[np.intp]) -> EvidenceCurve:
    """A curve with few points: the greatest evidence in each stretch of time."""
    ends = np.minimum(_BLOCK * np.arange(1, len(strengths) + 1), len(answers)) - 1
    starts = np.unique(np.linspace(0, len(strengths), _MOST_POINTS + 1, dtype=int)[:-1])
    greatest = np.exp(np.minimum(np.maximum.reduceat(strengths, starts), _LARGEST_LOG))
    times = log.times[answers[ends[np.append(starts[1:], len(strengths)) - 1]]]
    return EvidenceCurve(kind, tuple(times.tolist()), tuple(greatest.tolist()))
