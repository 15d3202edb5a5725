"""The figure of a lesson: some figures in one unit, one row each, with their intervals."""

from __future__ import annotations

import math
from html import escape
from typing import Any

import numpy as np

from odviz.arrays import Floats
from odviz.charts.annotations import interaction
from odviz.charts.axes import Range as Ends
from odviz.charts.axes import cost_range, log_axis, themed
from odviz.charts.figure import Figure, Trace
from odviz.charts.palette import HUES, MARKS, Look
from odviz.charts.text import with_origin
from odviz.domain.lesson import Range
from odviz.lessons.base import Mark, Picture
from odviz.units import estimate, scale_of

_ROW_PX, _TOP_PX, _BOTTOM_PX = 50, 24, 32
_SIZE_PX = 12
_RISE = 0.42
"""Height of a row's text above its mark, in rows."""

_PADDING = 0.05
_PERCENT = 0.01


def picture(drawn: Picture, look: Look, predicted: Range | None = None) -> Figure:
    """Draw the figures of a lesson, the first at the top; the title stands above the chart, where it can wrap.

    Args:
        drawn: the figures.
        look: colours.
        predicted: a pupil's range, drawn as a band where the axis is that of the question; None for none.
    """
    factor, unit = _unit(drawn)
    low, value, high = (
        np.array([getattr(mark.estimate, end) for mark in drawn.marks], np.float64) / factor
        for end in ("low", "centre", "high")
    )
    band = (predicted.low / factor, predicted.high / factor) if predicted and drawn.is_question else ()
    line = () if drawn.line is None else (drawn.line / factor,)
    span = _span(np.array([*low, *value, *high, *band, *line]), drawn.log, unit)
    rows = len(drawn.marks)
    axis = log_axis("", *span, unit) | {"title": {}} if drawn.log else _linear(span, unit)
    notes = [_text(mark, rows - index, look) for index, mark in enumerate(drawn.marks)]
    notes += [_above(place, drawn.line_label, drawn.log, look.muted) for place in line]
    if band:
        middle = math.sqrt(band[0] * band[1]) if drawn.log else sum(band) / 2
        notes.append(_above(middle, "your range", drawn.log, look.hues[0], yshift=14 if line else 0))
    return {
        "data": [
            _mark(mark, rows - index, tuple(ends), look)
            for index, (mark, *ends) in enumerate(zip(drawn.marks, low, value, high, strict=True))
        ],
        "layout": {
            "height": _TOP_PX + _ROW_PX * rows + _BOTTOM_PX + (14 if band and line else 0),
            "margin": {"l": 8, "r": 8, "t": _TOP_PX + (14 if band and line else 0), "b": _BOTTOM_PX},
            "xaxis": themed(axis, look) | {"fixedrange": True},
            "yaxis": {"visible": False, "range": [0.6, rows + 0.7], "fixedrange": True},
            "showlegend": False,
            "shapes": _shapes(band, line, look),
            "annotations": notes,
            **interaction(look),
        },
    }


def _unit(drawn: Picture) -> tuple[float, str]:
    """Factor and name of the display unit; a log axis names the unit at each tick."""
    unit = drawn.marks[0].estimate.unit
    if unit == "1":
        return _PERCENT, "%"
    if drawn.log:
        return 1.0, unit
    return scale_of(max(mark.estimate.centre for mark in drawn.marks), unit)


def _span(ends: Floats, log: bool, unit: str) -> Ends:
    if log:
        ends = ends[ends > 0]
        return cost_range(ends, ends, ends, None)
    first, last = float(ends.min()), float(ends.max())
    if unit != "%":
        first = min(0.0, first)  # lengths are compared
    padding = _PADDING * (last - first or 1.0)
    return (max(-1.0, first - padding), min(101.0, last + padding)) if unit == "%" else (first, last + padding)


def _linear(span: Ends, unit: str) -> dict[str, Any]:
    return {"title": {}, "range": list(span), "ticksuffix": f" {unit}".rstrip(), "nticks": 5}


def _mark(mark: Mark, row: int, ends: tuple[float, ...], look: Look) -> Trace:
    low, value, high = ends
    colour = look.hues[mark.hue % len(HUES)]
    return {
        "type": "scatter",
        "x": [value],
        "y": [row],
        "mode": "markers",
        "marker": {"symbol": "circle" + MARKS[mark.estimate.provenance], "size": _SIZE_PX, "color": colour},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [high - value],
            "arrayminus": [value - low],
            "color": colour,
            "thickness": 2,
            "width": 5,
        },
        "hovertemplate": f"<b>{escape(mark.label)}</b><br>{escape(with_origin(mark.estimate))}<extra></extra>",
    }


def _text(mark: Mark, row: int, look: Look) -> dict[str, Any]:
    """Label and figure of a row, at its left, above the mark: beside it a phone has no room."""
    return {
        "text": f"{escape(mark.label)}: <b>{escape(estimate(mark.estimate))}</b>",
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": row + _RISE,
        "yref": "y",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"color": look.text, "size": 13},
        "bgcolor": look.background,
        "borderpad": 0,
    }


def _above(place: float, text: str, log: bool, colour: str, **shift: int) -> dict[str, Any]:
    """Text above the rows, at a place on the axis."""
    return {
        "text": escape(text),
        "x": math.log10(place) if log else place,
        "xref": "x",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": colour, "size": 12},
    } | shift


def _shapes(band: tuple[float, ...], line: tuple[float, ...], look: Look) -> list[dict[str, Any]]:
    """The predicted range behind the rows, and the line that they are compared with."""
    whole = {"yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    shapes = []
    if band:
        fill = {"fillcolor": look.hues[0], "opacity": 0.18, "line": {"width": 0}}
        shapes.append({"type": "rect", "x0": band[0], "x1": band[1], **whole, **fill})
    for place in line:
        shapes.append(
            {"type": "line", "x0": place, "x1": place, **whole, "line": {"color": look.muted, "dash": "dash"}}
        )
    return shapes
