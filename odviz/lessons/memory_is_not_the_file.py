"""Lesson: a running network needs more memory than its file has bytes."""

from __future__ import annotations

from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.lesson import AnswerScale, Lesson, Question
from odviz.lessons._plans import INT8_STATIC, LARGE, NETWORKS, SMALL
from odviz.lessons.base import (
    Control,
    Evidence,
    LessonPlugin,
    Mark,
    Picture,
    Reveal,
    View,
    exactly,
    facts_of,
    fold,
    known,
    time_plan,
)
from odviz.units import estimate, figure

_VARIANTS = {
    "small": ("", SMALL),
    "small-int8": (INT8_STATIC, SMALL),
    "large": ("", LARGE),
    "large-int8": (INT8_STATIC, LARGE),
}
"""Recipe and model of each option."""


class MemoryIsNotTheFile(LessonPlugin):
    """Compares the size of files with the peak memory of loading and running them."""

    lesson = Lesson(
        "memory-is-not-the-file",
        "The memory that is not the file",
        4,
        Question(
            "A program loads a small network from its file and lets it answer. How many times the size of the file "
            "does "
            "it need in memory?",
            {},
            AnswerScale(0.5, 100.0, "×", log=True),
        ),
        "A network lies in a file. To run it, a program copies the file into memory, plans the work, and stores what "
        "each layer passes on to the next. A tablet or a watch has little memory: if it is full, the app is closed.",
        "The file tells what a download costs, not what runs: measure the memory while it works.",
        time_plan(
            "Measure: memory before a network is loaded, and its peak until the first answer. Half a minute. "
            "Meanwhile: what besides the weights must be in memory?",
            "Switch to int8, whose file is smaller. Ask first: does it need less memory, too?",
        ),
        (
            "“Once: it is the file that is loaded.” The usual answer.",
            "“Twice: the file and a copy.” That is the weights. The plan and the results of the layers come on top.",
        ),
        (
            "The program that runs the network is not counted: it was in memory before.",
            "The smaller the network, the larger the factor: the plan has a fixed part.",
        ),
    )
    plan = NETWORKS
    control = Control(
        "Which file?",
        {
            "small": "Small network",
            "small-int8": "Small, int8",
            "large": "Large network",
            "large-int8": "Large, int8",
        },
    )

    def _reveal(self, evidence: Evidence | None) -> Reveal:
        """Memory over file size of the small network."""
        assert evidence is not None
        return Reveal(_factor(*_sizes(evidence, "small")), self._change(evidence, "small"))

    def _change(self, evidence: Evidence | None, option: str) -> View:
        """File and memory of one variant, beside those of the small network."""
        assert evidence is not None
        file, memory = _sizes(evidence, option)
        drawn = dict.fromkeys(("small", option))
        marks = []
        for name in drawn:
            own_file, own_memory = _sizes(evidence, name)
            title = self.control.options[name]
            marks += [Mark(f"{title}: file", exactly(own_file, "B")), Mark(f"{title}: memory", own_memory, 1)]
        return View(
            (
                f"Its file has {figure(file, 'B')}. While it was loaded and run, the program needed "
                f"{estimate(memory)} more memory than before: {fold(_factor(file, memory))} the file.",
                "In memory lie the weights, the plan of the work, and the numbers that layers pass on.",
            ),
            Picture("Size of the file, and memory while it runs", tuple(marks), log=True),
        )


def _sizes(evidence: Evidence, option: str) -> tuple[float, Estimate]:
    """Bytes of the file, and peak memory."""
    recipe, model = _VARIANTS[option]
    point = evidence.point(recipe, model)
    return facts_of(point).file_bytes, known(point.memory, point)


def _factor(file: float, memory: Estimate) -> Estimate:
    value, low, high = (end / file for end in (memory.centre, memory.low, memory.high))
    return Estimate(value, low, high, "×", Provenance.MEASURED, memory.n, memory.level, "peak memory over file size")


plugin = MemoryIsNotTheFile()
