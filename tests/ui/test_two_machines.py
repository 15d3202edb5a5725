"""Charts and legend of two machines side by side."""

import pytest

from odviz.charts import LIGHT
from odviz.domain.objective import Limits
from odviz.objectives import ENERGY, LATENCY
from odviz.report.front_figures import front_figures
from odviz.report.legend import legend
from odviz.report.view import AnalysisView
from odviz.ui import data


@pytest.fixture
def view(measured):
    def make(slot, device):
        benchmark_view = data.view(measured, device)
        return AnalysisView(slot, benchmark_view, data.under_limits(benchmark_view, Limits()))

    return make


def test_a_machine_without_a_figure_leaves_the_axis_of_the_other_alone(view):
    here, there = view("a", "host"), view("b", "esp32-s3")  # no time can be backed there
    alone, (beside, empty) = (
        front_figures([here], LIGHT),
        front_figures([here, there], LIGHT)[LATENCY],
    )
    assert beside["layout"]["xaxis"]["range"] == alone[LATENCY][0]["layout"]["xaxis"]["range"]
    assert any("not known" in note["text"] for note in empty["layout"]["annotations"])


def test_costs_that_both_have_share_their_axis(view):
    one, other = front_figures([view("a", "host"), view("b", "raspberry-pi-4")], LIGHT)[LATENCY]
    assert one["layout"]["xaxis"]["range"] == other["layout"]["xaxis"]["range"]


def test_energies_of_different_kinds_share_no_axis_and_the_legend_says_why(view):
    here, there = view("a", "host"), view("b", "raspberry-pi-4")  # computing alone; the whole board at the plug
    one, other = front_figures([here, there], LIGHT)[ENERGY]
    assert one["layout"]["xaxis"]["range"] != other["layout"]["xaxis"]["range"]
    assert any("cannot be compared" in note for note in legend([here, there]).notes)
    assert not any("cannot be compared" in note for note in legend([here]).notes)


def test_the_legend_names_each_model_once_and_each_machines_engines(view):
    found = legend([view("a", "host"), view("b", "raspberry-pi-4")])
    (model,) = found.models
    assert (model.name, model.text, model.hue) == ("lenet-5", "▬ LeNet-5", "blue")
    here, there = found.runtimes
    assert here.startswith("This machine: ●") and there.startswith("Raspberry Pi 4 Model B: ●")
    assert "a cross inside: projected" in found.signs
