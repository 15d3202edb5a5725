"""Chart of a few estimates of each variant in a row, joined by a line: before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from odviz.charts.axes import log_axis
from odviz.charts.figure import EMPTY_TRACE, Figure, Trace
from odviz.charts.layout import with_legend
from odviz.charts.palette import SHAPES, Look
from odviz.charts.text import row_label
from odviz.domain.estimate import Estimate
from odviz.units import estimate

_ROW_PX, _FRAME_PX, _SIZE_PX = 30, 96, 11
_LONGEST_NAME = 30
_PADDING = 0.05


def dumbbell(
    names: Sequence[str], series: Mapping[str, Sequence[Estimate | None]], title: str, unit: str, look: Look
) -> Figure:
    """Draw one row per variant, the first on top, with a shape and colour for each series.

    Args:
        names: of the variants.
        series: estimates of each variant, by name of the series; None where there is none.
        title: of the axis.
        unit: of the estimates; shares are drawn in percent, times on a logarithmic axis.
        look: colours.
    """
    scale = 100.0 if unit == "1" else 1.0
    traces = [
        _series(name, names, values, scale, look.hues[place % len(look.hues)], SHAPES[place % len(SHAPES)])
        for place, (name, values) in enumerate(series.items())
    ]
    known = [[one for one in row if one] for row in zip(*series.values(), strict=True)]
    ends = [scale * end for row in known for one in row for end in (one.low, one.high)] or [1.0]
    if unit == "s":
        x = log_axis(title, min(ends) / 1.2, max(ends) * 1.2, "s")
    else:
        reach = _PADDING * ((max(ends) - min(ends)) or 1.0)
        x = {
            "title": {"text": f"{title} (%)" if unit == "1" else title},
            "range": [min(ends) - reach, max(ends) + reach],
        }
    y = {
        "title": {"text": ""},
        "tickvals": np.arange(len(names), dtype=float),
        "ticktext": [row_label(name, _LONGEST_NAME) for name in names],
        "range": [len(names) - 0.5, -0.5],
    }
    return {
        "data": [*_lines(known, scale, look), *traces] or [EMPTY_TRACE],
        "layout": with_legend(x, y, look, _FRAME_PX + _ROW_PX * len(names)),
    }


def _lines(known: Sequence[Sequence[Estimate]], scale: float, look: Look) -> list[Trace]:
    """A line from the least to the greatest value of each row."""
    rows = [(row, [scale * one.centre for one in values]) for row, values in enumerate(known) if len(values) > 1]
    x = np.array([end for _, values in rows for end in (min(values), max(values), np.nan)])
    y = np.array([end for row, _ in rows for end in (row, row, np.nan)], float)
    line = {"color": look.muted, "width": 1, "dash": "dot"}
    return [
        {"type": "scatter", "x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip", "showlegend": False}
    ]


def _series(
    name: str, names: Sequence[str], values: Sequence[Estimate | None], scale: float, hue: str, shape: str
) -> Trace:
    rows = [(row, one) for row, one in enumerate(values) if one]
    centres = np.array([one.centre for _, one in rows]) * scale
    return {
        "type": "scatter",
        "x": centres,
        "y": np.array([row for row, _ in rows], float),
        "mode": "markers",
        "name": name,
        "marker": {"symbol": shape, "size": _SIZE_PX, "color": hue},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": np.array([one.high for _, one in rows]) * scale - centres,
            "arrayminus": centres - np.array([one.low for _, one in rows]) * scale,
            "color": hue,
            "thickness": 2,
            "width": 0,
        },
        "hovertext": [f"<b>{escape(names[row])}</b><br>{escape(name)}: {escape(estimate(one))}" for row, one in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
