"""Lessons in words: predictions, verdicts, the calibration of a class, and answers as a table."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence

from odviz.analysis.lesson_scores import calibration
from odviz.domain.estimate import Provenance
from odviz.domain.lesson import LEVEL, Answer, AnswerScale, Prediction, Question
from odviz.library.spreadsheet import guarded
from odviz.units import counted, estimate, percent

HEADINGS = ("Class", "Pupil", "Lesson", "Prediction", "Measured", "Points")
"""Of the table of answers on the page and the terminal."""

COLUMNS = (
    "class", "pupil", "lesson", "locked", "choice", "range_low", "range_high", "outcome", "outcome_low",
    "outcome_high", "unit", "provenance", "right", "points", "benchmark", "host", "recorded",
)  # fmt: skip
"""Columns of the exported answers."""

_WORDS = {
    Provenance.MEASURED: "Measured",
    Provenance.IMPORTED: "Measured elsewhere",
    Provenance.BROWSER: "Measured in a browser",
    Provenance.OWN: "Measured by somebody",
    Provenance.PUBLISHED: "Published",
    Provenance.PROJECTED: "Projected",
    Provenance.MODELLED: "Computed",
}

POINTS = (
    "Points: 100 for a right choice or an exact number, 0 for a wrong choice or a range over the whole scale. A "
    "range that "
    "misses loses ten times its distance, so that it pays to say honestly how sure you are."
)


def on_scale(value: float, scale: AnswerScale) -> str:
    """A number of a question, as it is shown ("2.5 ×", "40 %", "12 points"); a slider offers round ones."""
    return percent(value) if scale.unit == "1" else f"{value:g} {scale.unit}"


def prediction(question: Question, locked: Prediction) -> str:
    """A prediction in words."""
    if locked.range is None or question.scale is None:
        return question.choices.get(locked.choice, locked.choice)
    return f"between {on_scale(locked.range.low, question.scale)} and {on_scale(locked.range.high, question.scale)}"


def class_summary(question: Question, locked: Iterable[Prediction]) -> str:
    """The predictions of a class in words, the most frequent first."""
    counts = Counter(prediction(question, one) for one in locked)
    return "; ".join(f"{words}: {count}" for words, count in counts.most_common())


def verdict(question: Question, answer: Answer) -> str:
    """How a revealed prediction fared; empty before."""
    outcome, score = answer.outcome, answer.score
    if outcome is None or score is None:
        return ""
    word = _WORDS[outcome.estimate.provenance]
    points = f"{score.points:z.0f} points.".replace("-", "−")
    if question.scale is None:
        right = "”, or “".join(question.choices[name] for name in outcome.right)
        both = " The measurement does not tell which." if len(outcome.right) > 1 else ""
        return f"{'Right!' if score.right else 'Not this time.'} {word}: “{right}”.{both} {points}"
    holds = "Your range holds it" if score.right else "Your range misses it"
    return f"{word}: {estimate(outcome.estimate)}. {holds}: {points}"


def origin(answer: Answer) -> str:
    """Where the revealed figure comes from; empty before."""
    outcome = answer.outcome
    if outcome is None:
        return ""
    if not outcome.benchmark:
        return f"Published: {outcome.estimate.source}."
    computer = outcome.host or "a computer whose processor was not recorded"
    if outcome.recorded:
        return f"Recorded earlier on another computer ({computer}), not measured here."
    return f"Measured on this computer ({computer}), benchmark {outcome.benchmark}."


def class_calibration(answers: Iterable[Answer]) -> str:
    """How often ranges of a class hold the truth, and what that means; empty without any."""
    share = calibration(answers)
    if share is None:
        return ""
    if share.high < LEVEL:
        judged = "too narrow"
    else:
        judged = "too wide" if share.low > LEVEL else "about right, as far as one can tell"
    return (
        f"Of {counted(share.n, 'range')}, {estimate(share)} hold the measured value; {percent(LEVEL)} was the aim. "
        f"The ranges are {judged}."
    )


def row(question: Question, answer: Answer) -> tuple[str, ...]:
    """The cells of an answer below `HEADINGS`."""
    measured = estimate(answer.outcome.estimate) if answer.outcome else ""
    points = f"{answer.score.points:z.0f}".replace("-", "−") if answer.score else ""
    return answer.classroom, answer.pupil, answer.lesson, prediction(question, answer.prediction), measured, points


def answers_csv(answers: Iterable[Answer]) -> str:
    """One row per pupil and lesson, with a heading; cells of what is not known yet are empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for answer in answers:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in _row(answer)])
    return out.getvalue()


def _row(answer: Answer) -> Sequence[object]:
    locked, outcome, score = answer.prediction, answer.outcome, answer.score
    ends = (locked.range.low, locked.range.high) if locked.range else ("", "")
    row: list[object] = [answer.classroom, answer.pupil, answer.lesson, answer.locked.isoformat(), locked.choice, *ends]
    if outcome is None or score is None:
        return [*row, *[""] * (len(COLUMNS) - len(row))]
    truth = outcome.estimate
    row += [truth.value, truth.low, truth.high, truth.unit, truth.provenance.value, score.right, round(score.points, 1)]
    return [*row, outcome.benchmark, outcome.host, outcome.recorded]


def points_of(answers: Iterable[Answer]) -> str:
    """Mean points of revealed answers ("62 points on average"); empty without any."""
    points = [answer.score.points for answer in answers if answer.score]
    return f"{sum(points) / len(points):z.0f} points on average".replace("-", "−") if points else ""
