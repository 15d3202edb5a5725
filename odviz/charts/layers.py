"""What a front is drawn of, from the back to the front: ranges, the step line, points, rings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.charts.columns import Columns
from odviz.charts.figure import Trace
from odviz.charts.palette import HUES, Look, hue_of, shape_of
from odviz.domain.estimate import Provenance
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.objectives import ACCURACY, SIZE

Mask = NDArray[np.bool_]
Indices = NDArray[np.intp]

MANY = 1500
"""Points from which on they are drawn by the graphics card, and dominated ones lose whiskers and hover boxes."""

SMALLEST, LARGEST = 9.0, 18.0
"""Diameters in pixels: the area of a point is its file size, but none is too small to tap."""

_HOLLOW = 1.8
"""Pixels of the rim of a hollow point: seen at once, and thin enough that the smallest one is not taken for filled."""

_INSET = 0.012
"""Of an axis, from its end to an arrowhead."""

UNDIMMED: dict[str, Any] = {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}
"""A ring shows what is selected, in every chart alike; plotly would fade all else in the one that was clicked."""


def modelled(columns: Columns, axis: Objective) -> Mask:
    """Which points have only a range on this axis."""
    found: Mask = columns.provenance[axis] == str(Provenance.MODELLED)
    return found


def ranges(columns: Columns, axis: Objective, there: Mask, feasible: Mask, look: Look) -> list[Trace]:
    """Figures that are only ranges: a bar from end to end, nothing at any place between; crosses beyond a limit."""
    mask = there & modelled(columns, axis)
    rows = np.flatnonzero(mask)
    if not len(rows):
        return []
    beaten = _dominated(columns, axis)
    many = len(rows) > MANY
    drawn = []
    parts = [
        (colour, group[kept == feasible[group]], kept)
        for colour, group in _by_colour(columns, rows, beaten[rows], look)
        for kept in (True, False)
    ]
    for colour, group, kept in parts:
        if not len(group):
            continue
        ends = np.stack([columns.low[axis][group], columns.high[axis][group], np.full(len(group), np.nan)], axis=1)
        accuracy = 100 * columns.centre[ACCURACY][group]
        bars = _trace(
            many,
            x=ends.ravel(),
            y=np.repeat(accuracy, 3),
            mode="lines",
            line={"color": colour, "width": 3},
            opacity=0.55 if kept else 0.3,
            hoverinfo="skip",
            name="modelled range",
        )
        bare = many and colour == look.faint
        caps = _trace(
            many,
            x=ends[:, :2].ravel(),
            y=np.repeat(accuracy, 2),
            mode="markers",
            marker={"symbol": "line-ns" if kept else "x-thin", "size": 11, "line": {"color": colour, "width": 2}},
            name="ends of the range",
            **UNDIMMED,
            **_hover(columns, np.repeat(group, 2), bare),
        )
        drawn += [bars, caps]
    return drawn


def step(columns: Columns, axis: Objective, line: Indices, last: float, look: Look, hoped: bool = False) -> list[Trace]:
    """The step line: the accuracy that can be had for each cost; not drawn through ranges, dotted if only hoped for."""
    line = line[~modelled(columns, axis)[line]]
    if not len(line):
        return []
    cost, accuracy = columns.centre[axis][line], 100 * columns.centre[ACCURACY][line]
    return [
        _trace(
            False,
            x=np.append(cost, last),
            y=np.append(accuracy, accuracy[-1]),
            mode="lines",
            line={"shape": "hv", "color": look.muted, "width": 1.5, "dash": "dot" if hoped else "solid"},
            hoverinfo="skip",
            name="front if projections hold" if hoped else "front",
        )
    ]


def points(columns: Columns, axis: Objective, there: Mask, feasible: Mask, look: Look) -> list[Trace]:
    """Dominated points grey, those beyond a limit crosses, ambiguous ones hollow, the front filled."""
    shown = there & ~modelled(columns, axis)
    state, beaten = columns.membership[axis], _dominated(columns, axis)
    many = int(there.sum()) > MANY
    groups = (
        ("dominated", shown & beaten & feasible, ""),
        ("beyond a limit", shown & ~feasible, "x"),
        ("ambiguous", shown & ~beaten & feasible & (state != Membership.FRONT), "-open"),
        ("on the front", shown & feasible & (state == Membership.FRONT), ""),
    )
    found = []
    for name, mask, filling in groups:
        bare = many and (name == "dominated" or filling == "x")
        for colour, group in _by_colour(columns, np.flatnonzero(mask), beaten[mask], look):
            for shape, rows in _by_shape(columns, axis, group):
                found.append(_group(columns, axis, rows, name, shape, filling, colour, look, bare))
    return found


def ring(columns: Columns, axis: Objective, selected: Sequence[int], look: Look) -> list[Trace]:
    """Rings around selected points; around both ends of a range."""
    if not selected:
        return []
    rows = np.array(selected, np.intp)
    bare = modelled(columns, axis)[rows]
    points, ranges = rows[~bare], rows[bare]
    at = np.concatenate([points, ranges, ranges])
    return [
        _trace(
            False,
            x=np.concatenate([columns.centre[axis][points], columns.low[axis][ranges], columns.high[axis][ranges]]),
            y=100 * columns.centre[ACCURACY][at],
            mode="markers",
            marker={"symbol": "circle-open", "size": LARGEST + 8, "color": look.text, "line": {"width": 2.5}},
            hoverinfo="skip",
            name="selected",
        )
    ]


def leaving(columns: Columns, axis: Objective, there: Mask, span: tuple[float, float], look: Look) -> list[Trace]:
    """An arrowhead wherever a whisker leaves the picture: what is hardly known must not look well known."""
    shown = there & ~modelled(columns, axis)
    if int(shown.sum()) > MANY:
        return []
    inset = (span[1] / span[0]) ** _INSET
    ends = (
        (columns.low[axis] < span[0], span[0] * inset, "left"),
        (columns.high[axis] > span[1], span[1] / inset, "right"),
    )
    return [
        _trace(
            False,
            x=np.full(int((shown & beyond).sum()), place),
            y=100 * columns.centre[ACCURACY][shown & beyond],
            mode="markers",
            marker={"symbol": f"triangle-{way}", "size": 8, "color": look.muted},
            hoverinfo="skip",
            name=f"reaches further {way}",
        )
        for beyond, place, way in ends
        if (shown & beyond).any()
    ]


def _group(
    columns: Columns,
    axis: Objective,
    rows: Indices,
    name: str,
    shape: str,
    filling: str,
    colour: str,
    look: Look,
    bare: bool,
) -> Trace:
    """Points of one state, colour and shape: what they share is said once, which is what makes many of them fast."""
    marker: dict[str, Any] = {"size": _sizes(columns, rows), "color": colour, "opacity": 1}
    if filling == "x":
        marker |= {"symbol": "x-thin", "size": 9, "line": {"color": colour, "width": 2}}
    elif filling:
        marker |= {"symbol": shape + filling, "line": {"color": colour, "width": _HOLLOW}}
    else:
        marker |= {"symbol": shape, "line": {"color": look.background, "width": 1}}
    whiskers = {} if bare else _whiskers(columns, axis, rows, look)
    return _trace(
        bare,
        x=columns.centre[axis][rows],
        y=100 * columns.centre[ACCURACY][rows],
        mode="markers",
        marker=marker,
        name=name,
        **UNDIMMED,
        **_hover(columns, rows, bare),
        **whiskers,
    )


def _trace(many: bool, **options: Any) -> Trace:
    return {"type": "scattergl" if many else "scatter", **options}


def _dominated(columns: Columns, axis: Objective) -> Mask:
    found: Mask = columns.membership[axis] == str(Membership.DOMINATED)
    return found


def _by_colour(columns: Columns, rows: Indices, beaten: Mask, look: Look) -> list[tuple[str, Indices]]:
    """Rows of the same colour: grey where they are beaten, else that of their model."""
    order = columns.model_order
    lost, rest = rows[beaten], rows[~beaten]
    models = columns.models[rest]
    found = [(look.faint, lost)]
    found += [(look.hues[HUES.index(hue_of(model, order))], rest[models == model]) for model in order]
    return [(colour, group) for colour, group in found if len(group)]


def _by_shape(columns: Columns, axis: Objective, rows: Indices) -> list[tuple[str, Indices]]:
    """Rows of the same shape: that of their runtime, with the mark of how their figure was come by."""
    order = columns.runtime_order
    runtimes, provenance = columns.runtimes[rows], columns.provenance[axis][rows]
    found = [
        (shape_of(runtime, order, Provenance(kind)), rows[(runtimes == runtime) & (provenance == kind)])
        for runtime in order
        for kind in dict.fromkeys(provenance)
    ]
    return [(shape, group) for shape, group in found if len(group)]


def _sizes(columns: Columns, rows: Indices) -> NDArray[np.float64]:
    size = columns.centre[SIZE]
    largest = np.nanmax(size, initial=1.0)
    share = np.nan_to_num(size[rows] / largest, nan=0.0)
    return np.maximum(SMALLEST, LARGEST * np.sqrt(share))


def _hover(columns: Columns, rows: Indices, bare: bool) -> dict[str, Any]:
    if bare:
        return {"hoverinfo": "x+y", "customdata": rows}
    return {
        "customdata": rows,
        "hovertext": [columns.hover[row] for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _whiskers(columns: Columns, axis: Objective, rows: Indices, look: Look) -> dict[str, Any]:
    style = {"type": "data", "symmetric": False, "color": look.whisker, "thickness": 1, "width": 0}

    def arms(objective: Objective, scale: float) -> dict[str, Any]:
        low, centre, high = (getattr(columns, end)[objective][rows] for end in ("low", "centre", "high"))
        return {"array": scale * (high - centre), "arrayminus": scale * (centre - low)}

    across = style | arms(axis, 1)
    if (columns.provenance[axis][rows] == str(Provenance.PROJECTED)).all():
        across["width"] = 3  # wide ones lie over each other: whether one ends or leaves the picture must be seen
    return {"error_x": across, "error_y": style | arms(ACCURACY, 100)}
