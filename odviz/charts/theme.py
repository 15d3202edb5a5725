"""Streamlit's theme as part of a figure.

Streamlit adds its theme in the browser, as a template, when it first draws a chart and again right after that. For a
new template plotly draws everything anew. A chart of few points with a look of its own is drawn once.
"""

from __future__ import annotations

from typing import Any

from odviz.charts.figure import Figure
from odviz.charts.palette import Look

_FONT = '"Source Sans", sans-serif'


def with_own_look(figure: Figure, look: Look) -> Figure:
    """A figure that needs no theme; what it says of its look itself stays.

    Args:
        figure: of one pair of axes.
        look: colours.
    """
    return figure | {"layout": _merged(_theme(look), figure["layout"])}


def _theme(look: Look) -> dict[str, Any]:
    axis = {
        "automargin": True,
        "tickcolor": look.grid,
        "tickfont": {"size": 12},
        "title": {"font": {"size": 14}},
    }
    return {
        "template": None,
        "datarevision": 0,  # as long as it is the same, plotly takes the data for the same
        "font": {"family": _FONT, "size": 12, "color": look.muted},
        "title": {"font": {"size": 16, "color": look.text, "weight": 700}, "pad": {"l": 4}},
        "paper_bgcolor": look.background,
        "plot_bgcolor": look.background,
        "margin": {"pad": 8},
        "xaxis": axis | {"showgrid": False},
        "yaxis": axis,
        "hoverlabel": {"bordercolor": look.muted},
    }


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """One dictionary in another, whose values are kept; dictionaries in both are merged likewise."""
    both = {key: _merged(base[key], own[key]) for key in base.keys() & own.keys() if isinstance(own[key], dict)}
    return base | own | both
