"""All objectives at once: parallel coordinates, one line per candidate, better at the top of every axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from odviz.arrays import Floats
from odviz.charts.annotations import interaction
from odviz.charts.axes import cost_range, linear_range, log_ticks, scale
from odviz.charts.columns import Columns, Mask, Rows
from odviz.charts.figure import EMPTY_TRACE, Figure, Trace
from odviz.charts.layers import NO_FADING, by_colour
from odviz.charts.palette import Look
from odviz.domain.objective import Objective

MAX_LINES = 1000
"""Lines drawn at most; marked and feasible candidates come first."""

HEIGHT = 440
_MANY = 200
"""Lines from which on the graphics card draws them."""

_STEPS = (1, 2, 5, 10)
_MAX_TICKS = 6


@dataclass(frozen=True)
class _Axis:
    """One vertical axis.

    Attributes:
        title: above the axis.
        heights: of every candidate, shape (N,), 0 at the worse end and 1 at the better end; NaN where unknown.
        ticks: heights of the ticks.
        texts: of the ticks.
    """

    title: str
    heights: Floats
    ticks: Floats
    texts: Sequence[str]


def parallel(
    columns: Columns,
    feasible: Mask,
    look: Look,
    selected: Sequence[int] = (),
    recommended: int | None = None,
) -> Figure:
    """Draw parallel coordinates of every objective that is known of at least one candidate.

    A line has a gap where an estimate is unknown. A range is drawn at its geometric middle; the view that shows this
    figure has to say so.

    Args:
        columns: the candidates.
        feasible: shape (N,); infeasible candidates have pale lines.
        look: colours.
        selected: rows with thick lines.
        recommended: row of the recommended candidate, also thick.

    Returns:
        The figure; `customdata` of each mark that can be clicked is the row of its candidate.
    """
    rows = np.flatnonzero(np.isfinite(columns.centre[columns.quality]))
    marked = np.isin(rows, [*selected, *([] if recommended is None else [recommended])])
    rows = rows[np.lexsort((~feasible[rows], ~marked))][:MAX_LINES]
    axes = [_axis(columns, rows, objective) for objective in _known_objectives(columns, rows)]
    heights = np.stack([axis.heights for axis in axes], axis=1)
    drawn = set(rows.tolist())
    thick_selected = [row for row in selected if row in drawn]
    thick_recommended = [recommended] if recommended is not None and recommended in drawn else []
    thick = list(dict.fromkeys([*thick_selected, *thick_recommended]))
    traces = [
        _lines(columns, heights, group, colour, look)
        for colour, group in by_colour(columns, rows[~np.isin(rows, thick)], ~feasible, look)
    ]
    for row in thick:
        name = "recommended" if row == recommended else "selected"
        ((colour, group),) = by_colour(columns, np.array([row]), ~feasible, look)
        traces.append(_lines(columns, heights, group, look.text if row in thick_selected else colour, look, name))
    notes = [note for place, axis in enumerate(axes) for note in _axis_notes(place, axis, look)]
    for row in thick_recommended:
        if len(axes) > 1 and np.isfinite(heights[row, -2:]).all():
            middle = {"x": len(axes) - 1.5, "y": float(heights[row, -2:].mean())}  # between two axes and their ticks
            notes.append(_note("recommended", look, yanchor="bottom", yshift=4, bgcolor=look.background, **middle))
    return {"data": traces or [EMPTY_TRACE], "layout": _layout(len(axes), notes, look)}


def _known_objectives(columns: Columns, rows: Rows) -> list[Objective]:
    axes = [axis for axis in columns.axes if np.isfinite(columns.centre[axis][rows]).any()]
    return [columns.quality, *axes]


def _axis(columns: Columns, rows: Rows, objective: Objective) -> _Axis:
    values = columns.centre[objective]
    finite = values[rows][np.isfinite(values[rows])]
    axis_scale = scale(objective, finite)
    if objective.log:
        span = cost_range(finite, finite, finite, None)
        values = np.clip(values, *span)  # a cost of zero is drawn at the better end
        ticks, texts = log_ticks(*span, objective.unit)
    else:
        span = linear_range(objective, axis_scale.factor, finite, None)
        ticks, texts = _linear_ticks(*span, axis_scale.unit, not_negative=bool((finite >= 0).all()))
    better_end = span if objective.higher_is_better else span[::-1]
    places = axis_scale.factor * values
    return _Axis(
        objective.title, axis_scale.fraction(places, better_end), axis_scale.fraction(ticks, better_end), texts
    )


def _linear_ticks(low: float, high: float, unit: str, not_negative: bool) -> tuple[list[float], list[str]]:
    """Round numbers between two ends, and their texts."""
    power = 10.0 ** np.floor(np.log10((high - low) / _MAX_TICKS))
    step = next(step * power for step in _STEPS if (high - low) / (step * power) <= _MAX_TICKS)
    ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    if not_negative:
        ticks = ticks[ticks > -step / 2]
    decimals = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    return ticks.tolist(), [f"{tick:z.{decimals}f} {unit}".strip() for tick in ticks]


def _lines(columns: Columns, heights: Floats, rows: Rows, colour: str, look: Look, emphasis: str = "") -> Trace:
    """Lines of one colour in one trace, separated by gaps.

    Args:
        columns: the candidates.
        heights: shape (N, axes).
        rows: of the lines.
        colour: of the lines.
        look: colours of the theme.
        emphasis: name of a thick line; empty for thin ones.
    """
    count = heights.shape[1]
    gap = np.full((len(rows), 1), np.nan)
    return {
        "type": "scattergl" if len(rows) > _MANY else "scatter",
        "x": np.tile(np.append(np.arange(count, dtype=float), np.nan), len(rows)),
        "y": np.concatenate([heights[rows], gap], axis=1).ravel(),
        "mode": "lines+markers",
        "line": {"color": colour, "width": 4 if emphasis else 1.5},
        "marker": {"color": colour, "size": 9 if emphasis else 6, "line": {"color": look.background, "width": 1}},
        "opacity": 1 if emphasis else 0.7,
        "customdata": np.repeat(rows, count + 1),
        "hovertext": [text for row in rows for text in (*[columns.hover(row)] * count, "")],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "name": emphasis or "variants",
        **NO_FADING,
    }


def _axis_notes(place: int, axis: _Axis, look: Look) -> list[dict[str, Any]]:
    """Title and tick texts of an axis."""
    title = _note(axis.title, look, x=place, y=1, yanchor="bottom", yshift=8)
    title["font"] = {"color": look.text, "size": 13}
    ticks = [
        _note(text, look, x=place, y=float(height), xanchor="right", xshift=-4, bgcolor=look.background, opacity=0.85)
        for height, text in zip(axis.ticks, axis.texts, strict=True)
    ]
    return [title, *ticks]


def _note(text: str, look: Look, **place: Any) -> dict[str, Any]:
    return {"text": text, "showarrow": False, "font": {"color": look.text, "size": 11}, "borderpad": 1} | place


def _layout(axes: int, notes: list[dict[str, Any]], look: Look) -> dict[str, Any]:
    vertical = {"type": "line", "y0": 0, "y1": 1, "line": {"color": look.muted, "width": 1}, "layer": "below"}
    hidden = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": ""}
    return {
        "height": HEIGHT,
        "margin": {"l": 12, "r": 12, "t": 40, "b": 12},
        "xaxis": {"range": [-0.45, axes - 1 + 0.3]} | hidden,
        "yaxis": {"range": [-0.02, 1.02]} | hidden,
        "shapes": [vertical | {"x0": place, "x1": place} for place in range(axes)],
        "annotations": notes,
        "showlegend": False,
        "clickmode": "event+select",
        **interaction(look),
    }
