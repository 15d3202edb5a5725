"""A chart as SVG inside an HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from odviz.charts.vector_chart import Circle, Place, Shape, VectorChart, Words

_PX_PER_REM = 13.5
"""Pixels of a chart in the width of a letter m of the text: a chart is not drawn larger."""

_ANCHORS = {0.0: "start", 0.5: "middle", 1.0: "end"}


def svg(chart: VectorChart) -> str:
    """The element `svg`, which scales to its place and has a title and a description for who cannot see."""
    width, height, plot = chart.width, chart.height, chart.plot
    left, top, across, down = (_number(value) for value in plot)
    # A nested svg cuts off what lies outside of it, and needs no id for that.
    inside = (
        f'<svg x="{left}" y="{top}" width="{across}" height="{down}" viewBox="{left} {top} {across} {down}">'
        f"{_shapes(chart.inside)}</svg>"
    )
    box = f'viewBox="0 0 {_number(width)} {_number(height)}" style="max-width: {_number(width / _PX_PER_REM)}rem"'
    return (
        f'<svg role="img" {box} xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.description)}</desc>"
        f"{_shapes(chart.frame)}{inside}{''.join(map(_words, chart.words))}</svg>"
    )


def _shapes(shapes: Sequence[Shape]) -> str:
    return "".join(map(_shape, shapes))


def _shape(shape: Shape) -> str:
    style = f' fill="{shape.fill or "none"}"'
    if shape.stroke:
        style += f' stroke="{shape.stroke}" stroke-width="{_number(shape.width)}"'
    if isinstance(shape, Circle):
        x, y = map(_number, shape.centre)
        return f'<circle cx="{x}" cy="{y}" r="{_number(shape.radius)}"{style}/>'
    if shape.dash:
        style += f' stroke-dasharray="{" ".join(map(_number, shape.dash))}"'
    kind = "polygon" if shape.fill else "polyline"
    return f'<{kind} points="{" ".join(map(_place, shape.places))}"{style}/>'


def _words(words: Words) -> str:
    x, y = map(_number, words.place)
    turn = f' transform="rotate(-90 {x} {y})"' if words.turned else ""
    anchor = f' text-anchor="{_ANCHORS[words.anchor]}"' if words.anchor else ""
    style = f'font-size="{_number(words.size)}" fill="{words.colour}"'
    return f'<text x="{x}" y="{y}" {style}{anchor}{turn}>{escape(words.text)}</text>'


def _place(place: Place) -> str:
    return ",".join(map(_number, place))


def _number(value: float) -> str:
    return f"{round(value, 1):g}"
