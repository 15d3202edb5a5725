"""How well the confidence of a variant fits, in words and a table."""

from __future__ import annotations

from odviz.domain.calibration import CalibrationReport
from odviz.domain.estimate import Estimate
from odviz.units import change, change_interval, digits, interval

NOTE = (
    "Calibration error: mean distance of the confidence of a prediction from how often such predictions are right "
    "(ECE, in bins of equally many items), corrected for the number of items. Brier score: mean square of what the "
    "probabilities lack; less is better. Confidence: the probability that the network gives to what it predicts."
)


def headline(report: CalibrationReport) -> str:
    """How far the confidence is off, and how compression moved it, in two sentences."""
    now, before, shift = report.now.error, report.before.error, report.shift
    first = f"Its confidence is off by {_points(now)} on average; before compression by {_points(before)}."
    moved = f"{digits(abs(100 * shift.centre), 2)} points"
    if shift.low > 0:
        return f"{first} It has become surer of the same items: by {moved} ({change_interval(shift)})."
    if shift.high < 0:
        return f"{first} It has become less sure of the same items: by {moved} ({change_interval(shift)})."
    return f"{first} On the same items it is as sure as before ({change_interval(shift)} points)."


def rows(report: CalibrationReport) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and cells of the table."""
    before, now = report.before, report.now
    return ("", "Before", "Compressed", "Change"), [
        ("Calibration error", _points(before.error), _points(now.error), ""),
        ("Brier score", _score(before.brier), _score(now.brier), _score_change(report.brier_difference)),
        ("Confidence", "", "", f"{change(report.shift)} points"),
    ]


def _points(error: Estimate) -> str:
    return f"{100 * error.centre:.1f} points ({interval(error, (0.01, ''))})"


def _score(brier: Estimate) -> str:
    return f"{brier.centre:.4f} ({brier.low:.4f}–{brier.high:.4f})"


def _score_change(brier: Estimate) -> str:
    return f"{brier.centre:+z.4f} ({brier.low:+z.4f} to {brier.high:+z.4f})".replace("-", "−")
