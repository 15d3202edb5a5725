"""The base class of all lessons, the measurements that they read, and what they show of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.imported import as_imported
from odviz.domain.errors import InputError
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.lesson import Activity, Lesson
from odviz.domain.model import GraphFacts
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import Recipe, parse_recipe
from odviz.domain.result import BenchmarkResult, Latency, PointResult
from odviz.units import digits, times_interval


@dataclass(frozen=True, slots=True)
class Evidence:
    """One benchmark that a lesson reads.

    Attributes:
        data: its samples.
        result: the estimates made of them.
        recorded: whether it was shipped with odviz, so that another computer measured it.
    """

    data: BenchmarkData
    result: BenchmarkResult
    recorded: bool

    @property
    def host(self) -> str:
        """Name of the processor that measured; empty if it was not recorded."""
        environment = self.data.record.environment
        return environment.cpu if environment else ""

    def point(self, recipe: str = "", model: str = "", runtime: str = "") -> PointResult:
        """The result of one variant.

        Args:
            recipe: as written; empty for the uncompressed network.
            model: its name; empty for any.
            runtime: its name; empty for any.

        Raises:
            InputError: the benchmark has no such point.
        """
        wanted = parse_recipe(recipe) if recipe else Recipe()
        for result in self.result.points:
            point = result.point
            same = point.variant.recipe == wanted and model in ("", point.variant.model)
            if same and runtime in ("", point.target.runtime):
                return result
        raise InputError(f"The measurement has no figures of {recipe or 'the uncompressed network'}.")


def timed(point: PointResult) -> Latency:
    """How long a point takes.

    Raises:
        InputError: it was not timed.
    """
    if point.latency is None:
        raise InputError(f"There is no time of {point.point.label}. {_why(point)}")
    return point.latency


def known(estimate: Estimate | None, point: PointResult) -> Estimate:
    """An estimate of a point.

    Raises:
        InputError: there is none.
    """
    if estimate is None:
        raise InputError(f"A figure of {point.point.label} is missing. {_why(point)}")
    return estimate


def facts_of(point: PointResult) -> GraphFacts:
    """What the file of a point is made of.

    Raises:
        InputError: there is no file.
    """
    if point.facts is None:
        raise InputError(f"There is no file of {point.point.label}. {_why(point)}")
    return point.facts


def accuracy_of(point: PointResult) -> Estimate:
    """Share of right predictions.

    Raises:
        InputError: nothing was predicted.
    """
    return known(point.accuracy.value if point.accuracy else None, point)


def speedup_of(point: PointResult) -> Estimate:
    """How many times as fast as the uncompressed network a point is.

    Raises:
        InputError: it was not timed beside that.
    """
    return replace(known(timed(point).speedup, point), unit="×")


def fold(ratio: Estimate) -> str:
    """A ratio in a sentence, with its interval ("0.684 times (0.645–0.724)")."""
    return f"{digits(ratio.centre)} times ({times_interval(ratio)})"


def exactly(value: float, unit: str) -> Estimate:
    """A count, which has no uncertainty."""
    return Estimate(value, value, value, unit, Provenance.MEASURED, level=1.0)


def _why(point: PointResult) -> str:
    return point.failure.reason if point.failure else "Measure it again."


@dataclass(frozen=True, slots=True)
class Mark:
    """One figure in a picture.

    Attributes:
        label: what it is of, short.
        estimate: the figure.
        hue: index of its colour: figures that belong together share one.
    """

    label: str
    estimate: Estimate
    hue: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart of figures in one unit, one row each.

    Attributes:
        title: what is drawn, with its unit if that is none of SI.
        marks: from top to bottom.
        log: whether the axis is logarithmic.
        line: a figure to compare all marks with; None for none.
        line_label: what that is.
        is_question: whether the axis is that of the question, so that a predicted range can be drawn.
    """

    title: str
    marks: tuple[Mark, ...]
    log: bool = False
    line: float | None = None
    line_label: str = ""
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of measurements.

    Attributes:
        sentences: in the order in which they are read; each has its figures with their intervals.
        picture: of the same figures.
    """

    sentences: tuple[str, ...]
    picture: Picture


@dataclass(frozen=True, slots=True)
class Reveal:
    """What a lesson reveals.

    Attributes:
        estimate: the figure that was asked for, or that decides which choice is right.
        view: the figure with those that explain it.
        right: names of the choices that the figure's interval does not exclude; empty for a number.
    """

    estimate: Estimate
    view: View
    right: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """The one thing that can be changed.

    Attributes:
        label: what it is.
        options: text by name; the first is what was asked about.
    """

    label: str
    options: Mapping[str, str] = field(hash=False)


def time_plan(measure: str, change: str) -> tuple[Activity, ...]:
    """The usual twelve minutes of a lesson.

    Args:
        measure: what is measured, and what to look at meanwhile.
        change: what is changed, and what to ask before.
    """
    return (
        Activity(2, "Read the story and the question together. Let somebody say it again in other words."),
        Activity(
            2, "Everybody predicts alone and locks it in. No talking: a prediction that was copied teaches nothing."
        ),
        Activity(2, measure),
        Activity(3, "Reveal. Who was right? Ask one who was and one who was not for their reason."),
        Activity(2, change),
        Activity(1, "Read the sentence to take home aloud, and write it down."),
    )


class LessonPlugin(ABC):
    """One lesson; a plug-in.

    Attributes:
        lesson: what it declares: question, texts, time plan.
        plan: the benchmark that it reads; None if it reads published measurements alone.
        control: the one thing that can be changed.
    """

    lesson: Lesson
    plan: BenchmarkPlan | None
    control: Control

    @property
    def name(self) -> str:
        """Name as typed and in addresses."""
        return self.lesson.name

    def reveal(self, evidence: Evidence | None) -> Reveal:
        """What was measured of the question.

        Args:
            evidence: a benchmark of the plan; None without a plan.

        Raises:
            InputError: the benchmark lacks a figure.
        """
        own = self._reveal(evidence)
        if evidence is None or not evidence.recorded:
            return own
        return Reveal(as_imported(own.estimate), _elsewhere(own.view), own.right)

    def change(self, evidence: Evidence | None, option: str) -> View:
        """What comes out with one thing changed.

        Args:
            evidence: a benchmark of the plan; None without a plan.
            option: name of an option of `control`.

        Raises:
            InputError: the benchmark lacks a figure.
        """
        view = self._change(evidence, option)
        return _elsewhere(view) if evidence and evidence.recorded else view

    @abstractmethod
    def _reveal(self, evidence: Evidence | None) -> Reveal:
        """The same as `reveal`, as if everything had been measured here."""

    @abstractmethod
    def _change(self, evidence: Evidence | None, option: str) -> View:
        """The same as `change`, as if everything had been measured here."""


def _elsewhere(view: View) -> View:
    """A view whose measured figures are another machine's."""
    marks = tuple(replace(mark, estimate=as_imported(mark.estimate)) for mark in view.picture.marks)
    return replace(view, picture=replace(view.picture, marks=marks))
