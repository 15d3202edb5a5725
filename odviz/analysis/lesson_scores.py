"""Scores of pupils' predictions, and how often their ranges hold the truth."""

from __future__ import annotations

from collections.abc import Iterable

from odviz.domain.estimate import Estimate
from odviz.domain.lesson import LEVEL, Answer, Outcome, Prediction, Question, Score
from odviz.stats import interval_score, wilson

_BEST = 100.0


def score(question: Question, prediction: Prediction, outcome: Outcome) -> Score:
    """Score a prediction: of a choice right or wrong, of a range by the interval score on the question's scale.

    A truth beyond the scale counts as its end, so that a range that reaches the end holds it.

    Args:
        question: that was asked.
        prediction: that fits the question.
        outcome: what was measured; every choice that it does not exclude is right.
    """
    chosen, scale = prediction.range, question.scale
    if chosen is None or scale is None:
        right = prediction.choice in outcome.right
        return Score(right, _BEST if right else 0.0)
    low, high = scale.position(chosen.low), scale.position(chosen.high)
    truth = min(1.0, max(0.0, scale.position(outcome.estimate.centre)))
    return Score(low <= truth <= high, _BEST * (1 - interval_score(low, high, truth, LEVEL)))


def calibration(answers: Iterable[Answer]) -> Estimate | None:
    """Share of the revealed ranges that hold the truth, to be compared with `LEVEL`; None without any.

    The interval is Wilson's. Answers to the same lesson share one truth, so with few lessons it is too narrow.
    """
    right = [one.score.right for one in answers if one.score and one.prediction.range]
    return wilson(sum(right), len(right), scope="ranges that hold the truth") if right else None
