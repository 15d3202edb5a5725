"""The figure of one front: quality against one axis."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from odviz.charts import layers
from odviz.charts.annotations import interaction, note
from odviz.charts.axes import AxisScale, Range, axis, cost_range, linear_range, quality_range, scale, themed
from odviz.charts.columns import Columns, Mask, Rows, front_line, projected_line
from odviz.charts.figure import EMPTY_TRACE, Figure
from odviz.charts.layers import Drawing
from odviz.charts.palette import Look
from odviz.domain.objective import Limits, Objective
from odviz.pareto.choice import knee

HEIGHT = 300

_LEFT = 0.3
"""Part of an axis whose labels stand to the right of their points, so that they do not cover the axis."""

_TITLE_CHARACTERS, _TITLE_LINE_PX = 38, 20
"""Width of a title on a phone, and height of each further line."""

_ARROWS = {(False, True): "↖", (True, True): "↗", (False, False): "↙", (True, False): "↘"}
"""Direction of better by whether higher is better on the horizontal and on the vertical axis."""


def front(
    columns: Columns,
    objective: Objective,
    feasible: Mask,
    limits: Limits,
    look: Look,
    selected: Sequence[int] = (),
    device: str = "",
    x_range: Range | None = None,
    y_range: Range | None = None,
    recommended: int | None = None,
) -> Figure:
    """Draw the quality against one axis, with whiskers, step line, limits and selection.

    Args:
        columns: the candidates.
        objective: the horizontal axis.
        feasible: shape (N,), whether a candidate satisfies the limits.
        limits: those on the two axes are drawn.
        look: colours.
        selected: rows that get a ring.
        device: title of the device; empty for this host alone.
        x_range: range of the horizontal axis, so that charts can be compared; fitted to the points by default.
        y_range: range of the vertical axis, likewise.
        recommended: row of the recommended candidate.

    Returns:
        The figure; `customdata` of each point that can be clicked is its row.
    """
    drawing = Drawing(columns, _scale(columns, objective), _scale(columns, columns.quality), look)
    drawable = columns.drawable(objective)
    span = x_range or fit_x(columns, objective, limits.get(objective))
    heights = y_range or fit_y(columns, limits.get(columns.quality), selected)
    line = front_line(columns, objective, feasible)
    traces = [
        *layers.ranges(drawing, drawable, feasible),
        *layers.step(drawing, projected_line(columns, objective, feasible), span, projected=True),
        *layers.step(drawing, line, span, projected=not columns.observed[objective][line].all()),
        *layers.points(drawing, drawable, feasible),
        *layers.cut_whiskers(drawing, drawable, span),
        *layers.rings(drawing, [row for row in selected if drawable[row]]),
    ]
    layout = _layout(drawing, span, heights)
    layout["annotations"] += _hidden_note(drawing, np.flatnonzero(drawable), heights)
    if device:
        lines = textwrap.wrap(f"{objective.title} on {device}", _TITLE_CHARACTERS)
        layout["title"]["text"] = "<br>".join(map(escape, lines))
        layout["margin"]["t"] += _TITLE_LINE_PX * (len(lines) - 1)
    layout["shapes"], notes = _limit_lines(drawing, limits)
    bend = knee_of(columns, objective, feasible)
    layout["annotations"] += notes + _point_labels(drawing, bend, recommended, span)
    if not drawable.any():
        reason = "is not known for any variant here" if device else "is not known of any variant yet"
        layout["annotations"].append(note(f"{objective.title} {reason}", look, x=0.5, y=0.5))
        layout["xaxis"] |= {"showticklabels": False, "ticks": ""}  # without a point the range means nothing
    return {"data": traces or [EMPTY_TRACE], "layout": layout}


def _scale(columns: Columns, objective: Objective) -> AxisScale:
    return scale(objective, columns.centre[objective])


def fit_x(columns: Columns, objective: Objective, limit: float | None) -> Range:
    """Range of a horizontal axis that holds every candidate and the limit."""
    drawable = columns.drawable(objective)
    low, centre, high = columns.low[objective], columns.centre[objective], columns.high[objective]
    if not objective.log:
        values = np.concatenate([low[drawable], high[drawable]])
        return linear_range(objective, _scale(columns, objective).factor, values, limit)
    bare = drawable & columns.modelled(objective)
    return cost_range(
        low[drawable], np.concatenate([centre[drawable & ~bare], low[bare], high[bare]]), high[drawable], limit
    )


def fit_y(columns: Columns, limit: float | None, selected: Sequence[int] = ()) -> Range:
    """Range of the vertical axis that holds all fronts, the limit and the selection."""
    quality = columns.quality
    low, centre, high = columns.low[quality], columns.centre[quality], columns.high[quality]
    wanted = np.zeros(len(columns), bool)
    for objective in columns.axes:
        wanted |= columns.on_front(objective)
    wanted[list(selected)] = True
    return quality_range(_scale(columns, quality), low, centre, high, wanted & np.isfinite(centre), limit)


def knee_of(columns: Columns, objective: Objective, feasible: Mask) -> int | None:
    """Row of the knee of a front, on the scales shown; None without one, or where only ranges are known."""
    values, line = columns.centre[objective], front_line(columns, objective, feasible)
    line = line[~columns.modelled(objective)[line]]
    if objective.log:
        line = line[values[line] > 0]
    if len(line) < 3:
        return None
    cost = objective.sign * (np.log10(values[line]) if objective.log else values[line])
    loss = columns.quality.sign * columns.centre[columns.quality][line]
    position = knee(np.stack([cost, loss], axis=1))
    return None if position is None else int(line[position])


def _layout(drawing: Drawing, span: Range, heights: Range) -> dict[str, Any]:
    x, y, look = drawing.x, drawing.y, drawing.look
    arrow = _ARROWS[x.objective.higher_is_better, y.objective.higher_is_better]
    return {
        "title": {"text": f"{y.objective.title} against {x.objective.noun}", "font": {"size": 15}},
        "height": HEIGHT,
        "margin": {"l": 56, "r": 12, "t": 40, "b": 52},
        "xaxis": themed(axis(x, span), look),
        "yaxis": themed(axis(y, heights), look),
        "showlegend": False,
        "clickmode": "event+select",
        **interaction(look),
        "annotations": [note(f"better {arrow}", look, x=1, y=1.0, xanchor="right", yanchor="bottom")],
    }


def _hidden_note(drawing: Drawing, rows: Rows, heights: Range) -> list[dict[str, Any]]:
    """How many of these candidates are too inaccurate to be visible."""
    values = drawing.ys(rows)
    if drawing.y.objective.higher_is_better:
        hidden, arrow, place, anchor = int((values < heights[0]).sum()), "↓", 0.0, "bottom"
    else:
        hidden, arrow, place, anchor = int((values > heights[1]).sum()), "↑", 1.0, "top"
    text = f"{arrow} {hidden} less accurate"
    return [note(text, drawing.look, x=0.01, y=place, xanchor="left", yanchor=anchor)] if hidden else []


def _limit_lines(drawing: Drawing, limits: Limits) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A dashed line for each limit, labelled on its infeasible side."""
    x, y, look = drawing.x, drawing.y, drawing.look
    line = {"type": "line", "line": {"color": look.muted, "width": 1.5, "dash": "dash"}}
    label = {"font": {"color": look.muted, "size": 11}, "showarrow": False, "bgcolor": look.background}
    shapes, notes = [], []
    if (limit := limits.get(x.objective)) is not None:
        place, anchor = x.factor * limit, "left" if x.objective.higher_is_better else "right"
        shapes.append(line | {"x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper"})
        at = {"x": x.coordinate(limit), "y": 0, "yref": "paper", "xanchor": anchor, "yanchor": "bottom"}
        notes.append({"text": "limit", **at, **label})
    if (limit := limits.get(y.objective)) is not None:
        place, anchor = y.factor * limit, "top" if y.objective.higher_is_better else "bottom"
        shapes.append(line | {"y0": place, "y1": place, "x0": 0, "x1": 1, "xref": "paper"})
        at = {"x": 1, "xref": "paper", "y": place, "xanchor": "right", "yanchor": anchor}
        notes.append({"text": escape(y.objective.limit.phrase), **at, **label})
    return shapes, notes


