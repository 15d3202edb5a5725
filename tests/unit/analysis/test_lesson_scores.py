"""Scores of predictions against closed forms."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from odviz.analysis.lesson_scores import calibration, score
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.lesson import LEVEL, Answer, AnswerScale, Outcome, Prediction, Question, Range, Score
from odviz.stats import interval_score

CHOICES = Question("?", {"slower": "slower", "faster": "faster"})
SHARE = Question("?", {}, AnswerScale(0.0, 1.0, "1"))
TIMES = Question("?", {}, AnswerScale(1.0, 100.0, "×", log=True))


def outcome(value: float, *right: str) -> Outcome:
    return Outcome(Estimate(value, value, value, "1", Provenance.MEASURED), right, "b", "cpu", recorded=True)


def of_range(low: float, high: float) -> Prediction:
    return Prediction(range=Range(low, high))


def test_a_choice_is_right_if_the_measurement_does_not_exclude_it() -> None:
    assert score(CHOICES, Prediction("slower"), outcome(0.9, "slower")) == Score(True, 100.0)
    assert score(CHOICES, Prediction("faster"), outcome(0.9, "slower")) == Score(False, 0.0)
    assert score(CHOICES, Prediction("faster"), outcome(1.0, "slower", "faster")).right


@pytest.mark.parametrize(
    ("low", "high", "truth", "right", "points"),
    [
        (0.0, 1.0, 0.4, True, 0.0),  # says nothing
        (0.4, 0.4, 0.4, True, 100.0),
        (0.3, 0.5, 0.4, True, 80.0),
        (0.5, 0.6, 0.4, False, 100 * (1 - 0.1 - 10 * 0.1)),
        (0.9, 1.0, 1.7, True, 90.0),  # beyond the scale
    ],
)
def test_a_range_is_scored_by_the_interval_score(
    low: float, high: float, truth: float, right: bool, points: float
) -> None:
    result = score(SHARE, of_range(low, high), outcome(truth))
    assert (result.right, result.points) == (right, pytest.approx(points))


def test_on_a_log_scale_ratios_count() -> None:
    assert score(TIMES, of_range(1, 10), outcome(5)).points == pytest.approx(50)
    assert score(TIMES, of_range(10, 100), outcome(50)).points == pytest.approx(50)
    assert score(TIMES, of_range(1, 2), outcome(0.0)).right


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_no_range_scores_better_on_average_than_the_quantiles_of_what_one_believes(low: float, high: float) -> None:
    """Expected interval score under a standard normal, in closed form."""
    low, high = sorted((low, high))

    def expected(low: float, high: float) -> float:
        below = norm.pdf(low) + low * norm.cdf(low)  # E[(low − X)+]
        above = norm.pdf(high) - high * norm.sf(high)  # E[(X − high)+]
        return float((high - low) + 2 / (1 - LEVEL) * (below + above))

    best = norm.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    assert expected(low, high) >= expected(*best) - 1e-12
    draws = norm.ppf((np.arange(2000) + 0.5) / 2000)
    mean = np.mean([interval_score(low, high, draw, LEVEL) for draw in draws])
    assert mean == pytest.approx(expected(low, high), rel=0.01)


def test_calibration_counts_revealed_ranges_alone() -> None:
    def answer(prediction: Prediction, result: Score | None) -> Answer:
        return Answer("7b", "Ada", "lesson", prediction, datetime.now(UTC), outcome(1.0), result)

    ranges = [answer(of_range(0, 1), Score(hit, 0.0)) for hit in (True, True, True, False)]
    others = [answer(Prediction("slower"), Score(True, 100.0)), answer(of_range(0, 1), None)]
    share = calibration([*ranges, *others])
    assert share is not None
    assert (share.value, share.n) == (0.75, 4)
    assert share.low < 0.75 < share.high
    assert calibration(others) is None
