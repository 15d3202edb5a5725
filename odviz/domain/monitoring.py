"""What a log of answers from a device says about a variant: alarms, evidence over time, and accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from odviz.domain.estimate import Estimate
from odviz.domain.target import OperatingPoint

_MOST_REPEATED = 0.2
"""A change of what is predicted repeats classes, too, but less than that unless it is a very large one."""


class DriftKind(StrEnum):
    """What is monitored."""

    CLASS = "class"
    """How often a class is predicted."""

    CONFIDENCE = "confidence"
    """How often the confidence is below a threshold."""

    UNSEEN = "unseen"
    """How often a class comes with a confidence with which it did not come in the benchmark."""

    LATENCY = "latency"
    """How often an answer takes longer than the measured p50 or p90, or than a limit."""

    ACCURACY = "accuracy"
    """How often a labelled answer is wrong."""


@dataclass(frozen=True, slots=True)
class DriftAlarm:
    """A share of the answers that is not what it was in the benchmark.

    Attributes:
        kind: what is monitored.
        risen: whether the share has risen; else it has fallen.
        since: time of the answer from which on the change is most likely.
        raised: time of the answer at which the evidence sufficed.
        since_answer: number of the first of these answers in the log, from 1.
        raised_answer: number of the second one.
        e_value: greatest evidence so far: how many times likelier the answers are after a change than without one.
        needed: evidence that suffices.
        before: the share in the benchmark.
        after: the share in the answers since the change.
        class_name: of a `CLASS`.
        threshold: of a `CONFIDENCE`, or seconds of a `LATENCY`.
    """

    kind: DriftKind
    risen: bool
    since: datetime
    raised: datetime
    since_answer: int
    raised_answer: int
    e_value: float
    needed: float
    before: Estimate
    after: Estimate
    class_name: str = ""
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class EvidenceCurve:
    """The strongest evidence of one kind over time.

    Attributes:
        kind: of what is monitored.
        times: of answers, in seconds since 1970.
        strengths: evidence over the evidence that suffices; an alarm is raised at 1.
    """

    kind: DriftKind
    times: tuple[float, ...]
    strengths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MonitorReport:
    """A log beside the benchmark of the variant that wrote it.

    Attributes:
        benchmark: id.
        point: the variant.
        answers: number of them.
        begin: time of the first answer.
        end: time of the last one.
        alarms: in the order in which they were raised.
        evidence: of every kind that the log has figures for.
        judged_from: number of the answer from which on accuracy is estimated: since the first alarm's change, or 1.
        accuracy_before: share of right predictions in the benchmark.
        accuracy_estimated: the share that the confidence of the answers makes likely, without labels.
        accuracy_labelled: the share of right ones of the labelled answers; None without any.
        labelled: number of these.
        repeated: how much more often than by chance an answer has the class of the one before, from 0 to 1 for always.
        set_back: lines of the log whose time is before that of the line above.
        set_back_line: first of them, from 1; 0 for none.
        release: id of the release that wrote the log; empty for a variant that is none.
        others: answers of other releases in the log, which are left out.
    """

    benchmark: str
    point: OperatingPoint
    answers: int
    begin: datetime
    end: datetime
    alarms: tuple[DriftAlarm, ...]
    evidence: tuple[EvidenceCurve, ...]
    judged_from: int
    accuracy_before: Estimate
    accuracy_estimated: Estimate
    accuracy_labelled: Estimate | None = None
    labelled: int = 0
    repeated: float = 0.0
    set_back: int = 0
    set_back_line: int = 0
    release: str = ""
    others: int = 0

    @property
    def dependent(self) -> bool:
        """Whether answers follow each other too closely for the tests, so that alarms may be false."""
        return self.repeated > _MOST_REPEATED
