"""Draws a figure of points, lines and intervals as a `VectorChart`, without a browser.

It reads what odviz's own scatter charts consist of: traces with lines, markers and error bars; straight lines as
shapes; notes and arrows as annotations; linear and logarithmic axes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import numpy as np

from odviz.charts.figure import Figure, Trace
from odviz.charts.markers import marker, stair
from odviz.charts.palette import Look, solid
from odviz.charts.vector_chart import Area, Path, Place, Shape, VectorChart, Words

_DASHES: Mapping[str, tuple[float, ...]] = {"solid": (), "dot": (1.5, 3.0), "dash": (6.0, 4.0)}
_TICK_PX, _TICK_TEXT_PX, _TEXT_PX, _LINE_PX = 4.0, 11.0, 12.0, 18.0
_LEGEND_PX, _LEGEND_MARK_PX = 7.0, 16.0
"""Width of a character of a legend, about, and of the room for its sign."""

CHARACTER_PX = 6.3
"""Width of a character at a tick, at most about."""

_TICKS = 6
"""Most ticks of a linear axis."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """An axis of a plot: where it is in the chart, and what is written at it."""

    start: float
    end: float
    first: float
    second: float
    is_log: bool
    ticks: tuple[tuple[float, str], ...]

    @classmethod
    def of(cls, options: Mapping[str, Any], start: float, end: float) -> _Axis:
        is_log = options.get("type") == "log"
        first, second = options["range"]
        suffix = unescape(options.get("ticksuffix", ""))
        ticks = [(value, text + suffix) for value, text in _round_ticks(first, second)]
        if "tickvals" in options:
            ticks = list(zip(map(float, options["tickvals"]), map(unescape, options["ticktext"]), strict=True))
        if options.get("showticklabels") is False:
            ticks = []
        return cls(start, end, first, second, is_log, tuple(ticks))

    def place(self, value: float) -> float:
        """Pixels of a value in the units of its data; NaN for one that a log axis does not have."""
        if self.is_log:
            value = math.log10(value) if value > 0 else math.nan
        return self.scaled(value)

    def scaled(self, value: float) -> float:
        """Pixels of a place in the units of the range."""
        share = (value - self.first) / (self.second - self.first)
        return round(float(self.start + share * (self.end - self.start)), 2)


def vector_chart(figure: Figure, look: Look, width: float, title: str, description: str) -> VectorChart:
    """Draw a figure.

    Args:
        figure: of `charts`, of points, lines and intervals.
        look: colours.
        width: in pixels.
        title: what it shows, in a few words.
        description: what it shows, for who does not see it.
    """
    layout = figure["layout"]
    margin, height = layout["margin"], float(layout["height"])
    vertical = layout["yaxis"]
    left = float(margin["l"])
    if vertical.get("automargin"):
        left += CHARACTER_PX * max((len(unescape(text)) for text in vertical["ticktext"]), default=0)
    top, right, bottom = float(margin["t"]), width - float(margin["r"]), height - float(margin["b"])
    x = _Axis.of(layout["xaxis"], left, right)
    y = _Axis.of(vertical, bottom, top)
    drawing = _Drawing(x, y, look)
    inside = [shape for trace in figure["data"] if "x" in trace for shape in drawing.trace(trace)]
    lines = [drawing.line(shape) for shape in layout.get("shapes", ())]
    arrows, notes = drawing.annotations(layout.get("annotations", ()))
    words = [*drawing.tick_words(), *_axis_titles(layout, x, y, height, look), *_title(layout, look), *notes]
    marks: list[Shape] = []
    if layout.get("showlegend"):
        marks, texts = _legend(figure["data"], left, top, look)
        words += texts
    return VectorChart(
        title,
        description,
        width,
        height,
        Area(left, top, right - left, bottom - top),
        (*lines, *inside, *arrows),
        (*drawing.grid(), *marks),
        tuple(words),
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    x: _Axis
    y: _Axis
    look: Look

    def trace(self, trace: Trace) -> list[Shape]:
        """Whiskers, then lines, then markers of a trace."""
        places = [self._place(*one) for one in zip(trace["x"], trace["y"], strict=True)]
        shapes: list[Shape] = [*self._whiskers(trace, "error_x"), *self._whiskers(trace, "error_y")]
        if "lines" in trace["mode"]:
            shapes += self._lines(trace, places)
        if "markers" in trace["mode"]:
            shapes += self._markers(trace["marker"], places)
        return shapes

    def _place(self, x: float, y: float) -> Place:
        return self.x.place(float(x)), self.y.place(float(y))

    def _lines(self, trace: Trace, places: Sequence[Place]) -> list[Shape]:
        line = trace["line"]
        colour = solid(line["color"], self.look.background, trace.get("opacity", 1.0))
        parts: list[list[Place]] = [[]]
        for place in places:
            if all(map(math.isfinite, place)):
                parts[-1].append(place)
            elif parts[-1]:
                parts.append([])
        if line.get("shape") == "hv":
            parts = [stair(part) for part in parts]
        dash = _DASHES[line.get("dash", "solid")]
        return [Path(tuple(part), colour, line["width"], dash=dash) for part in parts if len(part) > 1]

    def _markers(self, style: Mapping[str, Any], places: Sequence[Place]) -> list[Shape]:
        sizes = np.broadcast_to(style.get("size", 6.0), len(places)).tolist()
        line = style.get("line", {})
        rim = line.get("color") or self.look.background
        colour = style.get("color", rim)
        return [
            shape
            for place, size in zip(places, sizes, strict=True)
            if all(map(math.isfinite, place))
            for shape in marker(style["symbol"], place, size, colour, rim, line.get("width", 1.0))
        ]

    def _whiskers(self, trace: Trace, name: str) -> list[Shape]:
        bars = trace.get(name)
        if bars is None:
            return []
        colour = solid(bars["color"], self.look.background)
        shapes: list[Shape] = []
        for x, y, more, less in zip(trace["x"], trace["y"], bars["array"], bars["arrayminus"], strict=True):
            if name == "error_x":
                ends = self._ends(self.x, x - less, x + more)
                across = self.y.place(y)
                corners = tuple((end, across) for end in ends)
            else:
                ends = self._ends(self.y, y - less, y + more)
                across = self.x.place(x)
                corners = tuple((across, end) for end in ends)
            if all(map(math.isfinite, (*ends, across))):
                shapes.append(Path(corners, colour, bars["thickness"]))
        return shapes

    def _ends(self, axis: _Axis, low: float, high: float) -> Place:
        """Both ends of a whisker; one at or below zero is at the end of a log axis."""
        first = axis.place(float(low))
        return axis.start if math.isnan(first) else first, axis.place(float(high))

    def line(self, shape: Mapping[str, Any]) -> Path:
        """A straight line between places of the axes or, where it says "paper", of the plot."""
        ends = tuple(
            (
                self._across(self.x, shape.get("xref"), shape[f"x{end}"]),
                self._across(self.y, shape.get("yref"), shape[f"y{end}"]),
            )
            for end in (0, 1)
        )
        return Path(ends, shape["line"]["color"], shape["line"]["width"], dash=_DASHES[shape["line"]["dash"]])

    def _across(self, axis: _Axis, reference: str | None, value: float) -> float:
        return axis.start + value * (axis.end - axis.start) if reference == "paper" else axis.place(value)

    def annotations(self, notes: Sequence[Mapping[str, Any]]) -> tuple[list[Shape], list[Words]]:
        """Arrows, and texts: those with an arrow stand at a distance from what they point at."""
        shapes: list[Shape] = []
        words = []
        for note in notes:
            font = note["font"]
            x, y = (
                axis.start + note[name] * (axis.end - axis.start)
                if note.get(f"{name}ref") == "paper"
                else axis.scaled(note[name])
                for name, axis in (("x", self.x), ("y", self.y))
            )
            anchor = {"left": 0.0, "center": 0.5, "right": 1.0}[note.get("xanchor", "center")]
            if "ax" in note:
                shapes.append(_arrow((x, y), note))
                x, y = x + note["ax"], y + note["ay"]
            down = {"bottom": -4.0, "middle": 4.0, "top": 13.0}[note.get("yanchor", "middle")]
            words.append(Words(unescape(note["text"]), (x, y + down), font["size"], font["color"], anchor))
        return shapes, words

    def grid(self) -> list[Shape]:
        """A pale line at each tick, and the two axes."""
        x, y, look = self.x, self.y, self.look
        lines: list[Shape] = [
            Path(((x.place(value), y.start), (x.place(value), y.end)), look.grid) for value, _ in x.ticks
        ]
        lines += [Path(((x.start, y.place(value)), (x.end, y.place(value))), look.grid) for value, _ in y.ticks]
        return [*lines, Path(((x.start, y.end), (x.start, y.start), (x.end, y.start)), look.muted)]

    def tick_words(self) -> list[Words]:
        """The texts at both axes."""
        colour, below = self.look.muted, self.y.start + _TICK_PX + _TICK_TEXT_PX
        across = [Words(text, (self.x.place(value), below), _TICK_TEXT_PX, colour, 0.5) for value, text in self.x.ticks]
        beside = self.x.start - _TICK_PX
        up = [
            Words(text, (beside, self.y.place(value) + 4), _TICK_TEXT_PX, colour, 1.0) for value, text in self.y.ticks
        ]
        return [*across, *up]


def _arrow(tip: Place, note: Mapping[str, Any]) -> Path:
    """A line from a text to just before what it points at."""
    away = math.hypot(note["ax"], note["ay"])
    near, far = note["standoff"] / away, max(1 - _TEXT_PX / away, 0.5)
    ends = tuple((tip[0] + share * note["ax"], tip[1] + share * note["ay"]) for share in (near, far))
    return Path(ends, note["arrowcolor"], 1.2)


def _round_ticks(first: float, second: float) -> list[tuple[float, str]]:
    """Round numbers on a linear axis, at most `_TICKS`."""
    low, high = sorted((first, second))
    power = 10.0 ** math.floor(math.log10((high - low) / _TICKS))
    step = next(step * power for step in (1, 2, 5, 10, 20) if (high - low) / (step * power) <= _TICKS)
    values = np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
    places = max(0, -math.floor(math.log10(step)))
    return [(value, f"{value + 0.0:.{places}f}".replace("-", "−")) for value in values.tolist()]


def _axis_titles(layout: Mapping[str, Any], x: _Axis, y: _Axis, height: float, look: Look) -> list[Words]:
    texts = [unescape(layout[name]["title"].get("text", "")) for name in ("xaxis", "yaxis")]
    middle = (x.start + x.end) / 2
    words = [Words(texts[0], (middle, height - 8), _TEXT_PX, look.muted, 0.5)] if texts[0] else []
    if texts[1]:
        words.append(Words(texts[1], (_TEXT_PX, (y.start + y.end) / 2), _TEXT_PX, look.muted, 0.5, turned=True))
    return words


def _title(layout: Mapping[str, Any], look: Look) -> list[Words]:
    title = layout.get("title", {})
    lines = [unescape(line) for line in title.get("text", "").split("<br>") if line]
    return [
        Words(line, (0.0, 15 + _LINE_PX * place), title["font"]["size"], look.text) for place, line in enumerate(lines)
    ]


def _legend(traces: Sequence[Trace], left: float, top: float, look: Look) -> tuple[list[Shape], list[Words]]:
    """The name of each trace behind its sign, in a row above the plot."""
    shapes: list[Shape] = []
    words, at, height = [], left, top - 12
    for trace in traces:
        if trace.get("showlegend") is False or "x" not in trace:
            continue
        if "marker" in trace:
            style = trace["marker"]
            rim = style.get("line", {}).get("color", look.background)
            shapes += marker(style["symbol"], (at + 5, height - 4), 9.0, style["color"], rim, 1.0)
        else:
            line = trace["line"]
            ends = ((at, height - 4), (at + _LEGEND_MARK_PX - 4, height - 4))
            shapes.append(Path(ends, line["color"], line["width"], dash=_DASHES[line["dash"]]))
        words.append(Words(unescape(trace["name"]), (at + _LEGEND_MARK_PX, height), _TEXT_PX, look.text))
        at += _LEGEND_MARK_PX + _LEGEND_PX * len(trace["name"]) + _LEGEND_MARK_PX
    return shapes, words
