"""All objectives at once: one line a point across parallel axes, each with better at the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.charts.axes import cost_range, log_ticks
from odviz.charts.columns import Columns
from odviz.charts.figure import NOTHING, Figure, Trace
from odviz.charts.layers import UNDIMMED
from odviz.charts.palette import HUES, Look, hue_of
from odviz.domain.objective import Objective
from odviz.objectives import ACCURACY
from odviz.objectives import axes as cost_axes

MOST = 1000
"""Lines that can be told apart, with good will; those that are marked or keep the limits come first."""

HEIGHT = 440
_MANY = 200
_AIR = 0.08


@dataclass(frozen=True)
class _Axis:
    """One upright axis.

    Attributes:
        title: above it.
        heights: of every point, shape (N,), 0 at the worst end and 1 at the best; NaN where nothing is known.
        ticks: heights of its ticks.
        words: beside them.
    """

    title: str
    heights: NDArray[np.float64]
    ticks: NDArray[np.float64]
    words: Sequence[str]


def parallel(
    columns: Columns,
    feasible: NDArray[np.bool_],
    look: Look,
    selected: Sequence[int] = (),
    recommended: int | None = None,
) -> Figure:
    """Parallel coordinates of accuracy and every cost that is known of at least one point.

    Costs are log and turned upside down, so that the best line runs along the top; a line has a gap where nothing is
    known. A range stands at its geometric middle here, which the view that shows this has to say.

    Args:
        columns: of the points.
        feasible: shape (N,); lines of points beyond a limit are grey.
        look: colours.
        selected: indices of points whose lines are thick.
        recommended: index of the point that is recommended, if one is.

    Returns:
        The figure; `customdata` of each mark that can be clicked is the index of its point.
    """
    rows = np.flatnonzero(np.isfinite(columns.centre[ACCURACY]))
    marked = np.isin(rows, [*selected, *([] if recommended is None else [recommended])])
    rows = rows[np.lexsort((~feasible[rows], ~marked))][:MOST]
    axes = [_accuracy(columns, rows)]
    axes += [_cost(columns, rows, axis) for axis in cost_axes() if np.isfinite(columns.centre[axis][rows]).any()]
    heights = np.stack([axis.heights for axis in axes], axis=1)
    drawn = set(rows.tolist())
    there = [each for each in selected if each in drawn]
    advised = [recommended] if recommended is not None and recommended in drawn else []
    bold = list(dict.fromkeys([*there, *advised]))
    traces = [
        _lines(columns, heights, group, colour, look)
        for colour, group in _groups(columns, rows[~np.isin(rows, bold)], feasible, look)
    ]
    for row in bold:
        name = "recommended" if row == recommended else "selected"
        ((colour, group),) = _groups(columns, np.array([row]), feasible, look)
        traces.append(_lines(columns, heights, group, look.text if row in there else colour, look, name))
    notes = [note for place, axis in enumerate(axes) for note in _scale(place, axis, look)]
    for row in (each for each in advised if len(axes) > 1 and np.isfinite(heights[each, -2:]).all()):
        middle = {"x": len(axes) - 1.5, "y": float(heights[row, -2:].mean())}  # ticks stand beside the axes
        notes.append(_note("recommended", look, yanchor="bottom", yshift=4, bgcolor=look.background, **middle))
    return {"data": traces or [NOTHING], "layout": _layout(len(axes), notes, look)}


def _accuracy(columns: Columns, rows: NDArray[np.intp]) -> _Axis:
    values = 100 * columns.centre[ACCURACY]
    first, last = (values[rows].min(), values[rows].max()) if len(rows) else (0.0, 100.0)
    wide = max(last - first, 1.0)
    low, high = first - _AIR * wide, last + _AIR * wide
    step = next(each for each in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if (high - low) / each <= 6)
    ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    words = [f"{abs(tick):.{1 if step < 1 else 0}f} %" for tick in ticks if tick > -step / 2]  # none is below zero
    ticks = ticks[ticks > -step / 2]
    return _Axis(ACCURACY.title, (values - low) / (high - low), (ticks - low) / (high - low), words)


def _cost(columns: Columns, rows: NDArray[np.intp], axis: Objective) -> _Axis:
    values = columns.centre[axis]
    known = values[rows][np.isfinite(values[rows])]
    first, last = cost_range(known, known, known, None)
    ticks, words = log_ticks(first, last, axis.unit)
    wide = np.log10(last / first)
    heights = np.log10(last / np.clip(values, first, last)) / wide  # a cost of nothing stands at the best end
    return _Axis(axis.title, heights, np.log10(last / np.array(ticks)) / wide, words)


def _groups(
    columns: Columns, rows: NDArray[np.intp], feasible: NDArray[np.bool_], look: Look
) -> list[tuple[str, NDArray[np.intp]]]:
    """Rows by colour: grey beyond a limit, and behind all others, else that of their model."""
    order = columns.model_order
    models = columns.models[rows]
    found = [(look.faint, rows[~feasible[rows]])]
    found += [
        (look.hues[HUES.index(hue_of(model, order))], rows[feasible[rows] & (models == model)]) for model in order
    ]
    return [(colour, group) for colour, group in found if len(group)]


def _lines(
    columns: Columns, heights: NDArray[np.float64], rows: NDArray[np.intp], colour: str, look: Look, bold: str = ""
) -> Trace:
    """Lines of one colour as one trace, with a gap between each and the next."""
    several = heights.shape[1]
    gap = np.full((len(rows), 1), np.nan)
    return {
        "type": "scattergl" if len(rows) > _MANY else "scatter",
        "x": np.tile(np.append(np.arange(several, dtype=float), np.nan), len(rows)),
        "y": np.concatenate([heights[rows], gap], axis=1).ravel(),
        "mode": "lines+markers",
        "line": {"color": colour, "width": 4 if bold else 1.5},
        "marker": {"color": colour, "size": 9 if bold else 6, "line": {"color": look.background, "width": 1}},
        "opacity": 1 if bold else 0.7,
        "customdata": np.repeat(rows, several + 1),
        "hovertext": [text for row in rows for text in (*[columns.hover[row]] * several, "")],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "name": bold or "variants",
        **UNDIMMED,
    }


def _scale(place: int, axis: _Axis, look: Look) -> list[dict[str, Any]]:
    """The title and the ticks of an axis."""
    title = _note(axis.title, look, x=place, y=1, yanchor="bottom", yshift=8)
    title["font"] = {"color": look.text, "size": 13}
    ticks = [
        _note(words, look, x=place, y=float(height), xanchor="right", xshift=-4, bgcolor=look.background, opacity=0.85)
        for height, words in zip(axis.ticks, axis.words, strict=True)
    ]
    return [title, *ticks]


def _note(text: str, look: Look, **place: Any) -> dict[str, Any]:
    return {"text": text, "showarrow": False, "font": {"color": look.text, "size": 11}, "borderpad": 1} | place


def _layout(several: int, notes: list[dict[str, Any]], look: Look) -> dict[str, Any]:
    upright = {"type": "line", "y0": 0, "y1": 1, "line": {"color": look.muted, "width": 1}, "layer": "below"}
    hidden = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": ""}
    return {
        "height": HEIGHT,
        "margin": {"l": 12, "r": 12, "t": 40, "b": 12},
        "xaxis": {"range": [-0.45, several - 1 + 0.3]} | hidden,
        "yaxis": {"range": [-0.02, 1.02]} | hidden,
        "shapes": [upright | {"x0": place, "x1": place} for place in range(several)],
        "annotations": notes,
        "showlegend": False,
        "dragmode": False,
        "clickmode": "event+select",
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "bgcolor": look.background, "font": {"color": look.text, "size": 12}},
    }
