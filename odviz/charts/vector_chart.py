"""A chart as lines, shapes and texts at fixed places: what is drawn where no browser runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Place = tuple[float, float]
"""Pixels from the left and from the top of a chart."""


class Area(NamedTuple):
    """A rectangle in pixels from the left and from the top."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Path:
    """A line through places, or a shape.

    Attributes:
        places: its corners.
        stroke: colour "#rrggbb" of the line; empty for none.
        width: of the line.
        fill: colour of what it surrounds; empty for an open line.
        dash: lengths of strokes and gaps; empty for a solid line.
    """

    places: tuple[Place, ...]
    stroke: str = ""
    width: float = 1.0
    fill: str = ""
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle, as `Path` with a centre and a radius."""

    centre: Place
    radius: float
    stroke: str = ""
    width: float = 1.0
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text.

    Attributes:
        text: unescaped.
        place: of its base line.
        size: height of the type.
        colour: "#rrggbb".
        anchor: 0 if the place is its left end, 0.5 its middle, 1 its right end.
        turned: whether it runs upwards.
    """

    text: str
    place: Place
    size: float
    colour: str
    anchor: float = 0.0
    turned: bool = False


Shape = Path | Circle


@dataclass(frozen=True, slots=True)
class VectorChart:
    """A drawn chart.

    Attributes:
        title: what it shows, in a few words.
        description: what it shows, for who does not see it.
        width: in pixels.
        height: in pixels.
        plot: between the axes; what lies in it is cut off there.
        inside: what lies in the plot, from back to front.
        frame: axes and grid, behind the plot.
        words: all texts, in front.
    """

    title: str
    description: str
    width: float
    height: float
    plot: Area
    inside: tuple[Shape, ...]
    frame: tuple[Shape, ...]
    words: tuple[Words, ...]
