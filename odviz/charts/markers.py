"""Markers of points as shapes, named like plotly's symbols ("square-open", "circle-cross")."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from odviz.charts.vector_chart import Circle, Path, Place, Shape


def _regular(corners: int, inner: float = 1.0) -> tuple[Place, ...]:
    """Corners of a regular shape with one corner at the top; of a star with an inner radius."""
    count = corners if inner == 1.0 else 2 * corners
    angles = np.arange(count) * 2 * np.pi / count
    radii = np.where(np.arange(count) % 2, inner, 1.0)
    return tuple(zip((radii * np.sin(angles)).tolist(), (-radii * np.cos(angles)).tolist(), strict=True))


_HALF, _TALL = 0.886, 1.15
"""Half a side of the square, and half the height of the triangles, with about the area of the circle."""

_CORNERS: dict[str, tuple[Place, ...]] = {
    "square": ((-_HALF, -_HALF), (_HALF, -_HALF), (_HALF, _HALF), (-_HALF, _HALF)),
    "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
    "triangle-up": ((0, -_TALL), (_TALL, _TALL * 0.75), (-_TALL, _TALL * 0.75)),
    "triangle-left": ((-_TALL, 0), (_TALL * 0.75, -_TALL), (_TALL * 0.75, _TALL)),
    "triangle-right": ((_TALL, 0), (-_TALL * 0.75, -_TALL), (-_TALL * 0.75, _TALL)),
    "pentagon": _regular(5),
    "star": _regular(5, 0.5),
}
_DIAGONALS: tuple[tuple[Place, Place], ...] = (((-1, -1), (1, 1)), ((-1, 1), (1, -1)))
_CROSS: tuple[tuple[Place, Place], ...] = (((-1, 0), (1, 0)), ((0, -1), (0, 1)))
_LINES = {"x-thin": _DIAGONALS, "line-ns": _CROSS[1:]}
_INNER = {"-x": _DIAGONALS, "-cross": _CROSS}
_INNER_SHARE, _DOT_SHARE = 0.6, 0.3


def marker(symbol: str, centre: Place, size: float, colour: str, rim: str, rim_width: float) -> list[Shape]:
    """The shapes of one point.

    Args:
        symbol: "x-thin", "line-ns", or a shape, with "-x", "-cross" or "-dot" for a mark in it and "-open" for no fill.
        centre: its place.
        size: its diameter.
        colour: of its fill, or of its line if it is open.
        rim: colour of the line around a filled shape, which is also that of its mark.
        rim_width: of that line.
    """
    if symbol in _LINES:
        return [_line(ends, centre, size / 2, rim, rim_width) for ends in _LINES[symbol]]
    is_open = symbol.endswith("-open")
    symbol = symbol.removesuffix("-open")
    mark = next((mark for mark in ("-x", "-cross", "-dot") if symbol.endswith(mark)), "")
    line, fill = (colour, "") if is_open else (rim, colour)
    shape, radius = symbol.removesuffix(mark), size / 2
    drawn: list[Shape] = [_outline(shape, centre, radius, line, rim_width, fill)]
    if mark == "-dot":
        drawn.append(Circle(centre, radius * _DOT_SHARE, fill=line))
    elif mark:
        drawn += [_line(ends, centre, radius * _INNER_SHARE, line, 1.0) for ends in _INNER[mark]]
    return drawn


def _outline(shape: str, centre: Place, radius: float, stroke: str, width: float, fill: str) -> Shape:
    if shape == "circle":
        return Circle(centre, radius, stroke, width, fill)
    corners = _around(_CORNERS[shape], centre, radius)
    return Path(corners if fill else (*corners, corners[0]), stroke, width, fill)


def _line(ends: tuple[Place, Place], centre: Place, radius: float, colour: str, width: float) -> Path:
    return Path(_around(ends, centre, radius), colour, width)


def _around(places: tuple[Place, ...], centre: Place, radius: float) -> tuple[Place, ...]:
    return tuple((centre[0] + radius * x, centre[1] + radius * y) for x, y in places)


def stair(places: list[Place]) -> list[Place]:
    """The corners of a step line, which goes across before it goes up or down."""
    steps = [corner for before, after in pairwise(places) for corner in ((after[0], before[1]), after)]
    return [*places[:1], *steps]
