"""The figure of one front: quality against one axis."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from odviz.arrays import Floats
from odviz.charts import labels, layers
from odviz.charts.annotations import interaction, note
from odviz.charts.axes import (
    AxisScale,
    Range,
    axis,
    cost_range,
    linear_range,
    quality_range,
    scale,
    themed,
    vertical_axis,
)
from odviz.charts.columns import Columns, Mask, Rows, front_line, projected_line
from odviz.charts.figure import EMPTY_TRACE, Figure
from odviz.charts.layers import Drawing
from odviz.charts.palette import Look
from odviz.domain.objective import Limits, Objective
from odviz.pareto.choice import knee
from odviz.units import figure as format_value

HEIGHT = 300

_RECOMMENDED = "recommended"

_MARGIN_PX = {"l": 54, "r": 14, "b": 58}
"""Room for the usual labels of the axes: with less, plotly finds out while it draws, and draws the chart again."""

_TITLE_STANDOFF_PX = 4
"""Distance of the title of the horizontal axis from the labels of its ticks."""

_SIDE = 0.3
"""Part of an axis at whose end a text above the chart is aligned with that end."""

_TITLE_CHARACTERS, _TITLE_LINE_PX, _NOTE_PX = 34, 18, 18
"""Width of a title on the narrowest chart, height of its lines, and height of a text between it and the chart."""

_TITLE_TOP_PX, _SECOND_LINE_PX = 4, 10
"""Distance of a title from the top, and what plotly moves a title of several lines up by."""

_PLACES_ALONG = 6
"""Places on each part of the step line that labels avoid."""

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
    layout = _layout(drawing, span, heights, device)
    layout["shapes"], notes = _limit_lines(drawing, limits, span, heights)
    notes += _hidden_note(drawing, np.flatnonzero(drawable), heights)
    if limits.get(objective) is not None:
        layout["margin"]["t"] += _NOTE_PX
    layout["annotations"] += notes
    if recommended is not None and _has_place(drawing, recommended):
        layout["annotations"].append(_label(drawing, line, recommended, (span, heights), notes))
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


def _layout(drawing: Drawing, span: Range, heights: Range, device: str) -> dict[str, Any]:
    x, y, look = drawing.x, drawing.y, drawing.look
    title = f"{y.objective.title} against {x.objective.noun}" + (f" on {device}" if device else "")
    lines = textwrap.wrap(title, _TITLE_CHARACTERS)
    horizontal = themed(axis(x, span), look)
    arrow = _ARROWS[x.objective.higher_is_better, y.objective.higher_is_better]
    horizontal["title"] |= {"text": f"{horizontal['title']['text']} · better {arrow}", "standoff": _TITLE_STANDOFF_PX}
    return {
        "title": {
            "text": "<br>".join(map(escape, lines)),
            "font": {"size": 14},
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": _TITLE_TOP_PX + (_SECOND_LINE_PX if len(lines) > 1 else 0)},
        },
        "height": HEIGHT,
        "margin": {"t": 12 + _TITLE_LINE_PX * len(lines), **_MARGIN_PX},
        "xaxis": horizontal,
        "yaxis": themed(vertical_axis(y, heights), look),
        "showlegend": False,
        "clickmode": "event+select",
        **interaction(look),
        "annotations": [],
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


def _limit_lines(
    drawing: Drawing, limits: Limits, span: Range, heights: Range
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A dashed line for each limit with its value; only the value, with an arrow, for a limit beyond the axis."""
    look, shapes, notes = drawing.look, [], []
    line = {"type": "line", "line": {"color": look.muted, "width": 1.5, "dash": "dash"}}
    for along, ends, is_horizontal in ((drawing.x, span, True), (drawing.y, heights, False)):
        limit = limits.get(along.objective)
        if limit is None:
            continue
        place, text = along.factor * limit, f"limit {format_value(limit, along.objective.unit)}"
        fraction = float(along.fraction(place, ends))
        if 0 <= fraction <= 1:
            one, other = ("x", "y") if is_horizontal else ("y", "x")
            ends_of_line = {f"{one}0": place, f"{one}1": place, f"{other}0": 0, f"{other}1": 1, f"{other}ref": "paper"}
            shapes.append(line | ends_of_line)
        elif is_horizontal:
            text = f"{text} →" if fraction > 1 else f"← {text}"
        else:
            text = f"{text} ↑" if fraction > 1 else f"{text} ↓"
        notes.append(note(text, look, bgcolor=look.background, **_limit_place(fraction, is_horizontal)))
    return shapes, notes


