"""Charts of costs."""

import plotly.graph_objects as go
import pytest

from odviz.analysis.cost import compare_costs
from odviz.charts import DARK, LIGHT
from odviz.charts.cost import MOST_BARS, cost_paths, tornado
from odviz.domain.cost import CostAssumption, CostBasis, CostCase, CostFactor, CostSwing


def report(years):
    values = dict.fromkeys(CostFactor, (1.0, 2.0, 3.0)) | {CostFactor.REQUESTS: (500.0, 1000.0, 2000.0)}
    return compare_costs(
        CostCase({factor: CostAssumption(*ends, CostBasis.OWN) for factor, ends in values.items()}, (), 12 * years)
    )


@pytest.mark.parametrize(("years", "unit", "last"), [(1, "Months", 12), (5, "Years", 5)])
def test_both_sides_are_drawn_over_all_of_the_time(years, unit, last):
    compared = report(years)
    figure = go.Figure(cost_paths(compared, LIGHT))
    lines = {one.name: one for one in figure.data if one.mode == "lines"}
    assert set(lines) == {"Cloud", "Device"} and lines["Cloud"].line.dash != lines["Device"].line.dash
    assert all(one.x[-1] == pytest.approx(last) for one in lines.values())
    assert unit in figure.layout.xaxis.title.text and len(figure.data) == 4


def test_the_widest_swing_is_on_top_and_zero_is_in_view():
    swings = [CostSwing(factor, 100.0, 900.0 - 10 * place, None, False) for place, factor in enumerate(CostFactor)]
    figure = go.Figure(tornado(swings, DARK))
    bars, low, high = figure.data
    assert len(low.x) == MOST_BARS and high.x[0] == 900 and low.marker.symbol != high.marker.symbol
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert figure.layout.xaxis.range[0] < 0 and figure.layout.xaxis.range[1] > 900
    assert figure.layout.yaxis.ticktext[0] == "Requests" and len(bars.x) == 3 * MOST_BARS


def test_nothing_that_moves_is_an_empty_chart():
    assert go.Figure(tornado([], LIGHT)).data
