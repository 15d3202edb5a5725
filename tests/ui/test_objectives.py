"""A further objective, or another direction of the metric, shows on the whole page by its declaration alone."""

from dataclasses import replace

import pytest
import streamlit as st

from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Limit, Limits, Objective
from odviz.objectives import ACCURACY, OBJECTIVES
from odviz.objectives.base import DeviceSamples, ObjectivePlugin
from odviz.report.paper.html import html
from odviz.report.recommendation_report import recommendation_report
from odviz.report.view import AnalysisView
from odviz.ui import data
from tests.ui.scripted import texts

LIMIT = Limit("headroom", "Headroom", "least headroom", "≥ {} headroom", "°C", 1.0, "How far it stays below.", 1e3)
HEADROOM = Objective("headroom", "Headroom", "°C", True, LIMIT, 9, log=False, superlative="the coolest")


def degrees(samples):
    """More for compressed variants."""
    result = samples.host.result if isinstance(samples, DeviceSamples) else samples.result
    value = 20.0 + 10.0 * len(result.point.variant.recipe.steps)
    return Estimate(value, value - 1, value + 1, "°C", Provenance.MEASURED, 5)


@pytest.fixture
def headroom(monkeypatch):
    """Registers the objective as its file would."""
    plugin = ObjectivePlugin(HEADROOM, degrees, degrees)
    monkeypatch.setitem(OBJECTIVES._plugins, plugin.name, plugin)
    return HEADROOM


@pytest.fixture
def view(measured):
    def make(limits=()):
        benchmark_view = data.view(measured)
        return AnalysisView("a", benchmark_view, data.under_limits(benchmark_view, Limits(dict(limits))))

    return make


def charts(app):
    return [element.proto.alt for element in app.get("plotly_chart")]


def test_a_further_objective_is_a_front_a_figure_a_column_and_a_limit(visit, headroom, measured):
    app = visit()
    axes = len(data.view(measured).analysis.axes)
    fronts = [alt for alt in charts(app) if alt.startswith("Accuracy against")]
    assert len(fronts) == axes and fronts[-1].startswith("Accuracy against headroom")
    assert app.metric[-1].label == "Headroom" and app.metric[-1].value.endswith("°C")
    table = app.dataframe[0].value
    assert sorted(table["Headroom (°C)"]) == [20.0, 30.0, 30.0] and set(table["Headroom is"]) == {"measured here"}
    app.number_input(key="headroom").set_value(25.0).run()
    assert app.query_params["headroom"] == "25" and "**2 of 3 variants**" in texts(app)
    assert list(app.dataframe[0].value["Breaks"]).count("least headroom") == 1


def test_its_limit_is_read_from_a_link(visit, headroom, measured):
    app = visit(headroom="29.5")
    assert app.number_input(key="headroom").value == 29.5
    assert "may break" in "\n".join(each.value for each in app.markdown) or "perhaps" in texts(app)
    assert len(visit(headroom="cold").warning) == 1


def test_the_report_has_it_too(headroom, view):
    text = html(recommendation_report(view({HEADROOM: 25.0}), "odviz report"))
    assert "≥ 25.0 °C headroom" in text and '<th scope="col">Headroom' in text and "headroom 3 measured" in text


@pytest.mark.parametrize("further", [0, 1])
def test_explore_draws_an_even_and_an_odd_number_of_fronts(visit, measured, monkeypatch, further):
    for number in range(further):
        plugin = ObjectivePlugin(
            replace(HEADROOM, name=f"extra{number}", limit=replace(LIMIT, key="x")), degrees, degrees
        )
        monkeypatch.setitem(OBJECTIVES._plugins, plugin.name, plugin)
    app = visit(show="objectives")
    alts = charts(app)
    assert sum(alt.startswith("Accuracy against") for alt in alts) == len(data.view(measured).analysis.axes)
    assert alts[-1].startswith("Every objective")
    assert app.session_state["show"] == "All objectives at once"


def test_a_metric_of_which_less_is_better_is_shown_in_its_direction(visit, measured, monkeypatch):
    plugin = OBJECTIVES["accuracy"]
    limit = replace(ACCURACY.limit, label="Most error", phrase="most error", short="≤ {}")
    error = replace(ACCURACY, title="Error", higher_is_better=False, limit=limit, superlative="the most accurate")
    visit(accuracy="85")  # a page of another metric before, in the same server
    monkeypatch.setitem(OBJECTIVES._plugins, "accuracy", replace(plugin, objective=error, adapt=None))
    st.cache_resource.clear()  # the same benchmark cannot change its metric
    app = visit(accuracy="85")
    assert app.metric[0].label == "Error" and app.metric[0].value == "80.0 %"  # the least of 95, 90 and 80 %
    assert "**1 of 3 variants**" in texts(app)
    assert charts(app)[-1].startswith("Error against")
    assert app.number_input(key="accuracy").label == "Most error (%)"
    table = app.dataframe[0].value
    assert set(table["Breaks"]) == {"most error", ""} and "Error (%)" in table