def _point_labels(drawing: Drawing, bend: int | None, recommended: int | None, span: Range) -> list[dict[str, Any]]:
    """Arrows at the recommended point and at the knee; one where they are the same."""
    columns, x = drawing.columns, drawing.x
    knee_label = [] if bend is None else [_arrow(drawing, bend, "knee", 26, 26)]
    if recommended is None or not columns.drawable(x.objective)[recommended]:
        return knee_label
    if x.objective.log and columns.low[x.objective][recommended] <= 0:
        return knee_label
    text = "recommended" + (", knee" if bend == recommended else "")
    right = 50 if x.fraction(drawing.xs(np.array([recommended])), span)[0] < _LEFT else -30
    label = _arrow(drawing, recommended, text, right, -26)
    return [label] if bend in (None, recommended) else [label, *knee_label]


def _arrow(drawing: Drawing, row: int, text: str, right: int, down: int) -> dict[str, Any]:
    """A label that many pixels to the right of a point and below it; of a range it points at the better end."""
    columns, axis = drawing.columns, drawing.axis
    better_end = columns.high if axis.higher_is_better else columns.low
    values = better_end if drawing.modelled[row] else columns.centre
    return {
        "text": text,
        "x": drawing.x.coordinate(float(values[axis][row])),
        "y": float(drawing.ys(np.array([row]))[0]),
        "ax": right,
        "ay": down,
        "arrowcolor": drawing.look.muted,
        "arrowhead": 2,
        "arrowsize": 0.8,
        "standoff": 8,
        "font": {"color": drawing.look.text, "size": 12},
    }
