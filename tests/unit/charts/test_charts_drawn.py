"""Figures drawn without a browser."""

import math
from itertools import pairwise

import numpy as np
import pytest

from odviz.charts import LIGHT
from odviz.charts.changes import ChangeRow, change_chart, is_drawable
from odviz.charts.drawn import vector_chart
from odviz.charts.markers import marker, stair
from odviz.charts.palette import MARKS, SHAPES, solid
from odviz.charts.vector_chart import Circle, Path
from odviz.domain.comparison import ChangeKind, ObjectiveChange
from odviz.domain.estimate import Estimate, Provenance
from odviz.objectives import ACCURACY, LATENCY

LINE = {"color": "#000000", "width": 1.0}


def drawn(*traces, **layout):
    """A figure on a plot of 100 × 100 pixels whose left upper corner is at (50, 20)."""
    axes = {"xaxis": {"title": {"text": "x"}, "range": [0.0, 10.0]}, "yaxis": {"title": {}, "range": [0.0, 1.0]}}
    margin = {"l": 50, "r": 10, "t": 20, "b": 30}
    figure = {"data": list(traces), "layout": {"height": 150, "margin": margin} | axes | layout}
    return vector_chart(figure, LIGHT, 160.0, "Title", "Description")


def points(x, y, **options):
    style = {"symbol": "circle", "size": 8.0, "color": "#111111"}
    return {"type": "scatter", "mode": "markers", "x": np.array(x), "y": np.array(y), "marker": style} | options


def test_points_are_where_the_axes_say():
    chart = drawn(points([0.0, 5.0, 10.0], [0.0, 0.25, 1.0]))
    assert [one.centre for one in chart.inside] == [(50, 120), (100, 95), (150, 20)]
    assert chart.plot == (50, 20, 100, 100) and (chart.width, chart.height) == (160, 150)


def test_a_logarithmic_axis_has_no_place_for_nothing():
    log = {"title": {}, "type": "log", "range": [-3.0, 0.0], "tickvals": [1e-3, 1e-2], "ticktext": ["1 ms", "10 ms"]}
    whiskers = {"array": [0.9, 0.0], "arrayminus": [0.1, 0.0], "color": "#222222", "thickness": 1}
    chart = drawn(points([0.1, 0.0], [0.5, 0.5], error_x=whiskers), xaxis=log)
    bar, point = chart.inside
    assert point.centre == (pytest.approx(50 + 200 / 3, abs=0.01), 70)
    assert bar.places == ((50, 70), (150, 70))  # its lower end is at zero
    assert [words.text for words in chart.words if words.anchor == 0.5][:2] == ["1 ms", "10 ms"]


def test_lines_break_at_gaps_and_steps_go_across_first():
    chart = drawn(points([0, 5, math.nan, 5, 10], [0, 1, 0, 0, 1], mode="lines", line=LINE))
    assert [path.places for path in chart.inside] == [((50, 120), (100, 20)), ((100, 120), (150, 20))]
    assert stair([(0, 0), (2, 1), (3, 5)]) == [(0, 0), (2, 0), (2, 1), (3, 1), (3, 5)]


def test_shapes_and_notes_refer_to_the_axes_or_to_the_plot():
    limit = {"x0": 5.0, "x1": 5.0, "y0": 0, "y1": 1, "yref": "paper", "line": LINE | {"dash": "dash"}}
    font = {"size": 12, "color": "#333333"}
    note = {"text": "a &lt;b&gt;", "x": 1, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right", "font": font}
    arrow = {"text": "best", "x": 5.0, "y": 0.5, "ax": 30.0, "ay": -40.0, "standoff": 8, "arrowcolor": "#444444"}
    chart = drawn(shapes=[limit], annotations=[note | {"yanchor": "top"}, arrow | {"font": font}])
    line, tip = chart.inside
    assert line.places == ((100, 120), (100, 20)) and line.dash
    assert tip.places[0] == pytest.approx((100 + 0.6 * 8, 70 - 0.8 * 8))
    texts = {words.text: words for words in chart.words}
    assert texts["a <b>"].place == (150, 33) and texts["a <b>"].anchor == 1
    assert texts["best"].place == (130, 34)


@pytest.mark.parametrize("span", [(0.0, 1.0), (-3.0, 4.0), (93.2, 93.9), (0.0, 101.0), (5e3, 2e6), (4.0, -4.0)])
def test_ticks_are_round_equally_far_apart_and_few(span):
    axis = {"title": {}, "range": list(span)}
    texts = [words.text for words in drawn(points([], []), xaxis=axis).words if words.anchor == 0.5]
    ticks = [float(text.replace("−", "-")) for text in texts]
    assert 2 <= len(ticks) <= 7 and min(span) <= min(ticks) and max(ticks) <= max(span)
    steps = [after - before for before, after in pairwise(ticks)]
    assert steps == pytest.approx([steps[0]] * len(steps))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mark", sorted(set(MARKS.values())))
@pytest.mark.parametrize("opening", ["", "-open"])
def test_every_symbol_of_a_front_is_drawn_around_its_place(shape, mark, opening):
    outline, *inner = marker(shape + mark + opening, (10.0, 10.0), 8.0, "#111111", "#FFFFFF", 1.0)
    assert len(inner) == {"": 0, "-dot": 1}.get(mark, 2)
    assert bool(outline.fill) is not bool(opening) and outline.stroke == ("#111111" if opening else "#FFFFFF")
    if isinstance(outline, Path):
        assert all(math.dist(place, (10, 10)) <= 6 for place in outline.places)
    else:
        assert isinstance(outline, Circle) and outline.radius == 4


def test_a_pale_colour_is_mixed_with_what_is_behind():
    assert solid("rgba(0,0,0,0.5)", "#FFFFFF") == "#808080"
    assert solid("#000000", "#FFFFFF", 0.25) == "#BFBFBF"
    assert solid("#123456", "#FFFFFF") == "#123456"


def change(objective, low, centre, high, is_ratio, kind=ChangeKind.OPEN):
    unit = "1"
    one = Estimate(centre, low, high, unit, Provenance.MEASURED)
    return ObjectiveChange(objective, one, one, one, is_ratio, True, kind)


def test_changes_are_percent_of_ratios_and_points_of_shares():
    faster = change(LATENCY, 0.4, 0.5, 0.6, True, ChangeKind.BETTER)
    worse = change(ACCURACY, -0.03, -0.02, -0.01, False, ChangeKind.WORSE)
    figure = change_chart([ChangeRow("Latency", faster, 1.1), ChangeRow("Accuracy", worse)], "Changes", LIGHT)
    better, worst, allowed = figure["data"]
    assert better["x"] == pytest.approx([-50]) and better["error_x"]["array"] == pytest.approx([10])
    assert worst["x"] == pytest.approx([-2]) and worst["y"].tolist() == [1]
    assert allowed["x"] == pytest.approx([10]) and allowed["y"].tolist() == [0]
    chart = vector_chart(figure, LIGHT, 460.0, "Changes", "")
    places = [one.centre for one in chart.inside if isinstance(one, Circle)]
    assert len(places) == 1 and {"Latency", "Accuracy", "allowed"} <= {words.text for words in chart.words}


def test_what_has_no_end_or_no_common_unit_is_not_drawn():
    assert is_drawable(change(LATENCY, 0.4, 0.5, 0.6, True))
    assert not is_drawable(change(LATENCY, 0.4, 0.5, math.inf, True))
    assert not is_drawable(change(LATENCY, 0.4, 0.5, 0.6, False))
