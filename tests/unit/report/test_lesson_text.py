"""Lessons in words."""

from odviz.domain.lesson import Prediction, Question
from odviz.report import lesson_text


def test_the_predictions_of_a_class_in_words():
    question = Question("Which?", {"a": "The first", "b": "The second"})
    locked = [Prediction("b"), Prediction("a"), Prediction("b")]
    assert lesson_text.class_summary(question, locked) == "The second: 2; The first: 1"
