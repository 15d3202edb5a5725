"""Chart of the chances of the gate's verdicts against the true change."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from odviz.arrays import Floats
from odviz.charts.annotations import note
from odviz.charts.figure import Figure
from odviz.charts.layout import with_legend
from odviz.charts.palette import Look
from odviz.domain.gate import PowerPoint

HEIGHT = 300
_DASHES = {"PASS": "solid", "INCONCLUSIVE": "dot", "FAIL": "dash"}


def power_chart(
    points: Sequence[PowerPoint], worst: float, measured: float, is_ratio: bool, unit: str, look: Look
) -> Figure:
    """Draw a line for each verdict; the margin and the measured change are vertical lines.

    Args:
        points: chances by true change, at least one.
        worst: the greatest change that is accepted.
        measured: the change that was measured.
        is_ratio: whether changes are ratios, which are drawn as percent more or less.
        unit: of changes that are none; shares are drawn in points.
        look: colours.
    """
    x = _shown_change(np.array([point.change for point in points]), is_ratio, unit)
    passes = np.array([point.passes for point in points])
    fails = np.array([point.fails for point in points])
    chances = {"PASS": passes, "INCONCLUSIVE": np.maximum(1 - passes - fails, 0), "FAIL": fails}
    traces = [
        {
            "type": "scatter",
            "x": x,
            "y": 100 * chance,
            "mode": "lines",
            "name": name,
            "line": {"color": colour, "width": 2, "dash": _DASHES[name]},
            "hovertemplate": f"{name}: %{{y:.0f}} %<extra></extra>",
        }
        for (name, chance), colour in zip(chances.items(), (look.hues[0], look.muted, look.hues[1]), strict=True)
    ]
    marks = _shown_change(np.array([worst, measured]), is_ratio, unit).tolist()
    lines = [
        {"type": "line", "x0": mark, "x1": mark, "y0": 0, "y1": 1, "yref": "paper",
         "line": {"color": look.muted, "width": 1, "dash": dash}}
        for mark, dash in zip(marks, ("solid", "dot"), strict=True)
    ]  # fmt: skip
    reach = [min(float(x.min()), *marks), max(float(x.max()), *marks)]
    anchors = np.select([np.isclose(marks, reach[0]), np.isclose(marks, reach[1])], ["left", "right"], "center")
    texts = [
        note(text, look, x=mark, xref="x", xanchor=str(anchor), y=place, yanchor="bottom", bgcolor=look.background)
        for text, mark, anchor, place in zip(("margin", "measured"), marks, anchors, (0.02, 0.12), strict=True)
    ]
    shown_unit = "%" if is_ratio else "points" if unit == "1" else escape(unit)
    x_axis = {"title": {"text": f"True change ({shown_unit})"}, "range": reach}
    y_axis = {"title": {"text": "Chance of the verdict (%)"}, "range": [-2, 102]}
    layout = with_legend(x_axis, y_axis, look, HEIGHT) | {"shapes": lines, "annotations": texts}
    return {"data": traces, "layout": layout}


def _shown_change(change: Floats, is_ratio: bool, unit: str) -> Floats:
    """Changes in percent, in points, or in their unit."""
    if is_ratio:
        return 100 * (change - 1)
    return 100 * change if unit == "1" else change
