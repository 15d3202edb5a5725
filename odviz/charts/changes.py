"""Chart of changes with their intervals, one in a row, beside no change and beside what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from odviz.charts.figure import Figure, Trace
from odviz.charts.layout import with_legend
from odviz.charts.palette import Look
from odviz.charts.text import CHANGE_KINDS, row_label
from odviz.domain.comparison import ChangeKind, ObjectiveChange

_ROW_PX, _FRAME_PX, _TITLE_PX, _TOP_PX, _SIZE_PX = 22, 96, 22, 34, 9
_LONGEST_NAME = 60
_PADDING, _LEAST = 0.08, 1.0
"""Room beside the ends, relative to their span; and the least span in percent."""

_SYMBOLS = {
    ChangeKind.BETTER: "circle",
    ChangeKind.WORSE: "square",
    ChangeKind.OPEN: "diamond-open",
    ChangeKind.EQUAL: "diamond-open",
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A row.

    Attributes:
        name: at its left.
        change: what is drawn.
        worst: the greatest change that is allowed, as a ratio or a difference; None for no such mark.
    """

    name: str
    change: ObjectiveChange
    worst: float | None = None


def is_drawable(change: ObjectiveChange) -> bool:
    """Whether a change is in percent or in points, which share an axis."""
    ends = (change.change.low, change.change.high)
    return (change.is_ratio or change.objective.is_share) and bool(np.isfinite(ends).all())


def change_chart(rows: Sequence[ChangeRow], title: str, look: Look) -> Figure:
    """Draw ratios in percent more or less and shares in points.

    Args:
        rows: from top to bottom, at least one; all drawable.
        title: above them.
        look: colours.
    """
    colours = {
        ChangeKind.BETTER: look.hues[0],
        ChangeKind.WORSE: look.hues[1],
        ChangeKind.OPEN: look.muted,
        ChangeKind.EQUAL: look.muted,
    }
    traces = [
        _trace([(place, row) for place, row in enumerate(rows) if row.change.kind is kind], kind, colours[kind])
        for kind in ChangeKind
        if any(row.change.kind is kind for row in rows)
    ]
    allowed = [(_percent(row.change, row.worst), place) for place, row in enumerate(rows) if row.worst is not None]
    if allowed:
        traces.append(_marks(allowed, look))
    ends = [_percent(row.change, end) for row in rows for end in (row.change.change.low, row.change.change.high)]
    low, high = min(0.0, *ends, *(mark for mark, _ in allowed)), max(0.0, *ends, *(mark for mark, _ in allowed))
    reach = _PADDING * max(high - low, _LEAST)
    line = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper"}
    vertical = {
        "title": {"text": ""},
        "tickvals": np.arange(len(rows), dtype=float),
        "ticktext": [row_label(row.name, _LONGEST_NAME) for row in rows],
        "range": [len(rows) - 0.5, -0.5],
    }
    horizontal = {"title": {"text": "Change (% more or less; of shares, points)"}, "range": [low - reach, high + reach]}
    shapes = [line | {"line": {"color": look.muted, "width": 1, "dash": "solid"}}]
    height = _FRAME_PX + _TITLE_PX + _ROW_PX * len(rows)
    layout = with_legend(horizontal, vertical, look, height, top=_TOP_PX + _TITLE_PX)
    heading = {"text": escape(title), "font": {"size": 14}, "x": 0, "xanchor": "left", "y": 1, "yanchor": "top"}
    return {"data": traces, "layout": layout | {"title": heading, "shapes": shapes}}


def _trace(rows: Sequence[tuple[int, ChangeRow]], kind: ChangeKind, colour: str) -> Trace:
    low, centre, high = (
        np.array([_percent(row.change, getattr(row.change.change, end)) for _, row in rows])
        for end in ("low", "centre", "high")
    )
    return {
        "type": "scatter",
        "x": centre,
        "y": np.array([place for place, _ in rows], float),
        "mode": "markers",
        "name": CHANGE_KINDS[kind],
        "marker": {"symbol": _SYMBOLS[kind], "size": _SIZE_PX, "color": colour, "line": {"color": colour, "width": 2}},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": high - centre,
            "arrayminus": centre - low,
            "color": colour,
            "thickness": 2,
            "width": 0,
        },
        "hoverinfo": "skip",
    }


def _marks(allowed: Sequence[tuple[float, int]], look: Look) -> Trace:
    return {
        "type": "scatter",
        "x": np.array([mark for mark, _ in allowed]),
        "y": np.array([place for _, place in allowed], float),
        "mode": "markers",
        "name": "allowed",
        "marker": {"symbol": "line-ns", "size": 16, "color": look.text, "line": {"color": look.text, "width": 2}},
        "hoverinfo": "skip",
    }


def _percent(change: ObjectiveChange, value: float) -> float:
    """A change in percent more or less, or in points."""
    return 100 * (value - 1) if change.is_ratio else 100 * value
