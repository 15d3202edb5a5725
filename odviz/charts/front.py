"""One front: accuracy against one cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from odviz.charts import layers
from odviz.charts.axes import accuracy_axis, cost_axis, cost_range
from odviz.charts.columns import Columns, front_line
from odviz.charts.palette import Look
from odviz.charts.words import TITLES
from odviz.domain.objective import Budget, Objective
from odviz.pareto import knee

HEIGHT = 360


def front(
    columns: Columns,
    axis: Objective,
    feasible: NDArray[np.bool_],
    budget: Budget,
    look: Look,
    selected: Sequence[int] = (),
) -> go.Figure:
    """Accuracy against one cost, with whiskers, the step line, the limits and what is selected.

    Args:
        columns: of the points.
        axis: the cost.
        feasible: shape (N,), whether a point keeps the limits.
        budget: the limits; those of this chart are drawn.
        look: colours.
        selected: indices of points that get a ring.

    Returns:
        The figure; `customdata` of each point that can be clicked is its index.
    """
    there = np.isfinite(columns.centre[axis]) & np.isfinite(columns.centre[Objective.ACCURACY])
    limit, floor = budget.limit(axis), budget.accuracy_floor
    low, high, bare = columns.low[axis], columns.high[axis], there & layers.modelled(columns, axis)
    seen = np.concatenate([columns.centre[axis][there & ~bare], low[bare], high[bare]])
    first, last = cost_range(low[there], seen, high[there], limit)
    traces = [
        *layers.ranges(columns, axis, there, look),
        *layers.step(columns, axis, front_line(columns, axis), last, look),
        *layers.points(columns, axis, there, feasible, look),
        *layers.ring(columns, axis, [each for each in selected if there[each]], look),
    ]
    figure = go.Figure(traces, layout=_layout(columns, axis, there, first, last, floor, look))
    _mark_limits(figure, limit, floor, look)
    _mark_knee(figure, columns, axis, look)
    if not there.any():
        _say(figure, f"{TITLES[axis]} is not known of any variant yet", look)
    return figure


def knee_of(columns: Columns, axis: Objective) -> int | None:
    """The point at the knee of a front, on the scales that are shown; None where there is none, or for mere ranges."""
    line = front_line(columns, axis)
    line = line[~layers.modelled(columns, axis)[line]]
    if len(line) < 3:
        return None
    found = knee(np.stack([np.log10(columns.centre[axis][line]), -columns.centre[Objective.ACCURACY][line]], axis=1))
    return None if found is None else int(line[found])


def _layout(
    columns: Columns,
    axis: Objective,
    there: NDArray[np.bool_],
    first: float,
    last: float,
    floor: float | None,
    look: Look,
) -> dict[str, Any]:
    lines = {"gridcolor": look.grid, "zeroline": False, "linecolor": look.muted, "ticks": "outside"}
    low, high = columns.low[Objective.ACCURACY][there], columns.high[Objective.ACCURACY][there]
    return {
        "title": {"text": f"Accuracy against {TITLES[axis].lower()}", "font": {"size": 15}},
        "height": HEIGHT,
        "margin": {"l": 56, "r": 12, "t": 40, "b": 52},
        "xaxis": cost_axis(TITLES[axis], first, last, axis.unit) | lines,
        "yaxis": accuracy_axis(low, high, floor) | lines,
        "showlegend": False,
        "dragmode": False,
        "clickmode": "event+select",
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "bgcolor": look.background, "font": {"color": look.text, "size": 12}},
        "annotations": [
            {
                "text": "better ↖",
                "xref": "paper",
                "yref": "paper",
                "x": 1,
                "y": 1.0,
                "xanchor": "right",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"color": look.muted, "size": 12},
            }
        ],
    }


def _mark_limits(figure: go.Figure, limit: float | None, floor: float | None, look: Look) -> None:
    style = {"color": look.muted, "width": 1.5, "dash": "dash"}
    words = {"font": {"color": look.muted, "size": 11}, "showarrow": False}
    if limit is not None:
        figure.add_shape(type="line", x0=limit, x1=limit, y0=0, y1=1, yref="paper", line=style)
        figure.add_annotation(
            text="limit", x=np.log10(limit), y=0, yref="paper", xanchor="right", yanchor="bottom", **words
        )
    if floor is not None:
        figure.add_shape(type="line", y0=100 * floor, y1=100 * floor, x0=0, x1=1, xref="paper", line=style)
        figure.add_annotation(
            text="least accuracy", x=1, xref="paper", y=100 * floor, xanchor="right", yanchor="top", **words
        )


def _mark_knee(figure: go.Figure, columns: Columns, axis: Objective, look: Look) -> None:
    index = knee_of(columns, axis)
    if index is None:
        return
    figure.add_annotation(
        text="knee",
        x=np.log10(columns.centre[axis][index]),
        y=100 * columns.centre[Objective.ACCURACY][index],
        ax=26,
        ay=26,
        arrowcolor=look.muted,
        arrowhead=2,
        arrowsize=0.8,
        standoff=8,
        font={"color": look.text, "size": 12},
    )


def _say(figure: go.Figure, text: str, look: Look) -> None:
    figure.add_annotation(
        text=text, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"color": look.muted, "size": 14}
    )
