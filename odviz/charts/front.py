"""One front: accuracy against one cost."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.charts import layers
from odviz.charts.axes import accuracy_axis, accuracy_range, cost_axis, cost_range, dressed
from odviz.charts.columns import Columns, front_line, hoped_line
from odviz.charts.figure import NOTHING, Figure
from odviz.charts.palette import Look
from odviz.domain.objective import Limits, Objective
from odviz.domain.result import Membership
from odviz.objectives import ACCURACY, axes
from odviz.pareto import knee

HEIGHT = 360

_LEFT = 0.7, 0.3
"""Shares of both ends of a log axis at its left part."""

_TITLE_WIDE, _TITLE_LINE = 38, 20
"""Characters that a phone has room for, and pixels of a further line."""


def front(
    columns: Columns,
    axis: Objective,
    feasible: NDArray[np.bool_],
    limits: Limits,
    look: Look,
    selected: Sequence[int] = (),
    place: str = "",
    span: tuple[float, float] | None = None,
    heights: tuple[float, float] | None = None,
    recommended: int | None = None,
) -> Figure:
    """Accuracy against one cost, with whiskers, the step line, the limits and what is selected.

    Args:
        columns: of the points.
        axis: the cost.
        feasible: shape (N,), whether a point keeps the limits.
        limits: those that are set; those of this chart are drawn.
        look: colours.
        selected: indices of points that get a ring.
        place: the machine, where several are shown.
        span: ends of the cost axis, so that several charts can be compared; fitted to the points by default.
        heights: ends of the accuracy axis in percent, likewise.
        recommended: index of the point that is recommended, if one is.

    Returns:
        The figure; `customdata` of each point that can be clicked is its index.
    """
    known = there(columns, axis)
    limit, floor = limits.get(axis), limits.get(ACCURACY)
    first, last = span or span_of(columns, axis, limit)
    heights = heights or heights_of(columns, floor, selected)
    line = front_line(columns, axis, feasible)
    traces = [
        *layers.ranges(columns, axis, known, feasible, look),
        *layers.step(columns, axis, hoped_line(columns, axis, feasible), last, look, hoped=True),
        *layers.step(columns, axis, line, last, look, hoped=not columns.observed[axis][line].all()),
        *layers.points(columns, axis, known, feasible, look),
        *layers.leaving(columns, axis, known, (first, last), look),
        *layers.ring(columns, axis, [each for each in selected if known[each]], look),
    ]
    below = int((100 * columns.centre[ACCURACY][known] < heights[0]).sum())
    layout = _layout(axis, (first, last), heights, below, look)
    if place:
        lines = textwrap.wrap(f"{axis.title} on {place}", _TITLE_WIDE)
        layout["title"]["text"] = "<br>".join(map(escape, lines))
        layout["margin"]["t"] += _TITLE_LINE * (len(lines) - 1)
    shapes, words = _limits(limit, floor, look)
    layout["shapes"] = shapes
    layout["annotations"] += words + _names(columns, axis, line, recommended, (first, last), look)
    if not known.any():
        nobody = "cannot be backed for any variant" if place else "is not known of any variant yet"
        layout["annotations"].append(_note(f"{axis.title} {nobody}", look, x=0.5, y=0.5))
        layout["xaxis"] |= {"showticklabels": False, "ticks": ""}  # the ends of an axis without a point mean nothing
    return {"data": traces or [NOTHING], "layout": layout}


def span_of(columns: Columns, axis: Objective, limit: float | None) -> tuple[float, float]:
    """Ends of a cost axis that holds every point and the limit."""
    known = there(columns, axis)
    low, high, bare = columns.low[axis], columns.high[axis], known & layers.modelled(columns, axis)
    seen = np.concatenate([columns.centre[axis][known & ~bare], low[bare], high[bare]])
    return cost_range(low[known], seen, high[known], limit)


def heights_of(columns: Columns, floor: float | None, selected: Sequence[int] = ()) -> tuple[float, float]:
    """Ends of the accuracy axis, in percent, that hold all fronts, the floor and what is selected."""
    low, centre, high = (getattr(columns, end)[ACCURACY] for end in ("low", "centre", "high"))
    wanted = np.zeros(len(columns), bool)
    for axis in axes():
        state = columns.membership[axis]
        wanted |= (state == Membership.FRONT) | (state == Membership.AMBIGUOUS)
    wanted[list(selected)] = True
    return accuracy_range(low, centre, high, wanted & np.isfinite(centre), floor)


def knee_of(columns: Columns, axis: Objective, feasible: NDArray[np.bool_]) -> int | None:
    """The point at the knee of a front, on the scales that are shown; None where there is none, or for mere ranges."""
    return _knee(columns, axis, front_line(columns, axis, feasible))


def _knee(columns: Columns, axis: Objective, line: NDArray[np.intp]) -> int | None:
    line = line[~layers.modelled(columns, axis)[line] & (columns.centre[axis][line] > 0)]
    if len(line) < 3:
        return None
    found = knee(np.stack([np.log10(columns.centre[axis][line]), -columns.centre[ACCURACY][line]], axis=1))
    return None if found is None else int(line[found])


def there(columns: Columns, axis: Objective) -> NDArray[np.bool_]:
    """Which points have both an accuracy and this cost, shape (N,)."""
    found: NDArray[np.bool_] = np.isfinite(columns.centre[axis]) & np.isfinite(columns.centre[ACCURACY])
    return found


def _layout(
    axis: Objective, span: tuple[float, float], heights: tuple[float, float], below: int, look: Look
) -> dict[str, Any]:
    notes = [_note("better ↖", look, x=1, y=1.0, xanchor="right", yanchor="bottom")]
    if below:
        notes.append(_note(f"↓ {below} less accurate", look, x=0.01, y=0.0, xanchor="left", yanchor="bottom"))
    return {
        "title": {"text": f"Accuracy against {axis.title.lower()}", "font": {"size": 15}},
        "height": HEIGHT,
        "margin": {"l": 56, "r": 12, "t": 40, "b": 52},
        "xaxis": dressed(cost_axis(axis.title, *span, axis.unit), look),
        "yaxis": dressed(accuracy_axis(heights), look),
        "showlegend": False,
        "dragmode": False,
        "clickmode": "event+select",
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "bgcolor": look.background, "font": {"color": look.text, "size": 12}},
        "annotations": notes,
    }


def _note(text: str, look: Look, **place: Any) -> dict[str, Any]:
    """Words at a place of the picture, not of the axes."""
    font = {"color": look.muted, "size": 12}
    return {"text": text, "xref": "paper", "yref": "paper", "showarrow": False, "font": font} | place


def _limits(limit: float | None, floor: float | None, look: Look) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A dashed line for each limit, and the words beside it."""
    style = {"color": look.muted, "width": 1.5, "dash": "dash"}
    words = {"font": {"color": look.muted, "size": 11}, "showarrow": False, "bgcolor": look.background}
    shapes, notes = [], []
    if limit is not None:
        shapes.append({"type": "line", "x0": limit, "x1": limit, "y0": 0, "y1": 1, "yref": "paper", "line": style})
        at = {"x": float(np.log10(limit)), "y": 0, "yref": "paper", "xanchor": "right", "yanchor": "bottom"}
        notes.append({"text": "limit", **at, **words})
    if floor is not None:
        height = 100 * floor
        shapes.append({"type": "line", "y0": height, "y1": height, "x0": 0, "x1": 1, "xref": "paper", "line": style})
        at = {"x": 1, "xref": "paper", "y": height, "xanchor": "right", "yanchor": "top"}
        notes.append({"text": "least accuracy", **at, **words})
    return shapes, notes


