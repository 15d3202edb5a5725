import plotly.graph_objects as go

from odviz.charts import DARK, LIGHT
from odviz.charts.severity import MOST_LINES, severity_lines
from odviz.domain.estimate import Estimate, Provenance


def curve(start):
    values = [start - 0.1 * severity for severity in range(6)]
    return [Estimate(value, value - 0.02, value + 0.03, "1", Provenance.MEASURED) for value in values]


def test_each_variant_is_a_line_with_intervals_and_a_shape_and_dash_of_its_own():
    figure = go.Figure(severity_lines(["a <b>", "b"], [curve(0.9), curve(0.8)], "Accuracy", "1", LIGHT))
    first, second = figure.data
    assert [round(value) for value in first.y] == [90, 80, 70, 60, 50, 40] and len(first.x) == 6
    assert round(first.error_y.array[0]) == 3 and round(first.error_y.arrayminus[0]) == 2
    assert first.name == "a &lt;b&gt;" and "90" in first.hovertext[0]
    assert first.marker.symbol != second.marker.symbol and first.line.dash != second.line.dash
    assert first.x[0] < 0 < second.x[0] and "%" in figure.layout.yaxis.title.text
    low, high = figure.layout.yaxis.range
    assert low < 28 and high > 93


def test_no_more_lines_are_drawn_than_can_be_told_apart_and_none_is_drawn():
    names = [str(place) for place in range(20)]
    assert len(severity_lines(names, [curve(0.9)] * 20, "Accuracy", "1", DARK)["data"]) == MOST_LINES
    assert go.Figure(severity_lines([], [], "RMSE", "°C", DARK)).data
