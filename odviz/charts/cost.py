"""Charts of costs: what both sides have cost by each month, and which assumption moves the result most."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from odviz.arrays import Floats
from odviz.charts.figure import EMPTY_TRACE, Figure, Trace
from odviz.charts.layout import with_legend
from odviz.charts.palette import Look
from odviz.domain.cost import FACTORS, Cheaper, CostPath, CostReport, CostSwing

MOST_BARS = 8
"""Assumptions that are drawn; the others move the result least."""

_TITLES = {Cheaper.CLOUD: "Cloud", Cheaper.DEVICE: "Device"}
_DASHES = {Cheaper.CLOUD: "dash", Cheaper.DEVICE: "solid"}
_HEIGHT = 380
_ROW_PX, _FRAME_PX = 34, 96
_YEAR_MONTHS = 12
_IN_YEARS = 24
_BAND = "33"
"""Opacity of a range, as two digits behind a colour."""


def cost_paths(report: CostReport, look: Look) -> Figure:
    """Draw what both sides have cost by each month, with ranges that hold 95 % of the draws."""
    in_years = report.months[-1] >= _IN_YEARS
    times = np.array(report.months) / (_YEAR_MONTHS if in_years else 1)
    traces = []
    for place, side in enumerate(_TITLES):
        traces += _path(side, times, report.paths[side], look.hues[place])
    top = max(max(path.value) for path in report.paths.values())
    highest = min(max(max(path.high) for path in report.paths.values()), 3 * top)
    title = "Years of use" if in_years else "Months of use"
    x = {"title": {"text": title}, "range": [0.0, float(times[-1])]}
    span = [0.0, 1.05 * highest or 1.0]
    y = {"title": {"text": "Cost so far ($)"}, "range": span, "tickprefix": "$", "tickformat": "~s"}
    return {"data": traces, "layout": with_legend(x, y, look, _HEIGHT)}


def tornado(swings: Sequence[CostSwing], look: Look) -> Figure:
    """Draw what the device saves between the lowest and the highest value of each assumption.

    Args:
        swings: largest first; at most `MOST_BARS` are drawn.
        look: colours.
    """
    drawn = [one for one in swings if one.width > 0][:MOST_BARS]
    rows = np.arange(len(drawn), dtype=float)
    lows, highs = (np.array([getattr(one, end) for one in drawn], float) for end in ("at_low", "at_high"))
    names = [escape(FACTORS[one.factor].title) for one in drawn]
    line = {"color": look.muted, "width": 6}
    bars = {
        "type": "scatter",
        "x": np.ravel(np.column_stack([lows, highs, np.full(len(drawn), np.nan)])),
        "y": np.repeat(rows, 3),
        "mode": "lines",
        "line": line,
        "hoverinfo": "skip",
        "showlegend": False,
    }
    ends = [
        _ends("At its lowest value", lows, rows, names, look.hues[0], "circle"),
        _ends("At its highest value", highs, rows, names, look.hues[1 % len(look.hues)], "diamond"),
    ]
    reach = [0.0, *lows.tolist(), *highs.tolist()]
    pad = 0.06 * (max(reach) - min(reach)) or 1.0
    x = {
        "title": {"text": "Saved by the device ($)"},
        "range": [min(reach) - pad, max(reach) + pad],
        "tickprefix": "$",
        "tickformat": "~s",
    }
    y = {"title": {"text": ""}, "tickvals": rows, "ticktext": names, "range": [len(drawn) - 0.5, -0.5]}
    layout = with_legend(x, y, look, _FRAME_PX + _ROW_PX * len(drawn))
    layout["xaxis"] |= {"zeroline": True, "zerolinecolor": look.text, "zerolinewidth": 2}
    layout["yaxis"] |= {"showgrid": False}
    return {"data": [bars, *ends] if drawn else [EMPTY_TRACE], "layout": layout}


def _path(side: Cheaper, times: Floats, path: CostPath, hue: str) -> list[Trace]:
    """A range and the line in it."""
    band = {
        "type": "scatter",
        "x": np.concatenate([times, times[::-1]]),
        "y": np.array([*path.high, *reversed(path.low)]),
        "fill": "toself",
        "fillcolor": f"{hue}{_BAND}",
        "mode": "none",
        "hoverinfo": "skip",
        "showlegend": False,
    }
    line = {
        "type": "scatter",
        "x": times,
        "y": np.array(path.value),
        "mode": "lines",
        "name": _TITLES[side],
        "line": {"color": hue, "width": 2.5, "dash": _DASHES[side]},
        "hovertemplate": f"{_TITLES[side]}: $%{{y:,.0f}}<extra></extra>",
    }
    return [band, line]


def _ends(name: str, x: Floats, rows: Floats, names: Sequence[str], hue: str, symbol: str) -> Trace:
    return {
        "type": "scatter",
        "x": x,
        "y": rows,
        "mode": "markers",
        "name": name,
        "marker": {"symbol": symbol, "size": 12, "color": hue},
        "hovertext": [f"<b>{title}</b><br>{name.lower()}" for title in names],
        "hovertemplate": "%{hovertext}: $%{x:,.0f}<extra></extra>",
    }