def _names(
    columns: Columns,
    axis: Objective,
    line: NDArray[np.intp],
    recommended: int | None,
    span: tuple[float, float],
    look: Look,
) -> list[dict[str, Any]]:
    """Arrows at the recommended point and at the knee; one where they are the same."""
    bend = _knee(columns, axis, line)
    if recommended is None or not there(columns, axis)[recommended] or columns.low[axis][recommended] <= 0:
        return [] if bend is None else [_arrow(columns, axis, bend, "knee", 26, 26, look)]
    words = "recommended" + (", knee" if bend == recommended else "")
    left = columns.centre[axis][recommended] < span[0] ** _LEFT[0] * span[1] ** _LEFT[1]  # words would lie on the axis
    found = [_arrow(columns, axis, recommended, words, 50 if left else -30, -26, look)]
    return found if bend in (None, recommended) else [*found, _arrow(columns, axis, bend, "knee", 26, 26, look)]


def _arrow(
    columns: Columns, axis: Objective, row: int, words: str, right: int, down: int, look: Look
) -> dict[str, Any]:
    """Words beside a point, so many pixels to the right of it and below it; beside the low end of a mere range."""
    end = columns.low if layers.modelled(columns, axis)[row] else columns.centre
    return {
        "text": words,
        "x": float(np.log10(end[axis][row])),
        "y": float(100 * columns.centre[ACCURACY][row]),
        "ax": right,
        "ay": down,
        "arrowcolor": look.muted,
        "arrowhead": 2,
        "arrowsize": 0.8,
        "standoff": 8,
        "font": {"color": look.text, "size": 12},
    }
