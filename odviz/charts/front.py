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
from odviz.charts.palette import Look
from odviz.domain.objective import Limits, Objective
from odviz.pareto.choice import knee

HEIGHT = 360

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
    x, y = x_scale(columns, objective), y_scale(columns)
    drawable = columns.drawable(objective)
    x_limit, y_limit = limits.get(objective), limits.get(columns.quality)
    span, heights = x_range or fit_x(columns, objective, x_limit), y_range or fit_y(columns, y_limit, selected)
    line = front_line(columns, objective, feasible)
    drawing = layers.Drawing(columns, x, y, look)
    traces = [
        *layers.ranges(drawing, drawable, feasible),
        *layers.step(drawing, projected_line(columns, objective, feasible), span, projected=True),
        *layers.step(drawing, line, span, projected=not columns.observed[objective][line].all()),
        *layers.points(drawing, drawable, feasible),
        *layers.cut_whiskers(drawing, drawable, span),
        *layers.rings(drawing, [row for row in selected if drawable[row]]),
    ]
    layout = _layout(x, y, span, heights, look)
    layout["annotations"] += _hidden_note(columns, y, drawable, heights, look)
    if device:
        lines = textwrap.wrap(f"{objective.title} on {device}", _TITLE_CHARACTERS)
        layout["title"]["text"] = "<br>".join(map(escape, lines))
        layout["margin"]["t"] += _TITLE_LINE_PX * (len(lines) - 1)
    layout["shapes"], notes = _limit_lines(x, y, x_limit, y_limit, look)
    layout["annotations"] += notes + _point_labels(columns, x, y, line, recommended, span, look)
    if not drawable.any():
        reason = "is not known for any variant here" if device else "is not known of any variant yet"
        layout["annotations"].append(note(f"{objective.title} {reason}", look, x=0.5, y=0.5))
        layout["xaxis"] |= {"showticklabels": False, "ticks": ""}  # without a point the range means nothing
    return {"data": traces or [EMPTY_TRACE], "layout": layout}


def x_scale(columns: Columns, objective: Objective) -> AxisScale:
    """Scale of a horizontal axis."""
    return scale(objective, columns.centre[objective])


def y_scale(columns: Columns) -> AxisScale:
    """Scale of the vertical axis, which is linear whatever the quality is."""
    return scale(columns.quality, columns.centre[columns.quality])


def fit_x(columns: Columns, objective: Objective, limit: float | None) -> Range:
    """Range of a horizontal axis that holds every candidate and the limit."""
    drawable = columns.drawable(objective)
    low, centre, high = columns.low[objective], columns.centre[objective], columns.high[objective]
    if not objective.log:
        values = np.concatenate([low[drawable], high[drawable]])
        return linear_range(objective, x_scale(columns, objective).factor, values, limit)
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
    return quality_range(y_scale(columns), low, centre, high, wanted & np.isfinite(centre), limit)


def knee_of(columns: Columns, objective: Objective, feasible: Mask) -> int | None:
    """Row of the knee of a front, on the scales shown; None without one, or where only ranges are known."""
    return _knee(columns, objective, front_line(columns, objective, feasible))


def _knee(columns: Columns, objective: Objective, line: Rows) -> int | None:
    values = columns.centre[objective]
    line = line[~columns.modelled(objective)[line]]
    if objective.log:
        line = line[values[line] > 0]
    if len(line) < 3:
        return None
    cost = objective.sign * (np.log10(values[line]) if objective.log else values[line])
    loss = columns.quality.sign * columns.centre[columns.quality][line]
    position = knee(np.stack([cost, loss], axis=1))
    return None if position is None else int(line[position])


def _layout(x: AxisScale, y: AxisScale, span: Range, heights: Range, look: Look) -> dict[str, Any]:
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


def _hidden_note(columns: Columns, y: AxisScale, drawable: Mask, heights: Range, look: Look) -> list[dict[str, Any]]:
    """How many candidates are too inaccurate to be visible."""
    values = y.factor * columns.centre[columns.quality][drawable]
    if y.objective.higher_is_better:
        hidden, arrow, place = int((values < heights[0]).sum()), "↓", 0.0
    else:
        hidden, arrow, place = int((values > heights[1]).sum()), "↑", 1.0
    if not hidden:
        return []
    anchor = "top" if place else "bottom"
    return [note(f"{arrow} {hidden} less accurate", look, x=0.01, y=place, xanchor="left", yanchor=anchor)]


def _limit_lines(
    x: AxisScale, y: AxisScale, x_limit: float | None, y_limit: float | None, look: Look
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A dashed line for each limit, labelled on its infeasible side."""
    style = {"color": look.muted, "width": 1.5, "dash": "dash"}
    label = {"font": {"color": look.muted, "size": 11}, "showarrow": False, "bgcolor": look.background}
    shapes, notes = [], []
    if x_limit is not None:
        place = x.factor * x_limit
        shapes.append({"type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper", "line": style})
        anchor = "left" if x.objective.higher_is_better else "right"
        at = {"x": x.coordinate(x_limit), "y": 0, "yref": "paper", "xanchor": anchor, "yanchor": "bottom"}
        notes.append({"text": "limit", **at, **label})
    if y_limit is not None:
        place = y.factor * y_limit
        shapes.append({"type": "line", "y0": place, "y1": place, "x0": 0, "x1": 1, "xref": "paper", "line": style})
        anchor = "top" if y.objective.higher_is_better else "bottom"
        at = {"x": 1, "xref": "paper", "y": place, "xanchor": "right", "yanchor": anchor}
        notes.append({"text": escape(y.objective.limit.phrase), **at, **label})
    return shapes, notes


def _point_labels(
    columns: Columns, x: AxisScale, y: AxisScale, line: Rows, recommended: int | None, span: Range, look: Look
) -> list[dict[str, Any]]:
    """Arrows at the recommended point and at the knee; one where they are the same."""
    objective = x.objective
    bend = _knee(columns, objective, line)
    knee_label = [] if bend is None else [_arrow(columns, x, y, bend, "knee", 26, 26, look)]
    if recommended is None or not columns.drawable(objective)[recommended]:
        return knee_label
    if objective.log and columns.low[objective][recommended] <= 0:
        return knee_label
    text = "recommended" + (", knee" if bend == recommended else "")
    right = 50 if x.fraction(x.factor * columns.centre[objective][recommended], span) < _LEFT else -30
    label = _arrow(columns, x, y, recommended, text, right, -26, look)
    return [label] if bend in (None, recommended) else [label, *knee_label]


def _arrow(
    columns: Columns, x: AxisScale, y: AxisScale, row: int, text: str, right: int, down: int, look: Look
) -> dict[str, Any]:
    """A label that many pixels to the right of a point and below it; of a range it points at the better end."""
    objective = x.objective
    better_end = columns.high if objective.higher_is_better else columns.low
    values = better_end if columns.modelled(objective)[row] else columns.centre
    return {
        "text": text,
        "x": x.coordinate(float(values[objective][row])),
        "y": float(y.factor * columns.centre[columns.quality][row]),
        "ax": right,
        "ay": down,
        "arrowcolor": look.muted,
        "arrowhead": 2,
        "arrowsize": 0.8,
        "standoff": 8,
        "font": {"color": look.text, "size": 12},
    }
