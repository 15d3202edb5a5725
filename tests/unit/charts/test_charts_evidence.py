import plotly.graph_objects as go

from odviz.charts import DARK, LIGHT
from odviz.charts.evidence import CEILING, evidence_chart
from odviz.domain.monitoring import DriftKind, EvidenceCurve

NAMES = {kind: f"<{kind}>" for kind in DriftKind}


def test_each_kind_is_a_line_over_time_with_the_line_of_the_alarm():
    curves = [
        EvidenceCurve(DriftKind.CLASS, (1.7e9, 1.7e9 + 60), (0.001, 1e300)),
        EvidenceCurve(DriftKind.LATENCY, (1.7e9,), (0.01,)),
    ]
    figure = go.Figure(evidence_chart(curves, NAMES, LIGHT))
    first, second = figure.data
    assert first.name == "&lt;class&gt;" and first.x[0] == "2023-11-14 22:13:20"
    assert first.y[1] == CEILING and "more than 10,000" in first.hovertext[1]
    assert first.line.color != second.line.color and first.line.dash != second.line.dash
    assert figure.layout.shapes[0].y0 == 1 and figure.layout.yaxis.range[1] > 4


def test_nothing_monitored_is_drawn():
    assert go.Figure(evidence_chart([], NAMES, DARK)).data
