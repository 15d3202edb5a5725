"""Fronts of objectives with any direction, scale and unit."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from odviz.charts import LIGHT, front
from odviz.charts.columns import front_line
from odviz.charts.front import knee_of
from odviz.charts.parallel import parallel
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Limit, Limits, Objective
from odviz.domain.result import Membership
from odviz.objectives import ACCURACY, LATENCY, SIZE
from tests.unit.charts.candidates import candidate, columns_of

LIMIT = Limit("headroom", "Headroom", "least headroom", "≥ {}", "°C", 1.0, "", 1e3)
HEADROOM = Objective("headroom", "Headroom", "°C", True, LIMIT, 9, log=False)
ERROR = replace(ACCURACY, title="Error", unit="mm", higher_is_better=False, limit=replace(LIMIT, phrase="most error"))


def with_headroom(accuracy, degrees, state=Membership.FRONT):
    one = candidate(accuracy, 1e-3)
    estimate = Estimate(degrees, degrees - 0.5, degrees + 0.5, "°C", Provenance.MEASURED, 10)
    membership = {**one.membership, HEADROOM: state}
    probability = {**one.probability, HEADROOM: 0.9}
    return replace(one, estimates={**one.estimates, HEADROOM: estimate}, membership=membership, probability=probability)


def with_error(millimetres, seconds):
    estimate = Estimate(millimetres, millimetres - 0.1, millimetres + 0.1, "mm", Provenance.MEASURED, 200)
    one = candidate(0.9, seconds)
    return replace(one, estimates={**one.estimates, ACCURACY: estimate})


def drawn(columns, axis, **options):
    feasible = np.ones(len(columns), bool)
    return go.Figure(front(columns, axis, feasible, options.pop("limits", Limits()), LIGHT, **options))


def texts(figure):
    return [note.text for note in figure.layout.annotations]


def step_line(figure):
    return next(trace for trace in figure.data if trace.name == "front")


@pytest.fixture
def headrooms():
    """Candidates of whom more headroom costs accuracy."""
    candidates = [with_headroom(0.70, 30.0), with_headroom(0.88, 28.0), with_headroom(0.90, 10.0)]
    return columns_of(candidates, shown=(ACCURACY, HEADROOM, SIZE))


@pytest.fixture
def errors():
    """Candidates of whom more time lowers the error."""
    candidates = [with_error(9.0, 1e-3), with_error(3.0, 1.2e-3), with_error(2.0, 1e-2), with_error(70.0, 2e-2)]
    dominated = replace(candidates[-1], membership=dict.fromkeys(candidates[-1].membership, Membership.DOMINATED))
    return columns_of([*candidates[:-1], dominated], shown=(ERROR, LATENCY, SIZE))


def test_where_more_is_better_the_line_runs_to_the_left_end(headrooms):
    figure = drawn(headrooms, HEADROOM)
    line = step_line(figure)
    first, _ = figure.layout.xaxis.range
    assert list(front_line(headrooms, HEADROOM, np.ones(3, bool))) == [0, 1, 2]
    assert list(line.x) == pytest.approx([30, 28, 10, first]) and list(line.y) == pytest.approx([70, 88, 90, 90])
    assert figure.layout.xaxis.title.text.endswith("better ↗")


def test_a_linear_axis_names_its_unit_and_holds_whiskers_and_limit(headrooms):
    figure = drawn(headrooms, HEADROOM, limits=Limits({HEADROOM: 5.0}))
    first, last = figure.layout.xaxis.range
    assert figure.layout.xaxis.type != "log" and figure.layout.xaxis.title.text == "Headroom (°C) · better ↗"
    assert first < 5 and last > 30.5
    assert figure.layout.shapes[0].x0 == 5
    note = next(note for note in figure.layout.annotations if note.text == "limit 5.00 °C")
    assert note.x == pytest.approx((5 - first) / (last - first)) and (note.y, note.yanchor) == (1, "bottom")


def test_the_knee_bulges_towards_better_in_every_direction(headrooms, errors):
    assert knee_of(headrooms, HEADROOM, np.ones(3, bool)) == 1
    assert knee_of(errors, LATENCY, np.ones(4, bool)) == 1


def test_where_less_is_better_the_vertical_axis_points_down(errors):
    figure = drawn(errors, LATENCY, limits=Limits({ERROR: 5.0}))
    line = step_line(figure)
    low, high = figure.layout.yaxis.range
    assert figure.layout.xaxis.title.text.endswith("better ↙") and figure.layout.yaxis.ticksuffix == " mm"
    assert figure.layout.title.text == "Error against latency"
    assert list(line.y) == pytest.approx([9, 3, 2, 2])
    assert low < 1.9 and 9.1 < high < 70
    assert "↑ 1 less accurate" in texts(figure) and "limit 5.00 mm" in texts(figure)


def test_better_is_up_in_parallel_coordinates_whatever_the_direction(headrooms, errors):
    for columns, better, worse in ((headrooms, 0, 2), (errors, 2, 0)):
        figure = go.Figure(parallel(columns, np.ones(len(columns), bool), LIGHT))
        heights = {
            row: trace.y[start : start + 2]
            for trace in figure.data
            for start in range(0, len(trace.x), 4)
            if (row := int(trace.customdata[start])) >= 0
        }
        place = 1 if columns is headrooms else 0
        assert heights[better][place] > heights[worse][place]
        assert all(0 <= height <= 1 for pair in heights.values() for height in pair)


def test_hover_names_the_objectives_of_the_task(headrooms, errors):
    assert "Headroom: 30.0 °C" in headrooms.hover(0) and "headroom front (90 %)" in headrooms.hover(0)
    assert "Error: 9.00 mm" in errors.hover(0) and "Memory" not in errors.hover(0)
