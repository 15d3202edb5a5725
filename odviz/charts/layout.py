"""Layout of charts whose series are named by a legend."""

from __future__ import annotations

from typing import Any, Literal

from odviz.charts.annotations import interaction
from odviz.charts.axes import themed
from odviz.charts.palette import Look

_TOP_PX = 34


def with_legend(
    x: dict[str, Any],
    y: dict[str, Any],
    look: Look,
    height: int,
    *,
    top: int = _TOP_PX,
    orientation: Literal["h", "v"] = "h",
) -> dict[str, Any]:
    """A layout with the legend above the chart, and room on the left for its labels.

    Args:
        x: horizontal axis; has a title.
        y: vertical axis; has a title.
        look: colours.
        height: of the whole figure, in CSS pixels.
        top: height of the room above the axes, in CSS pixels: the legend stands there.
        orientation: of the legend: its entries beside (h) or below (v) each other.
    """
    return {
        "height": height,
        "margin": {"l": 10, "r": 12, "t": top, "b": 50},
        "xaxis": themed(x, look),
        "yaxis": themed(y, look) | {"automargin": True},
        **interaction(look),
        "legend": {"orientation": orientation, "y": 1, "yanchor": "bottom", "x": 0, "itemclick": False},
        "showlegend": True,
    }