def _limit_place(fraction: float, is_horizontal: bool) -> dict[str, Any]:
    """Place of a limit's value: above the chart for the horizontal axis, at the right end for the vertical one."""
    inside = min(max(fraction, 0.0), 1.0)
    if is_horizontal:
        anchor = "left" if inside < _SIDE else "right" if inside > 1 - _SIDE else "center"
        return {"x": inside, "xanchor": anchor, "y": 1, "yanchor": "bottom"}
    return {"x": 1, "xanchor": "right", "y": inside, "yanchor": "bottom" if inside < 0.5 else "top"}


def _label(
    drawing: Drawing,
    line: Rows,
    recommended: int,
    ends: tuple[Range, Range],
    notes: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """An arrow at the recommended point.

    Args:
        drawing: columns, scales and colours.
        line: rows of the step line.
        recommended: row of the recommended candidate.
        ends: ranges of the horizontal and of the vertical axis.
        notes: texts inside the chart that the label may not cover.
    """
    drawable = np.flatnonzero(drawing.columns.drawable(drawing.axis))
    points = np.concatenate([_pixels(drawing, drawable, ends), _line_pixels(drawing, line, ends)])
    anchor = _pixels(drawing, np.array([recommended]), ends)[0]
    offset = labels.label_offset(_RECOMMENDED, anchor, points, [labels.note_box(one) for one in notes])
    return _arrow(drawing, recommended, _RECOMMENDED, offset)


def _has_place(drawing: Drawing, row: int) -> bool:
    """Whether a candidate stands on both axes: a log axis has no place for a cost of nothing."""
    has_cost = not drawing.axis.log or drawing.columns.low[drawing.axis][row] > 0
    return bool(drawing.columns.drawable(drawing.axis)[row]) and has_cost


def _pixels(drawing: Drawing, rows: Rows, ends: tuple[Range, Range]) -> Floats:
    """Places of points in the smallest chart, shape (N, 2); of both ends and the middle of each range."""
    is_range = drawing.modelled[rows]
    if is_range.any():
        better = "high" if drawing.axis.higher_is_better else "low"
        worse = "low" if better == "high" else "high"
        xs, rows = np.concatenate([drawing.xs(rows, end) for end in (better, "centre", worse)]), np.tile(rows, 3)
    else:
        xs = drawing.xs(rows)
    if drawing.axis.log:
        rows, xs = rows[xs > 0], xs[xs > 0]
    fractions = [drawing.x.fraction(xs, ends[0]), drawing.y.fraction(drawing.ys(rows), ends[1])]
    pixels: Floats = np.stack(fractions, axis=1) * labels.PLOT_PX
    return pixels


def _line_pixels(drawing: Drawing, line: Rows, ends: tuple[Range, Range]) -> Floats:
    """Places along the step line in the smallest chart, shape (M, 2)."""
    points = _pixels(drawing, line[~drawing.modelled[line]], ends)
    corners = np.stack([points[1:, 0], points[:-1, 1]], axis=1)
    parts = np.linspace(0, 1, _PLACES_ALONG)[:, None, None]
    across, up = points[:-1] + parts * (corners - points[:-1]), corners + parts * (points[1:] - corners)
    places: Floats = np.concatenate([across, up]).reshape(-1, 2)
    return places


def _arrow(drawing: Drawing, row: int, text: str, offset: Floats) -> dict[str, Any]:
    """A label with an arrow to a point; of a range it points at the better end."""
    columns, axis = drawing.columns, drawing.axis
    better_end = columns.high if axis.higher_is_better else columns.low
    values = better_end if drawing.modelled[row] else columns.centre
    return {
        "text": text,
        "x": drawing.x.coordinate(float(values[axis][row])),
        "y": float(drawing.ys(np.array([row]))[0]),
        "ax": float(offset[0]),
        "ay": -float(offset[1]),
        "arrowcolor": drawing.look.muted,
        "arrowhead": 2,
        "arrowsize": 0.8,
        "standoff": 8,
        "bgcolor": drawing.look.background,
        "borderpad": 0,
        "font": {"color": drawing.look.text, "size": 12},
    }
