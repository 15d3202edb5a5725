import plotly.graph_objects as go
import pytest

from odviz.charts import DARK, LIGHT
from odviz.charts.why import operator_times, removed_layers
from odviz.domain.why import OperatorRole, RemovedLayer
from tests.toys.why import report

NAMES = {role: role.value for role in OperatorRole}


@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_the_parts_of_a_bar_are_all_of_its_time(look):
    made = report()
    drawn = go.Figure(operator_times([("Before", made.parent), ("Now", made.own)], NAMES, "rest", look))
    for title in ("Before", "Now"):
        parts = sorted(
            (base, base + length)
            for trace in drawn.data
            for bar, base, length in zip(trace.y, trace.base, trace.x, strict=True)
            if bar == title
        )
        assert parts[0][0] == 0 and parts[-1][1] == pytest.approx(100)  # µs
        assert [start for start, _ in parts[1:]] == pytest.approx([end for _, end in parts[:-1]])
    assert {trace.name for trace in drawn.data} == {"integer", "float", "conversion", "rest"}


def test_operator_names_are_text():
    made = report()
    hostile = made.own.operators[0].__class__("<script>", "x", OperatorRole.FLOAT, 50e-6)
    own = type(made.own)(made.own.method, made.own.p50, (hostile,), 0.0, 0.0)
    drawn = go.Figure(operator_times([("Now", own)], NAMES, "rest", LIGHT))
    assert "<script>" not in "".join(text for trace in drawn.data for text in (*trace.text, *trace.hovertext))


def test_layers_show_what_is_left_and_what_is_zero():
    layers = [
        RemovedLayer("a", "Conv", 2_000_000, 1_000_000, 200, 100, 0),
        RemovedLayer("b", "Gemm", 1_000_000, 1_000_000, 100, 100, 50),
    ]
    drawn = go.Figure(removed_layers(layers, LIGHT))
    heights = {trace.name: list(trace.y) for trace in drawn.data}
    assert heights == {"removed": [2, 1], "computed": [1, 1], "of that with zeros": [0, 0.5]}
    assert "50 % removed" in drawn.data[0].hovertext[0] and "50 of them zero" in drawn.data[0].hovertext[1]
    assert {trace.name for trace in go.Figure(removed_layers(layers[:1], LIGHT)).data} == {"removed", "computed"}
