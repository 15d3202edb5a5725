"""Layers of a front, from back to front: modelled ranges, step line, points, rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from odviz.arrays import Floats
from odviz.charts.axes import AxisScale, Range
from odviz.charts.columns import Columns, Mask, Rows
from odviz.charts.figure import Trace
from odviz.charts.palette import Look, shape_of
from odviz.domain.estimate import Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import Membership

MANY = 1500
"""From this many points the graphics card draws them, and dominated ones have no whiskers and hover boxes."""

SMALLEST, LARGEST = 9.0, 18.0
"""Diameters in pixels: the area of a point is its file size, but no point is too small to tap."""

_HOLLOW_RIM_PX = 1.8
"""Visible, yet thin enough that the smallest hollow point does not look filled."""

NO_FADING: dict[str, Any] = {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}
"""Plotly fades unselected points in the clicked chart; here rings mark the selection in all charts alike."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What all layers of one front share.

    Attributes:
        columns: the candidates.
        x: scale of the horizontal axis.
        y: scale of the vertical axis.
        look: colours.
    """

    columns: Columns
    x: AxisScale
    y: AxisScale
    look: Look

    @property
    def axis(self) -> Objective:
        """The horizontal axis."""
        return self.x.objective

    def xs(self, rows: Rows, end: str = "centre") -> Floats:
        """Horizontal positions of rows: of their `centre`, `low` or `high`."""
        values: Floats = self.x.factor * getattr(self.columns, end)[self.axis][rows]
        return values

    def ys(self, rows: Rows) -> Floats:
        """Vertical positions of rows."""
        values: Floats = self.y.factor * self.columns.centre[self.columns.quality][rows]
        return values

    @property
    def modelled(self) -> Mask:
        """Which candidates have only a range."""
        return self.columns.modelled(self.axis)

    @property
    def dominated(self) -> Mask:
        """Which candidates are dominated on this front."""
        return self.columns.in_state[self.axis][Membership.DOMINATED]


def ranges(drawing: Drawing, drawable: Mask, feasible: Mask) -> list[Trace]:
    """Modelled ranges: a bar from end to end without a point between; crosses at the ends where infeasible."""
    rows = np.flatnonzero(drawable & drawing.modelled)
    if not len(rows):
        return []
    many = len(rows) > MANY
    traces = []
    for colour, group in by_colour(drawing.columns, rows, drawing.dominated, drawing.look):
        for is_feasible in (True, False):
            part = group[feasible[group] == is_feasible]
            if len(part):
                bare = many and bool(drawing.dominated[part].all())
                traces += _bars(drawing, part, colour, is_feasible, many, bare)
    return traces


def _bars(drawing: Drawing, rows: Rows, colour: str, feasible: bool, many: bool, bare: bool) -> list[Trace]:
    ends = np.stack([drawing.xs(rows, "low"), drawing.xs(rows, "high"), np.full(len(rows), np.nan)], axis=1)
    heights = drawing.ys(rows)
    bars = _trace(
        many,
        x=ends.ravel(),
        y=np.repeat(heights, 3),
        mode="lines",
        line={"color": colour, "width": 3},
        opacity=0.55 if feasible else 0.3,
        hoverinfo="skip",
        name="modelled range",
    )
    caps = _trace(
        many,
        x=ends[:, :2].ravel(),
        y=np.repeat(heights, 2),
        mode="markers",
        marker={"symbol": "line-ns" if feasible else "x-thin", "size": 11, "line": {"color": colour, "width": 2}},
        name="ends of the range",
        **NO_FADING,
        **_hover(drawing.columns, np.repeat(rows, 2), bare),
    )
    return [bars, caps]


def step(drawing: Drawing, line: Rows, span: Range, projected: bool = False) -> list[Trace]:
    """The step line: the best quality for each value of the axis; dotted if it relies on projections.

    Args:
        drawing: columns, scales and colours.
        line: rows, best on the axis first; modelled ranges are left out.
        span: range of the axis; the line ends at its worse end.
        projected: whether the line relies on projections.
    """
    line = line[~drawing.modelled[line]]
    if not len(line):
        return []
    heights = drawing.ys(line)
    worse_end = span[0] if drawing.axis.higher_is_better else span[1]
    return [
        _trace(
            False,
            x=np.append(drawing.xs(line), worse_end),
            y=np.append(heights, heights[-1]),
            mode="lines",
            line={
                "shape": "hv",
                "color": drawing.look.muted,
                "width": 1.5,
                "dash": "dot" if projected else "solid",
            },
            hoverinfo="skip",
            name="front if projections hold" if projected else "front",
        )
    ]


def points(drawing: Drawing, drawable: Mask, feasible: Mask) -> list[Trace]:
    """Dominated points pale, infeasible ones crosses, ambiguous ones hollow, those on the front filled."""
    is_point, dominated = drawable & ~drawing.modelled, drawing.dominated
    on_front = drawing.columns.in_state[drawing.axis][Membership.FRONT]
    many = int(drawable.sum()) > MANY
    groups = (
        ("dominated", is_point & dominated & feasible, ""),
        ("beyond a limit", is_point & ~feasible, "x"),
        ("ambiguous", is_point & ~dominated & feasible & ~on_front, "-open"),
        ("on the front", is_point & feasible & on_front, ""),
    )
    traces = []
    for name, mask, filling in groups:
        bare = many and (name == "dominated" or filling == "x")
        for colour, group in by_colour(drawing.columns, np.flatnonzero(mask), dominated, drawing.look):
            for shape, rows in _by_shape(drawing, group):
                traces.append(_markers(drawing, rows, name, shape, filling, colour, bare))
    return traces


def rings(drawing: Drawing, selected: Sequence[int]) -> list[Trace]:
    """Rings around selected points, and around both ends of selected ranges."""
    if not selected:
        return []
    rows = np.array(selected, np.intp)
    is_range = drawing.modelled[rows]
    points, ranges = rows[~is_range], rows[is_range]
    return [
        _trace(
            False,
            x=np.concatenate([drawing.xs(points), drawing.xs(ranges, "low"), drawing.xs(ranges, "high")]),
            y=drawing.ys(np.concatenate([points, ranges, ranges])),
            mode="markers",
            marker={"symbol": "circle-open", "size": LARGEST + 8, "color": drawing.look.text, "line": {"width": 2.5}},
            hoverinfo="skip",
            name="selected",
        )
    ]


def cut_whiskers(drawing: Drawing, drawable: Mask, span: Range) -> list[Trace]:
    """An arrowhead where a whisker leaves the chart, so that an imprecise value does not look precise."""
    point_rows = np.flatnonzero(drawable & ~drawing.modelled)
    if len(point_rows) > MANY:
        return []
    left, right = drawing.x.inset(span)
    sides = (
        (point_rows[drawing.xs(point_rows, "low") < span[0]], left, "left"),
        (point_rows[drawing.xs(point_rows, "high") > span[1]], right, "right"),
    )
    return [
        _trace(
            False,
            x=np.full(len(rows), place),
            y=drawing.ys(rows),
            mode="markers",
            marker={"symbol": f"triangle-{side}", "size": 8, "color": drawing.look.muted},
            hoverinfo="skip",
            name=f"reaches further {side}",
        )
        for rows, place, side in sides
        if len(rows)
    ]


def _markers(drawing: Drawing, rows: Rows, name: str, shape: str, filling: str, colour: str, bare: bool) -> Trace:
    """Points of one state, colour and shape in one trace, which keeps figures of many points small."""
    sizes = np.maximum(SMALLEST, LARGEST * np.sqrt(drawing.columns.size_shares[rows]))
    marker: dict[str, Any] = {"size": sizes, "color": colour, "opacity": 1}
    if filling == "x":
        marker |= {"symbol": "x-thin", "size": 9, "line": {"color": colour, "width": 2}}
    elif filling:
        marker |= {"symbol": shape + filling, "line": {"color": colour, "width": _HOLLOW_RIM_PX}}
    else:
        marker |= {"symbol": shape, "line": {"color": drawing.look.background, "width": 1}}
    return _trace(
        bare,
        x=drawing.xs(rows),
        y=drawing.ys(rows),
        mode="markers",
        marker=marker,
        name=name,
        **NO_FADING,
        **_hover(drawing.columns, rows, bare),
        **({} if bare else _whiskers(drawing, rows)),
    )


def _trace(many: bool, **options: Any) -> Trace:
    return {"type": "scattergl" if many else "scatter", **options}


def by_colour(columns: Columns, rows: Rows, pale: Mask, look: Look) -> list[tuple[str, Rows]]:
    """Rows of the same colour, which is their model's: pale ones first, so that they are drawn behind.

    Args:
        columns: the candidates.
        rows: of some of them.
        pale: shape (N,), which candidates are pale.
        look: colours.
    """
    order = columns.model_order
    groups = [
        (look.hue(model, order, is_pale), rows[of_model[rows] & (pale[rows] == is_pale)])
        for is_pale in (True, False)
        for model, of_model in columns.of_model.items()
    ]
    return [(colour, group) for colour, group in groups if len(group)]


def _by_shape(drawing: Drawing, rows: Rows) -> list[tuple[str, Rows]]:
    """Rows of the same shape: that of the runtime, with the mark of the provenance."""
    columns = drawing.columns
    groups = [
        (runtime, provenance, rows[of_runtime[rows] & of_provenance[rows]])
        for runtime, of_runtime in columns.of_runtime.items()
        for provenance, of_provenance in columns.of_provenance[drawing.axis].items()
        if provenance in columns.provenances[drawing.axis]
    ]
    return [
        (shape_of(runtime, columns.runtime_order, provenance), group)
        for runtime, provenance, group in groups
        if len(group)
    ]


def _hover(columns: Columns, rows: Rows, bare: bool) -> dict[str, Any]:
    if bare:
        return {"hoverinfo": "x+y", "customdata": rows}
    return {
        "customdata": rows,
        "hovertext": [columns.hover(row) for row in rows.tolist()],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _whiskers(drawing: Drawing, rows: Rows) -> dict[str, Any]:
    columns = drawing.columns
    style = {"type": "data", "symmetric": False, "color": drawing.look.whisker, "thickness": 1, "width": 0}

    def arms(scale: AxisScale) -> dict[str, Any]:
        low, centre, high = (getattr(columns, end)[scale.objective][rows] for end in ("low", "centre", "high"))
        return {"array": scale.factor * (high - centre), "arrayminus": scale.factor * (centre - low)}

    across = style | arms(drawing.x)
    if columns.of_provenance[drawing.axis][Provenance.PROJECTED][rows].all():
        across["width"] = 3  # long whiskers overlap: caps show which one ends and which one leaves the chart
    return {"error_x": across, "error_y": style | arms(drawing.y)}
