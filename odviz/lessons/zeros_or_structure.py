"""Lesson: what pruning removes."""

from __future__ import annotations

from odviz.domain.lesson import AnswerScale, Lesson, Question
from odviz.domain.model import GraphFacts
from odviz.lessons._plans import PRUNED, SLIM, ZEROS
from odviz.lessons.base import (
    Control,
    Evidence,
    LessonPlugin,
    Mark,
    Picture,
    Reveal,
    View,
    accuracy_of,
    facts_of,
    fold,
    speedup_of,
    time_plan,
    timed,
)
from odviz.units import digits, estimate, figure, percent

_MILLION = 1e6


class ZerosOrStructure(LessonPlugin):
    """Compares weights that are set to zero with channels that are cut out."""

    lesson = Lesson(
        "zeros-or-structure",
        "What pruning removes",
        2,
        Question(
            "In a network for pictures we set the least important half of all its numbers to zero. "
            "How many times as fast does it become?",
            {},
            AnswerScale(0.5, 4.0, "×", log=True),
        ),
        "A network learns thousands of numbers, called weights. Many hardly matter. “Pruning” gets rid of those. "
        "Multiplying by zero gives zero, so half of the multiplications could be left out.",
        "A zero still gets multiplied. Only what is cut out of the shape saves time.",
        time_plan(
            "Measure: the network as it is, with half of its weights as zeros, and with half of its work cut out. "
            "Half a minute. Meanwhile: does a pocket calculator answer 0 × 7 faster than 3 × 7?",
            "Switch from zeros to cutting out. Ask first: which of the two makes the file smaller?",
        ),
        (
            "“Twice as fast.” The usual answer: half of the work is left. But nobody tells the processor.",
            "“A bit faster.” Some programs can skip zeros, where nearly all weights are zero.",
        ),
        (
            "1 means as fast as before. Point at the 1 on the scale before they predict.",
            "Zeros do help when a file is sent zipped: look at the zipped size.",
        ),
    )
    plan = PRUNED
    control = Control("What is removed?", {ZEROS: "Half the weights become zero", SLIM: "Half the work is cut out"})

    def _reveal(self, evidence: Evidence | None) -> Reveal:
        """The speed-up with half of the weights as zeros."""
        assert evidence is not None
        point = evidence.point(ZEROS)
        return Reveal(speedup_of(point), self._change(evidence, ZEROS))

    def _change(self, evidence: Evidence | None, option: str) -> View:
        """Speed, size and accuracy with one way of pruning."""
        assert evidence is not None
        before, after = evidence.point(), evidence.point(option)
        speedup = speedup_of(after)
        was, now = facts_of(before), facts_of(after)
        return View(
            (
                f"It is {fold(speedup)} as fast as before: one answer takes {estimate(timed(after).p50)} instead of "
                f"{estimate(timed(before).p50)}.",
                f"Of its {now.parameters:,} weights {percent(_zeros(now))} are zero. It multiplies "
                f"{digits(now.macs / _MILLION)} million times for one answer; "
                f"before, {digits(was.macs / _MILLION)} million times.",
                f"The file has {figure(now.file_bytes, 'B')}; before, {figure(was.file_bytes, 'B')}. Zipped it has "
                f"{figure(now.compressed_bytes, 'B')}; before, {figure(was.compressed_bytes, 'B')}.",
                f"It is right in {estimate(accuracy_of(after))} of the pictures; before, in "
                f"{estimate(accuracy_of(before))}.",
            ),
            Picture(
                "How many times as fast as before",
                (Mark(self.control.options[option], speedup, 1),),
                log=True,
                line=1.0,
                line_label="as fast as before",
                is_question=True,
            ),
        )


def _zeros(facts: GraphFacts) -> float:
    return 1 - facts.nonzero_parameters / max(1, facts.parameters)


plugin = ZerosOrStructure()
