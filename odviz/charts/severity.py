"""Chart of the metric against the severity of disturbances, one line per variant."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from odviz.charts.figure import EMPTY_TRACE, Figure
from odviz.charts.layout import with_legend
from odviz.charts.palette import DASHES, SHAPES, Look
from odviz.domain.estimate import Estimate
from odviz.units import estimate

HEIGHT = 400
MOST_LINES = 6
"""Variants that are drawn; more could not be told apart."""

_APART = 0.05
"""Distance between the lines of a severity, so that their intervals do not cover each other."""

_PADDING = 0.05
_SIZE_PX = 9


def severity_lines(
    names: Sequence[str], curves: Sequence[Sequence[Estimate]], title: str, unit: str, look: Look
) -> Figure:
    """Draw a line with intervals for each variant, from undisturbed to the highest severity.

    Args:
        names: of the variants.
        curves: of each, the estimates at severity 0, 1, …; at most `MOST_LINES` are drawn.
        title: of the metric.
        unit: of the estimates; shares are drawn in percent.
        look: colours.
    """
    scale = 100.0 if unit == "1" else 1.0
    traces = []
    drawn = list(zip(names, curves, strict=True))[:MOST_LINES]
    for place, (name, curve) in enumerate(drawn):
        hue = look.hues[place % len(look.hues)]
        centres = scale * np.array([one.centre for one in curve])
        traces.append(
            {
                "type": "scatter",
                "x": np.arange(len(curve)) + _APART * (place - (len(drawn) - 1) / 2),
                "y": centres,
                "mode": "lines+markers",
                "name": escape(name),
                "line": {"color": hue, "width": 2, "dash": DASHES[place % len(DASHES)]},
                "marker": {"symbol": SHAPES[place % len(SHAPES)], "size": _SIZE_PX, "color": hue},
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": scale * np.array([one.high for one in curve]) - centres,
                    "arrayminus": centres - scale * np.array([one.low for one in curve]),
                    "color": hue,
                    "thickness": 1.5,
                    "width": 0,
                },
                "hovertext": [f"<b>{escape(name)}</b><br>{estimate(one)}" for one in curve],
                "hovertemplate": "%{hovertext}<extra></extra>",
            }
        )
    steps = max((len(curve) for _, curve in drawn), default=1)
    ends = [scale * end for _, curve in drawn for one in curve for end in (one.low, one.high)] or [0.0, 1.0]
    reach = _PADDING * (max(ends) - min(ends)) or 1.0
    x = {
        "title": {"text": "Severity of the disturbance (0: undisturbed)"},
        "tickvals": np.arange(steps, dtype=float),
        "range": [-0.3, steps - 0.7],
    }
    heading = f"{title} (%)" if scale > 1 else f"{title} ({unit})" if unit else title
    y = {"title": {"text": heading}, "range": [min(ends) - reach, max(ends) + reach]}
    return {"data": traces or [EMPTY_TRACE], "layout": with_legend(x, y, look, HEIGHT)}
