"""Lesson: two programs run one file, and give other answers."""

from __future__ import annotations

import numpy as np

from odviz.domain.errors import InputError
from odviz.domain.estimate import Estimate
from odviz.domain.lesson import AnswerScale, Lesson, Question
from odviz.lessons._plans import INT8_DYNAMIC, INT8_STATIC, PROGRAMS
from odviz.lessons.base import Control, Evidence, LessonPlugin, Mark, Picture, Reveal, View, accuracy_of, time_plan
from odviz.stats import share
from odviz.tasks import TASKS
from odviz.units import estimate, percent

_NEW, _OLD = PROGRAMS.runtimes
_FLOAT = "float"


class SameFileOtherAnswer(LessonPlugin):
    """Compares the stored predictions of two runtimes for the same files."""

    lesson = Lesson(
        "same-file-other-answer",
        "Same file, other answer",
        5,
        Question(
            "Two programs run the very same int8 file on the same 100 pictures: a new one, and an older "
            "one. For how many pictures do they give different answers?",
            {},
            AnswerScale(0.0, 1.0, "1"),
        ),
        "A network is a file; a program, called a runtime, reads it and computes. There are several such programs. "
        "Both programs here load the file without any error message.",
        "No error message does not mean right: compare the answers on the device where it will run.",
        time_plan(
            "Measure: three files of one network, each in both programs, on thousands of pictures. Less than a minute. "
            "Meanwhile: how would you notice, in an app, that answers are wrong?",
            "Switch to the same network in another file. Ask first: will the programs agree there?",
        ),
        (
            "“None: a computer computes.” True if both programs understood the file alike.",
            "“A few, from rounding.” True for two of the three files.",
        ),
        (
            "The old program is an optional part: where it is not installed, the recorded measurement is shown.",
            "It is not that old programs are bad. This one does not know a newer way to store int8, and does not say "
            "so.",
        ),
    )
    plan = PROGRAMS
    control = Control(
        "Which file?",
        {INT8_DYNAMIC: "int8, the way asked about", INT8_STATIC: "int8, another way", _FLOAT: "Not compressed"},
    )

    def _reveal(self, evidence: Evidence | None) -> Reveal:
        """The share of pictures with different answers."""
        assert evidence is not None
        return Reveal(_different(evidence, INT8_DYNAMIC), self._change(evidence, INT8_DYNAMIC))

    def _change(self, evidence: Evidence | None, option: str) -> View:
        """How one file fares in both programs."""
        assert evidence is not None
        recipe = "" if option == _FLOAT else option
        new, old = (accuracy_of(evidence.point(recipe, runtime=runtime)) for runtime in (_NEW, _OLD))
        different = _different(evidence, recipe)
        return View(
            (
                f"The two programs give different answers for {estimate(different)} of {different.n:,} pictures.",
                f"The new program is right in {estimate(new)}, the old one in {estimate(old)}. Who guesses "
                f"among {_kinds(evidence)} kinds of clothes is right in {percent(1 / _kinds(evidence))}.",
            ),
            Picture(
                "Share of pictures",
                (
                    Mark("different answers", different, 2),
                    Mark("new program right", new),
                    Mark("old program right", old, 1),
                ),
                is_question=True,
            ),
        )


def _different(evidence: Evidence, recipe: str) -> Estimate:
    """Share of test items that the two runtimes predict differently.

    Raises:
        InputError: one of them predicted nothing, or its outputs were not kept.
    """
    stored = [evidence.data.predictions.get(evidence.point(recipe, runtime=name).point) for name in (_NEW, _OLD)]
    outputs = [predictions.outputs for predictions in stored if predictions and predictions.outputs]
    if len(outputs) < len(stored):
        raise InputError("One of the two programs gave no answers here.")
    same = evidence.data.metric.agreement(*outputs)
    return share(np.logical_not(same), scope="items that two runtimes predict differently")


def _kinds(evidence: Evidence) -> int:
    return len(TASKS[evidence.data.record.plan.task].classes())


plugin = SameFileOtherAnswer()
