"""What a class predicts, drawn: a bar per answer, or per part of the scale."""

import plotly.graph_objects as go
import pytest

from odviz.charts import DARK, LIGHT
from odviz.charts.class_predictions import histogram
from odviz.domain.lesson import AnswerScale, Prediction, Question, Range

CHOICES = Question("Which?", {"a": "The <first>", "b": "The second"})


def test_each_answer_has_a_bar():
    figure = histogram(CHOICES, [Prediction("a"), Prediction("a"), Prediction("b")], LIGHT)
    (bars,) = go.Figure(figure).data
    assert list(bars.x) == [2, 1] and "<first>" not in str(figure["data"])


@pytest.mark.parametrize("log", [False, True])
def test_each_part_of_a_scale_counts_the_ranges_that_hold_it(log):
    question = Question("How many?", {}, AnswerScale(1.0, 16.0, "×", log))
    figure = histogram(question, [Prediction(range=Range(1.0, 16.0)), Prediction(range=Range(15.0, 16.0))], DARK)
    (bars,) = go.Figure(figure).data
    assert len(bars.x) == 20 and bars.x[0] == 1 and bars.x[-1] == 2
    ticks = figure["layout"]["yaxis"]
    assert (ticks["tickvals"][0], ticks["ticktext"][0]) == (-0.5, "1.00 ×")
    assert (ticks["tickvals"][-1], ticks["ticktext"][-1]) == (19.5, "16.0 ×")
