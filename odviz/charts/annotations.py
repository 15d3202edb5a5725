"""Annotations and hover boxes in the colours of a theme."""

from __future__ import annotations

from typing import Any

from odviz.charts.palette import Look


def note(text: str, look: Look, **place: Any) -> dict[str, Any]:
    """Text at a position relative to the chart, unless `place` refers to an axis."""
    font = {"color": look.muted, "size": 12}
    return {"text": text, "xref": "paper", "yref": "paper", "showarrow": False, "font": font} | place


def interaction(look: Look) -> dict[str, Any]:
    """Layout options common to all charts: no panning, and a readable hover box for the closest point."""
    return {
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "bgcolor": look.background, "font": {"color": look.text, "size": 12}},
    }
