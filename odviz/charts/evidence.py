"""Chart of the evidence that a device answers otherwise than its benchmark, over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape

import numpy as np

from odviz.charts.annotations import note
from odviz.charts.figure import EMPTY_TRACE, Figure
from odviz.charts.layout import with_legend
from odviz.charts.palette import Look
from odviz.domain.monitoring import DriftKind, EvidenceCurve
from odviz.units import digits

HEIGHT = 340
CEILING = 1e4
"""Strength above which curves are cut: what suffices ten thousand times over is not read off a chart."""

_FLOOR = 1e-5
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def evidence_chart(curves: Sequence[EvidenceCurve], names: Mapping[DriftKind, str], look: Look) -> Figure:
    """Draw the strongest evidence of each kind over time, and the line at which an alarm is raised.

    Args:
        curves: of the kinds that are monitored.
        names: of these.
        look: colours.
    """
    traces = []
    for place, curve in enumerate(curves):
        name = escape(names[curve.kind])
        moments = [datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S") for time in curve.times]
        traces.append(
            {
                "type": "scatter",
                "x": moments,
                "y": np.clip(curve.strengths, _FLOOR, CEILING),
                "mode": "lines",
                "name": name,
                "line": {"color": look.hues[place % len(look.hues)], "width": 2, "dash": _DASHES[place % len(_DASHES)]},
                "hovertext": [
                    f"<b>{name}</b><br>{moment} UTC<br>{_strength(strength)} of what an alarm needs"
                    for moment, strength in zip(moments, curve.strengths, strict=True)
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        )
    ends = np.concatenate([trace["y"] for trace in traces]) if traces else np.ones(1)
    x = {"title": {"text": "Time of the answers (UTC)"}, "type": "date"}
    y = {
        "title": {"text": "Evidence over what an alarm needs"},
        "type": "log",
        "range": [float(np.log10(min(0.01, ends.min()))) - 0.2, float(np.log10(max(10.0, ends.max()))) + 0.2],
        "dtick": 1,
        "exponentformat": "power",
    }
    line = {"color": look.text, "width": 1.5, "dash": "dot"}
    threshold = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 1, "y1": 1, "line": line}
    return {
        "data": traces or [EMPTY_TRACE],
        "layout": with_legend(x, y, look, HEIGHT)
        | {
            "shapes": [threshold],
            "annotations": [note("alarm", look, x=0, y=0, yref="y", xanchor="left", yanchor="bottom")],
        },
    }


def _strength(value: float) -> str:
    return f"{digits(value, 2)} ×" if value <= CEILING else f"more than {CEILING:,.0f} ×"
