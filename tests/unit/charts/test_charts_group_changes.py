import numpy as np
import plotly.graph_objects as go

from odviz.charts import DARK, LIGHT
from odviz.charts.group_changes import MOST_GROUPS, group_changes
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.harm import Effect, GroupChange


def group(name, low, value, high, effect):
    own = Estimate(0.5, 0.4, 0.6, "1", Provenance.MEASURED)
    return GroupChange(name, 100, own, own, Estimate(value, low, high, "1", Provenance.MEASURED), effect)


GROUPS = (
    group("shirt <b>", -0.09, -0.06, -0.03, Effect.HURT),
    group("coat", -0.02, 0.0, 0.02, Effect.OPEN),
    group("bag", 0.01, 0.02, 0.04, Effect.HELPED),
)


def test_each_group_is_a_row_with_its_interval_in_points():
    figure = go.Figure(group_changes(GROUPS, "Change (points)", "1", LIGHT))
    hurt, helped, open_ = figure.data
    assert (hurt.x[0], hurt.y[0]) == (-6, 0) and (hurt.error_x.array[0], hurt.error_x.arrayminus[0]) == (3, 3)
    assert helped.y[0] == 2 and open_.y[0] == 1
    assert len({trace.marker.symbol for trace in figure.data}) == 3  # shape, not colour alone
    assert figure.layout.yaxis.ticktext[0] == "shirt &lt;b&gt;" and "<b>shirt &lt;b&gt;</b>" in hurt.hovertext[0]
    low, high = figure.layout.xaxis.range
    assert low < -9 and high > 4


def test_many_groups_are_cut_and_none_is_drawn():
    many = tuple(group(str(row), -0.01, 0, 0.01, Effect.OPEN) for row in range(60))
    assert sum(len(trace.x) for trace in go.Figure(group_changes(many, "", "1", DARK)).data) == MOST_GROUPS
    assert go.Figure(group_changes((), "", "°C", DARK)).data


def test_other_units_are_drawn_as_they_are():
    wide = group("a", -2.0, 1.0, 3.0, Effect.OPEN)
    (trace,) = go.Figure(group_changes((wide,), "Change (°C)", "°C", LIGHT)).data
    assert np.asarray(trace.x).tolist() == [1.0]
