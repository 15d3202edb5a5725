import numpy as np
import plotly.graph_objects as go
import pytest

from odviz.charts import DARK, LIGHT
from odviz.charts.power import power_chart
from odviz.domain.gate import PowerPoint

POINTS = [PowerPoint(1.0, 0.9, 0.0), PowerPoint(1.1, 0.025, 0.01), PowerPoint(1.3, 0.0, 0.8)]


def test_a_line_for_each_verdict_with_the_margin_and_the_measured_change():
    figure = go.Figure(power_chart(POINTS, 1.1, 1.05, True, "1", LIGHT))
    passes, inconclusive, fails = figure.data
    assert passes.x == pytest.approx([0, 10, 30]) and passes.y == pytest.approx([90, 2.5, 0])
    assert np.add(np.add(passes.y, fails.y), inconclusive.y) == pytest.approx([100] * 3)
    assert len({line.line.dash for line in figure.data}) == 3
    assert [line.x0 for line in figure.layout.shapes] == pytest.approx([10, 5])


@pytest.mark.parametrize(("unit", "factor"), [("1", 100), ("°C", 1)])
def test_differences_are_in_points_or_in_their_unit(unit, factor):
    points = [PowerPoint(0.0, 1.0, 0.0), PowerPoint(-0.02, 0.02, 0.0)]
    figure = go.Figure(power_chart(points, -0.02, -0.05, False, unit, DARK))
    low, high = figure.layout.xaxis.range
    assert figure.data[0].x == pytest.approx([0, -0.02 * factor]) and (low, high) == pytest.approx((-0.05 * factor, 0))
    assert [text.xanchor for text in figure.layout.annotations] == ["center", "left"]  # the measured one is at the edge
