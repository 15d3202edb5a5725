"""Axes that people can read: log costs with round ticks in fitting units, accuracy zoomed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.charts.palette import Look
from odviz.objectives import ACCURACY
from odviz.units import scale_of

_STEPS = ((1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1, 3), (1,))
_MOST_TICKS = 6
_PAD = 0.08
_LEAST_DECADES = 0.3
_LEAST_POINTS = 5.0
_TINY, _HUGE = 1e-15, 1e18
"""In any SI unit beyond anything that is measured; what claims to be there has no place on an axis."""

_REACH = 2.0
"""A whisker may widen the axis to this factor beyond the figures themselves; a longer one leaves the picture."""


def cost_range(
    low: NDArray[np.float64], centre: NDArray[np.float64], high: NDArray[np.float64], limit: float | None
) -> tuple[float, float]:
    """The stretch of a log axis that holds every finite positive figure, and the limit, with air around them.

    Args:
        low: lower ends of whiskers.
        centre: the figures, and both ends of whatever is only a range.
        high: upper ends.
        limit: drawn too, if there is one.
    """
    if len(centre):
        low, high = np.maximum(low, centre.min() / _REACH), np.minimum(high, centre.max() * _REACH)
    ends = np.concatenate([low, centre, high, [] if limit is None else [limit]])
    ends = np.log10(ends[(ends > _TINY) & (ends < _HUGE)])
    if not len(ends):
        return 1.0, 10.0
    first, last = float(ends.min()), float(ends.max())
    wide = max(last - first, _LEAST_DECADES)
    middle = (first + last) / 2
    return 10 ** (middle - wide * (0.5 + _PAD)), 10 ** (middle + wide * (0.5 + _PAD))


def log_ticks(first: float, last: float, unit: str) -> tuple[list[float], list[str]]:
    """Round numbers between two ends, few enough to be read on a phone, and how each is written."""
    ticks: list[float] = []
    for steps in _STEPS:
        decades = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
        ticks = [float(f"{step}e{decade}") for decade in decades for step in steps]
        ticks = [tick for tick in ticks if first <= tick <= last]
        if len(ticks) <= _MOST_TICKS:
            break
    every = math.ceil(len(ticks) / _MOST_TICKS)
    return ticks[::every], [_short(tick, unit) for tick in ticks[::every]]


def cost_axis(title: str, first: float, last: float, unit: str) -> dict[str, Any]:
    """A log axis from `first` to `last`."""
    values, texts = log_ticks(first, last, unit)
    return {
        "title": {"text": f"{title} (log scale)"},
        "type": "log",
        "range": [math.log10(first), math.log10(last)],
        "tickvals": values,
        "ticktext": texts,
    }


def accuracy_range(
    low: NDArray[np.float64],
    centre: NDArray[np.float64],
    high: NDArray[np.float64],
    wanted: NDArray[np.bool_],
    floor: float | None,
) -> tuple[float, float]:
    """The stretch of the accuracy axis worth seeing: what may be wanted, and as much again below it.

    A network that broke in compression would otherwise squeeze all others into a line.

    Args:
        low: lower ends of whiskers, shape (N,), as shares.
        centre: the figures.
        high: upper ends.
        wanted: which of them have to be in the picture.
        floor: drawn too, if there is one.

    Returns:
        Its ends in percent.
    """
    if not wanted.any():
        wanted = np.isfinite(centre)
    if not wanted.any():
        return 0.0, 100.0
    first, last = 100 * float(low[wanted].min()), 100 * float(high[wanted].max())
    lowest = 100 * float(np.nanmin(low))
    first = max(lowest, min(2 * first - last, last - _LEAST_POINTS))
    if floor is not None:
        first, last = min(first, 100 * floor), max(last, 100 * floor)
    air = max(last - first, 1.0) * _PAD
    return max(first - air, -1.0), min(last + air, 101.0)


def accuracy_axis(ends: tuple[float, float]) -> dict[str, Any]:
    """A linear axis in percent."""
    return {"title": {"text": f"{ACCURACY.title} (%)"}, "range": list(ends)}


def dressed(axis: dict[str, Any], look: Look) -> dict[str, Any]:
    """An axis in the colours of a theme: those that Streamlit would choose are too pale to be read by everybody."""
    lines = {"gridcolor": look.grid, "zeroline": False, "linecolor": look.muted, "ticks": "outside"}
    colour = {"color": look.muted}
    return axis | lines | {"tickfont": colour, "title": axis["title"] | {"font": colour}}


def _short(value: float, unit: str) -> str:
    scale, name = scale_of(value, unit)
    return f"{value / scale:g} {name}"
