"""Places of the labels that point at candidates: inside the chart, over no point and no other label.

The browser decides how large a chart is; places are computed for the smallest one, in pixels from its lower left
corner. In a larger chart the points are further apart, and the labels keep their distance from their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from odviz.arrays import Floats

PLOT_PX = np.array([190.0, 190.0])
"""Width and height of the smallest plot."""

_CHARACTER_PX, _LINE_PX = 6.3, 17.0
_POINT_PX, _ARROW_PX = 8.0, 15.0
"""Room that a point takes on each side, and that the arrow takes beside its label."""

_MANY = 400
"""Points that are looked at, at least: more of them leave no free place anyway."""

_REACHES_PX = (24, 34, 46, 60, 76)
_ANGLES = np.deg2rad(np.arange(0, 360, 30))
_OFFSETS = np.array([(reach * np.cos(angle), reach * np.sin(angle)) for reach in _REACHES_PX for angle in _ANGLES])


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: float
    bottom: float
    right: float
    top: float


def box(text: str, centre: Floats) -> Box:
    """The rectangle of a text around a place."""
    (x, y), width = centre, _CHARACTER_PX * len(text)
    return Box(x - width / 2, y - _LINE_PX / 2, x + width / 2, y + _LINE_PX / 2)


def note_box(note: Mapping[str, Any]) -> Box:
    """The rectangle of a text that stands at a position relative to the chart; see `annotations.note`."""
    (x, y), width = np.array([note["x"], note["y"]]) * PLOT_PX, _CHARACTER_PX * len(note["text"])
    right = {"left": width / 2, "center": 0.0, "right": -width / 2}[note["xanchor"]]
    up = {"bottom": _LINE_PX / 2, "top": -_LINE_PX / 2}[note["yanchor"]]
    return box(note["text"], np.array([x + right, y + up]))


def label_offset(text: str, anchor: Floats, points: Floats, taken: Sequence[Box]) -> Floats:
    """Offset of the centre of a label from what it points at, upwards and to the right in pixels.

    Args:
        text: of the label.
        anchor: what it points at, in pixels.
        points: shape (N, 2), what it must not cover.
        taken: rectangles that it must not cover either.

    Returns:
        The nearest offset of those that cover least.
    """
    points = points[:: max(1, len(points) // _MANY)]
    boxes = np.array([box(text, anchor + offset) for offset in _OFFSETS])
    offset: Floats = _OFFSETS[int(np.argmin(_costs(boxes, anchor, points, taken)))]
    return offset


def _costs(boxes: Floats, anchor: Floats, points: Floats, taken: Sequence[Box]) -> Floats:
    """How much each of some labels covers, shape (L,), given as boxes, shape (L, 4).

    Leaving the chart is worst, then another label or its own arrow, then a point.
    """
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    outside = (np.maximum(-low, 0) + np.maximum(high - PLOT_PX, 0)).sum(axis=(1, 2))
    outside += _inside(anchor[None], low - _ARROW_PX, high + _ARROW_PX)
    others = np.array(taken).reshape(-1, 4)
    overlaps = ((low < others[:, 2:]) & (others[:, :2] < high)).all(axis=2).sum(axis=1)
    covered = _inside(points, low - _POINT_PX, high + _POINT_PX)
    costs: Floats = 1e4 * outside + 1e3 * overlaps + covered
    return costs


def _inside(points: Floats, low: Floats, high: Floats) -> Floats:
    """How many points lie between two corners, shape (L,), given as shape (L, 1, 2)."""
    inside: Floats = ((points > low) & (points < high)).all(axis=2).sum(axis=1)
    return inside
