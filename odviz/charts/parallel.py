"""All objectives at once: one line a point across five axes, each with better at the top."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.charts.axes import cost_range, log_ticks
from odviz.charts.columns import AXES, Columns
from odviz.charts.figure import Figure
from odviz.charts.palette import HUES, Look, hue_of
from odviz.charts.words import TITLES
from odviz.domain.objective import Objective

MOST = 1000
"""Lines that can be told apart, with good will; the front's come first."""


def parallel(columns: Columns, feasible: NDArray[np.bool_], look: Look) -> Figure:
    """Parallel coordinates of accuracy and every cost that is known of at least one point.

    Costs are log and turned upside down, so that the best line runs along the top. A range stands at its geometric
    middle here, which the view that shows this has to say. Lines can be filtered by dragging along an axis.

    Args:
        columns: of the points.
        feasible: shape (N,); lines of points beyond a limit are grey.
        look: colours.
    """
    known = [axis for axis in AXES if np.isfinite(columns.centre[axis]).any()]
    there = np.isfinite(columns.centre[Objective.ACCURACY]) & np.isfinite(
        np.stack([columns.centre[axis] for axis in known] or [columns.centre[Objective.ACCURACY]])
    ).all(axis=0)
    rows = np.flatnonzero(there)
    rows = rows[np.argsort(~feasible[rows], kind="stable")][:MOST]
    order = columns.model_order
    colours = [look.faint, *(look.hues[HUES.index(hue_of(model, order))] for model in order)]
    number = np.array([1 + order.index(columns.models[row]) if feasible[row] else 0 for row in rows])
    dimensions = [_accuracy(columns, rows), *(_cost(columns, rows, axis) for axis in known)]
    lines = {
        "type": "parcoords",
        "line": {
            "color": number,
            "colorscale": [[place / max(1, len(colours) - 1), colour] for place, colour in enumerate(colours)],
            "cmin": 0,
            "cmax": len(colours) - 1,
        },
        "dimensions": dimensions,
        "labelfont": {"color": look.text, "size": 13},
        "tickfont": {"color": look.text, "size": 12},
        "rangefont": {"color": look.background, "size": 1},
    }
    return {"data": [lines], "layout": {"height": 420, "margin": {"l": 56, "r": 56, "t": 56, "b": 28}}}


def _accuracy(columns: Columns, rows: NDArray[np.intp]) -> dict[str, Any]:
    values = 100 * columns.centre[Objective.ACCURACY][rows]
    return {"label": "Accuracy (%)", "values": values}


def _cost(columns: Columns, rows: NDArray[np.intp], axis: Objective) -> dict[str, Any]:
    values = columns.centre[axis][rows]
    first, last = cost_range(values, values, values, None)
    ticks, texts = log_ticks(first, last, axis.unit)
    return {
        "label": TITLES[axis],
        "values": np.log10(values),
        "range": [np.log10(last), np.log10(first)],
        "tickvals": list(np.log10(ticks)),
        "ticktext": texts,
    }
