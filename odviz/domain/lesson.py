"""Lessons: a question, a prediction that is locked in, what was measured, and the score."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from odviz.domain.errors import InputError
from odviz.domain.estimate import Estimate
from odviz.domain.text import visible

LEVEL = 0.8
"""How sure a pupil is to be that a range holds the truth: in four of five lessons."""

LONGEST_NAME = 40
"""Characters of the name of a pupil or a class."""


@dataclass(frozen=True, slots=True)
class AnswerScale:
    """The numbers that a question can be answered with.

    Attributes:
        low: least.
        high: greatest.
        unit: "1" for a share, "×" for a factor, or an SI unit.
        log: whether ratios count, so that 2 lies midway between 1 and 4.
    """

    low: float
    high: float
    unit: str
    log: bool = False

    def position(self, value: float) -> float:
        """Where a number stands on the scale: 0 at its low end, 1 at its high end."""
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        if value <= 0:
            return -math.inf
        return math.log(value / self.low) / math.log(self.high / self.low)


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be predicted: one of some choices, or a number.

    Attributes:
        text: as asked, in plain words.
        choices: text by name; empty for a number.
        scale: of a number; None for choices.
    """

    text: str
    choices: Mapping[str, str]
    scale: AnswerScale | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One part of a lesson in the classroom.

    Attributes:
        minutes: how long it takes.
        text: what is done.
    """

    minutes: int
    text: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a lesson declares; its plug-in adds how it reads measurements.

    Attributes:
        name: as typed and in addresses ("slow-int8").
        title: as shown.
        order: place among the lessons.
        question: what is predicted.
        story: two or three sentences before the question: what a pupil needs to know.
        sentence: to take home.
        steps: time plan.
        expected: answers that pupils usually give, and what to say to them.
        watch: what can go wrong, or be misunderstood.
    """

    name: str
    title: str
    order: int
    question: Question
    story: str
    sentence: str
    steps: tuple[Activity, ...]
    expected: tuple[str, ...]
    watch: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True, slots=True)
class Range:
    """A number as predicted: the truth lies between two ends, both included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a pupil predicts: the name of a choice, or a range.

    Attributes:
        choice: empty for a number.
        range: None for a choice.
    """

    choice: str = ""
    range: Range | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured.

    Attributes:
        estimate: the figure that was asked for, or that decides which choice is right.
        right: names of the choices that its interval does not exclude; empty for a number.
        benchmark: id of the benchmark that it comes from.
        host: processor that measured.
        recorded: whether the benchmark was shipped with odviz, so that another computer measured it.
    """

    estimate: Estimate
    right: tuple[str, ...]
    benchmark: str
    host: str
    recorded: bool


@dataclass(frozen=True, slots=True)
class Score:
    """How good a prediction was.

    Attributes:
        right: whether the choice is right, or the range holds the value.
        points: 100 for a right choice or an exact number, 0 for a wrong choice or the whole scale; below 0 for a range
            that is narrow and far off. Affine in the interval score, so that an honest range is best.
    """

    right: bool
    points: float


@dataclass(frozen=True, slots=True)
class Pupil:
    """Who answers.

    Attributes:
        name: as typed; unique within a class.
        classroom: name or code of the class; empty on a pupil's own computer.
        may_measure: whether this pupil may start a benchmark on this computer.
    """

    name: str
    classroom: str = ""
    may_measure: bool = True

    def __post_init__(self) -> None:
        """Refuse a name that cannot be shown.

        Raises:
            InputError: no name, or one too long or with invisible characters.
        """
        for label, text in (("name", self.name), ("name of the class", self.classroom)):
            if len(text) > LONGEST_NAME:
                raise InputError(f"The {label} has {len(text)} characters: {LONGEST_NAME} at most.")
            if visible(text) != text or "\n" in text or "\t" in text:
                raise InputError(f"The {label} has characters that cannot be shown: {visible(text)!r}.")
        if not self.name.strip():
            raise InputError("A name is needed: any name or nickname.")


@dataclass(frozen=True, slots=True)
class Answer:
    """A pupil's answer to one lesson; the prediction is never changed, and outcome and score only once.

    Attributes:
        classroom: name or code of the class; empty on a pupil's own computer.
        pupil: name of the pupil.
        lesson: name of the lesson.
        prediction: as locked in.
        locked: when (UTC).
        outcome: None until it was revealed.
        score: of the prediction; None until it was revealed.
    """

    classroom: str
    pupil: str
    lesson: str
    prediction: Prediction
    locked: datetime
    outcome: Outcome | None = None
    score: Score | None = None
