"""The teacher's sheet of a lesson: one HTML page to be printed."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.lesson import LEVEL, Question
from odviz.lessons.base import Evidence, LessonPlugin, Reveal
from odviz.report.lesson_text import on_scale
from odviz.units import percent

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 46rem; padding: 0 1rem; color: #1f2430 }
h1 { font-size: 1.5rem; margin-bottom: 0 } h2 { font-size: 1.05rem; margin: 1.1rem 0 .3rem }
p, ul { margin: .3rem 0 } .small { font-size: 13px; color: #5d6470 }
.question, .sentence { font-weight: 600 } .sentence { border: 1px solid #5d6470; padding: .5rem .8rem }
table { border-collapse: collapse; width: 100% }
td { border-bottom: 1px solid #d5d9e0; padding: 3px 8px 3px 0; vertical-align: top }
td:first-child { white-space: nowrap }
@media print { body { font-size: 12px; margin: 0 } h2 { break-after: avoid } }
"""


def html(plugin: LessonPlugin, finding: Reveal, evidence: Evidence | None) -> str:
    """The sheet as a page that works offline.

    Args:
        plugin: the lesson.
        finding: what it reveals of the recorded measurement.
        evidence: the recorded measurement; None for published ones.
    """
    lesson = plugin.lesson
    place = f"odviz, page Learn, lesson {lesson.order} ({lesson.name}), {lesson.minutes} minutes"
    plan = "".join(f"<tr><td>{step.minutes} min</td><td>{escape(step.text)}</td></tr>" for step in lesson.steps)
    changes = list(plugin.control.options.values())
    parts = (
        f"<h1>{escape(lesson.title)}</h1>",
        f'<p class="small">{escape(place)}</p>',
        _section("Story", f"<p>{escape(lesson.story)}</p>"),
        _section("Question", f'<p class="question">{escape(lesson.question.text)}</p>{_answers(lesson.question)}'),
        _section("Time plan", f"<table>{plan}</table>"),
        _section("Answers to expect", _list(lesson.expected)),
        _section("What was measured", _list(finding.view.sentences) + _source(finding, evidence)),
        _section("One thing to change", f"<p>{escape(plugin.control.label)} {escape(' → '.join(changes))}</p>"),
        _section("What to watch for", _list(lesson.watch)),
        _section("To take home", f'<p class="sentence">{escape(lesson.sentence)}</p>'),
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(lesson.title)} · "
        f"odviz</title><style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _section(title: str, content: str) -> str:
    return f"<h2>{title}</h2>{content}"


def _list(texts: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def _answers(question: Question) -> str:
    """Boxes to tick, or a range to fill in."""
    if question.scale is None:
        return "".join(f"<p>☐ {escape(text)}</p>" for text in question.choices.values())
    low, high = (on_scale(end, question.scale) for end in (question.scale.low, question.scale.high))
    bet = f"A range that you would bet on: in {percent(LEVEL)} of such questions it should hold the truth."
    return (
        f'<p>From ____________ to ____________ (between {escape(low)} and {escape(high)})</p><p class="small">{bet}</p>'
    )


def _source(finding: Reveal, evidence: Evidence | None) -> str:
    if evidence is None:
        text = f"Figures: {PROVENANCE_TITLES[finding.estimate.provenance]}, not measured on your computer."
    else:
        day = f"{evidence.data.record.last_measured:%d %B %Y}"
        text = f"Recorded on {evidence.host}, {day}, as an example. On your computer the figures will differ."
    return f'<p class="small">{escape(text)}</p>'
