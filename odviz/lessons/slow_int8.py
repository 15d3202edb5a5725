"""Lesson: whole numbers can make a small network slower."""

from __future__ import annotations

from odviz.domain.lesson import Lesson, Question
from odviz.lessons._plans import INT8_STATIC, LARGE, NETWORKS, SMALL
from odviz.lessons.base import (
    Control,
    Evidence,
    LessonPlugin,
    Mark,
    Picture,
    Reveal,
    View,
    facts_of,
    fold,
    speedup_of,
    time_plan,
    timed,
)
from odviz.units import digits, estimate, figure

_SAME = 1.1
"""Factor up to which two times count as the same: what the question calls a tenth."""

_MILLION = 1e6


class SlowInt8(LessonPlugin):
    """Compares a small and a large network in float and in int8."""

    lesson = Lesson(
        "slow-int8",
        "Smaller numbers, faster network?",
        1,
        Question(
            "A small network names clothes on pictures. We turn its numbers into 8-bit whole numbers (int8). "
            "Is one answer then faster or slower?",
            {
                "faster": "Faster, by more than a tenth",
                "same": "About as fast as before",
                "slower": "Slower, by more than a tenth",
            },
        ),
        "A neural network is a long list of multiplications. Usually each number takes 32 bits. With “int8” each takes "
        "only 8 bits and is a whole number, so the file shrinks. Many people do this to make a network faster.",
        "Smaller is not faster: int8 saves time only where multiplying takes longer than converting. Measure it.",
        time_plan(
            "Measure: a small and a large network, each as it is and in int8. Half a minute. Meanwhile: what has to "
            "happen to a number such as 0.37 before it is a whole number?",
            "Switch from the small to the large network. Ask first: will int8 do better or worse there?",
        ),
        (
            "“Faster, because the numbers are smaller.” The usual answer. It is right for large networks on "
            "processors with instructions for whole numbers.",
            "“The same.” It would be, if converting cost nothing.",
        ),
        (
            "The result depends on the processor: on a phone it may be the other way round. Say which computer "
            "measured.",
            "If the interval reaches across “as fast as before”, two choices count as right.",
        ),
    )
    plan = NETWORKS
    control = Control("Which network?", {SMALL: "The small network", LARGE: "The large network"})

    def _reveal(self, evidence: Evidence | None) -> Reveal:
        """The speed-up of the small network."""
        assert evidence is not None
        speedup = speedup_of(evidence.point(INT8_STATIC, SMALL))
        right = {
            "faster": speedup.high > _SAME,
            "same": speedup.low <= _SAME and speedup.high >= 1 / _SAME,
            "slower": speedup.low < 1 / _SAME,
        }
        return Reveal(speedup, self._change(evidence, SMALL), tuple(name for name, holds in right.items() if holds))

    def _change(self, evidence: Evidence | None, option: str) -> View:
        """Times of one of the two networks."""
        assert evidence is not None
        before, after = evidence.point(model=option), evidence.point(INT8_STATIC, option)
        was, now = facts_of(before), facts_of(after)
        title = self.control.options[option].lower()
        return View(
            (
                f"In int8 {title} is {fold(speedup_of(after))} as fast as before: one answer takes "
                f"{estimate(timed(after).p50)} instead of {estimate(timed(before).p50)}.",
                f"Its file has {figure(now.file_bytes, 'B')} instead of {figure(was.file_bytes, 'B')}. For one "
                "answer it "
                f"multiplies {digits(was.macs / _MILLION)} million times.",
                f"To convert between whole numbers and others, the int8 file has {sum(now.operators.values())} steps "
                "instead of "
                f"{sum(was.operators.values())}. The fewer multiplications a network has, the more these steps weigh.",
            ),
            Picture(
                "Time of one answer",
                (Mark("before", timed(before).p50), Mark("int8", timed(after).p50, 1)),
            ),
        )


plugin = SlowInt8()
