"""The teacher's sheet of a lesson: one HTML page to be printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.lesson import LEVEL, Question
from odviz.lessons.base import Evidence, LessonPlugin, Reveal
from odviz.report.lesson_text import on_scale
from odviz.report.paper.document import Block, Bullets, Heading, Lead, Paragraph, small, table, words
from odviz.report.paper.html import page
from odviz.units import percent


def html(plugin: LessonPlugin, finding: Reveal, evidence: Evidence | None) -> str:
    """The sheet as a page that works offline.

    Args:
        plugin: the lesson.
        finding: what it reveals of the recorded measurement.
        evidence: the recorded measurement; None for published ones.
    """
    lesson = plugin.lesson
    place = f"odviz, page Learn, lesson {lesson.order} ({lesson.name}), {lesson.minutes} minutes"
    changes = " → ".join(plugin.control.options.values())
    blocks = (
        Heading("Story"),
        Paragraph(words(lesson.story)),
        Heading("Question"),
        Lead(words(lesson.question.text)),
        *_answers(lesson.question),
        Heading("Time plan"),
        table(("Time", "What to do"), ((f"{step.minutes} min", step.text) for step in lesson.steps)),
        Heading("Answers to expect"),
        _list(lesson.expected),
        Heading("What was measured"),
        _list(finding.view.sentences),
        Paragraph(small(_source(finding, evidence))),
        Heading("One thing to change"),
        Paragraph(words(f"{plugin.control.label} {changes}")),
        Heading("What to watch for"),
        _list(lesson.watch),
        Heading("To take home"),
        Lead(words(lesson.sentence)),
    )
    return page(lesson.title, place, blocks)


def _list(texts: Iterable[str]) -> Bullets:
    return Bullets(tuple(map(words, texts)))


def _answers(question: Question) -> Iterator[Block]:
    """Boxes to tick, or a range to fill in."""
    if question.scale is None:
        yield from (Paragraph(words(f"☐ {text}")) for text in question.choices.values())
        return
    low, high = (on_scale(end, question.scale) for end in (question.scale.low, question.scale.high))
    yield Paragraph(words(f"From ____________ to ____________ (between {low} and {high})"))
    bet = f"A range that you would bet on: in {percent(LEVEL)} of such questions it should hold the truth."
    yield Paragraph(small(bet))


def _source(finding: Reveal, evidence: Evidence | None) -> str:
    if evidence is None:
        return f"Figures: {PROVENANCE_TITLES[finding.estimate.provenance]}, not measured on your computer."
    day = f"{evidence.data.record.last_measured:%d %B %Y}"
    return f"Recorded on {evidence.host}, {day}, as an example. On your computer the figures will differ."
