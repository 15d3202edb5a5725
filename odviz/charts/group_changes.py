"""Chart of how the metric of each group changed, with simultaneous intervals."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from odviz.charts.figure import EMPTY_TRACE, Figure
from odviz.charts.layout import with_legend
from odviz.charts.palette import Look
from odviz.charts.text import row_label
from odviz.domain.harm import Effect, GroupChange
from odviz.units import change

MOST_GROUPS = 30
"""Groups that are drawn, those that lose most."""

_ROW_PX, _FRAME_PX = 26, 90
_SIZE_PX = 11
_LONGEST_NAME = 24
_PADDING = 0.06

_SYMBOLS = {Effect.HURT: "diamond", Effect.HELPED: "square", Effect.OPEN: "circle-open"}
_NAMES = {Effect.HURT: "worse for certain", Effect.HELPED: "better for certain", Effect.OPEN: "not certain"}


def group_changes(groups: Sequence[GroupChange], title: str, unit: str, look: Look) -> Figure:
    """Draw one row per group, the one that loses most on top.

    Args:
        groups: that were compared, in this order.
        title: of the axis.
        unit: of the differences; shares are drawn in points.
        look: colours.
    """
    drawn, scale = groups[:MOST_GROUPS], 100.0 if unit == "1" else 1.0
    names = [row_label(group.name, _LONGEST_NAME) for group in drawn]
    colours = {Effect.HURT: look.hues[1], Effect.HELPED: look.hues[0], Effect.OPEN: look.muted}
    traces = []
    for effect, symbol in _SYMBOLS.items():
        rows = [row for row, group in enumerate(drawn) if group.effect is effect]
        if not rows:
            continue
        differences = [drawn[row].difference for row in rows]
        centres = np.array([one.centre for one in differences]) * scale
        traces.append(
            {
                "type": "scatter",
                "x": centres,
                "y": np.array(rows, float),
                "mode": "markers",
                "name": _NAMES[effect],
                "marker": {"symbol": symbol, "size": _SIZE_PX, "color": colours[effect], "line": {"width": 2}},
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": np.array([one.high for one in differences]) * scale - centres,
                    "arrayminus": centres - np.array([one.low for one in differences]) * scale,
                    "color": colours[effect],
                    "thickness": 2,
                    "width": 0,
                },
                "hovertext": [
                    f"<b>{escape(drawn[row].name)}</b><br>{change(drawn[row].difference)}<br>{drawn[row].items:,} items"
                    for row in rows
                ],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        )
    ends = [scale * end for group in drawn for end in (group.difference.low, group.difference.high)]
    reach = _PADDING * max([abs(end) for end in ends] or [1.0])
    x = {"title": {"text": title}, "range": [min([*ends, 0.0]) - reach, max([*ends, 0.0]) + reach]}
    y = {
        "title": {"text": ""},
        "tickvals": np.arange(len(drawn), dtype=float),
        "ticktext": names,
        "range": [len(drawn) - 0.5, -0.5],
    }
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
    return {
        "data": traces or [EMPTY_TRACE],
        "layout": with_legend(x, y, look, _FRAME_PX + _ROW_PX * len(drawn))
        | {"shapes": [zero | {"line": {"color": look.muted, "width": 1, "dash": "solid"}}]},
    }
