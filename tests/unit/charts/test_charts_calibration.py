import numpy as np
import plotly.graph_objects as go
import pytest

from odviz.analysis.device_calibration import HeldOutPrediction
from odviz.charts import DARK, LIGHT, calibration
from odviz.charts.calibration import OTHERS
from odviz.charts.palette import HUES
from odviz.domain.published import PublishedRow


def row(model, milliseconds, millions=None, **more):
    macs = None if millions is None else millions * 1e6
    words = {"source": "by me", "source_url": "", "source_version": "", "energy_scope": "", "licence": ""} | more
    numbers = dict.fromkeys(
        ("depthwise_macs", "activations", "compute_layers", "parameters", "peak_memory_bytes", "energy_j")
    )
    return PublishedRow(
        target="t", model=model, latency_s=milliseconds / 1e3, macs=macs, **({"power_w": None} | numbers | words)
    )


def measured(*arguments):
    return go.Figure(calibration.measured(*arguments))


def predicted(*arguments):
    return go.Figure(calibration.predicted(*arguments))


def points(drawn):
    return {trace.name: trace for trace in drawn.data if trace.mode == "markers"}


def test_each_network_with_macs_is_a_point_and_others_are_not():
    drawn = measured([row("resnet18", 20.0, 1800.0), row("resnet50", 40.0, 4000.0), row("vgg", 9.0)], LIGHT)
    (trace,) = points(drawn).values()
    assert list(trace.x) == pytest.approx([1800.0, 4000.0]) and list(trace.y) == pytest.approx([0.02, 0.04])
    assert set(trace.marker.symbol) == {"circle-dot"}
    assert "resnet18" in trace.hovertext[0] and "20.0 ms" in trace.hovertext[0] and "by me" in trace.hovertext[0]


def test_ones_own_figures_are_not_called_published():
    drawn = measured([row("resnet18", 20.0, 1800.0), row("resnet50", 40.0, 4000.0, user_supplied=True)], LIGHT)
    (trace,) = points(drawn).values()
    assert trace.marker.symbol == ("circle-dot", "circle-x")
    assert "(published)" in trace.hovertext[0] and "(your own figure)" in trace.hovertext[1]


def test_every_point_lies_inside_the_picture():
    drawn = measured([row("a", 0.01, 0.1), row("b", 900.0, 90_000.0)], LIGHT, (1e4, 8e7))
    for axis, values in ((drawn.layout.xaxis, (0.1, 90_000.0)), (drawn.layout.yaxis, (1e-5, 0.9))):
        assert axis.type == "log"
        assert axis.range[0] < np.log10(min(values)) and np.log10(max(values)) < axis.range[1]


@pytest.mark.parametrize("rows", [[], [row("a", 1.0)]])
def test_without_macs_the_picture_says_so(rows):
    drawn = measured(rows, DARK, (1e3, 1e6))
    assert "The MACs of these networks are not known" in [note.text for note in drawn.layout.annotations]


@pytest.mark.parametrize(("shipped", "words"), [((1e6, 1e8), "odviz's own networks"), ((1.0, 1e8), "← odviz's own")])
def test_odvizs_own_networks_are_marked_as_far_as_they_are_near(shipped, words):
    drawn = measured([row("a", 1.0, 10.0), row("b", 2.0, 200.0)], LIGHT, shipped)
    assert next(note.text for note in drawn.layout.annotations).startswith(words)
    assert drawn.layout.shapes[0].x0 == pytest.approx(max(shipped[0] / 1e6, 10 / 30))
    assert not measured([row("a", 1.0, 1e6)], LIGHT, (1.0, 2.0)).layout.shapes


def test_more_families_than_colours_share_the_last_one():
    many = [row(f"{letter}net", 1.0 + at, 10.0 + at) for at, letter in enumerate("abcdefg")]
    found = points(measured(many, LIGHT))
    assert len(found) == len(HUES) and len(found[OTHERS].x) == 7 - len(HUES) + 1
    assert len({trace.marker.color for trace in found.values()}) == len(HUES)
    assert OTHERS not in points(measured(many[: len(HUES)], LIGHT))


def test_a_family_has_one_colour_in_both_pictures_whatever_the_order():
    names = [f"{letter}net" for letter in "gfedcba"]
    left = points(measured([row(name, 1.0, 1.0 + at) for at, name in enumerate(names)], LIGHT))
    right = points(predicted([HeldOutPrediction(name, name, 1.0, 1.1) for name in reversed(names)], 1.3, LIGHT))
    assert {name: trace.marker.color for name, trace in left.items()} == {
        name: trace.marker.color for name, trace in right.items()
    }


def test_predictions_lie_beside_the_line_of_no_error():
    drawn = predicted([HeldOutPrediction("a1", "a", 0.01, 0.02), HeldOutPrediction("b1", "b", 0.1, 0.05)], 1.5, LIGHT)
    exact, above, below = (trace for trace in drawn.data if trace.mode == "lines")
    assert list(exact.x) == list(exact.y)
    assert np.divide(above.y, above.x) == pytest.approx(1.5) and np.divide(below.y, below.x) == pytest.approx(1 / 1.5)
    assert drawn.layout.xaxis.range == drawn.layout.yaxis.range
    first = points(drawn)["a"]
    assert set(first.marker.symbol) == {"circle-cross"} and "off by +100 %" in first.hovertext[0]
    assert "off by −50 %" in points(drawn)["b"].hovertext[0]


def test_ticks_are_few_enough_for_a_phone():
    drawn = predicted([HeldOutPrediction("a1", "a", 0.01, 0.02), HeldOutPrediction("b1", "b", 3.0, 2.0)], 1.5, LIGHT)
    axes = (drawn.layout.xaxis, measured([row("a", 1.0, 1.0), row("b", 1.0, 1e5)], LIGHT).layout.xaxis)
    for axis in axes:
        assert 2 <= len(axis.tickvals) == len(axis.ticktext) <= 4 and axis.tickangle == 0


def test_somebody_elses_words_are_no_markup():
    evil = "<a href='javascript:x'>é</a>"
    drawn = measured([row(evil, 1.0, 1.0, source="<b>me</b>", source_version="<i>")], LIGHT)
    (trace,) = drawn.data
    assert "<a" not in trace.name and "<a" not in trace.hovertext[0]
    assert "<b>me" not in trace.hovertext[0] and "(<i>" not in trace.hovertext[0]
    assert "<a" not in predicted([HeldOutPrediction(evil, evil, 1.0, 1.0)], 1.3, LIGHT).data[-1].hovertext[0]
