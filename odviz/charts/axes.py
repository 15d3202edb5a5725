"""Axes of charts: log axes with round ticks in fitting units, linear axes zoomed to what matters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from odviz.arrays import Floats
from odviz.charts.palette import Look
from odviz.domain.objective import Objective
from odviz.units import scale_of

Range = tuple[float, float]
"""Both ends of an axis in display units, the lower one first."""

_STEPS = (
    (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9),
    (1, 1.5, 2, 3, 4, 5, 6, 8),
    (1, 1.5, 2, 3, 5, 7),
    (1, 2, 5),
    (1, 3),
    (1,),
)
_LEAST_GAP = 0.2
"""Least distance of ticks on a log axis, relative to its length: room for a text on the narrowest chart."""

_TICK_MARGIN = 0.03
"""Distance of ticks from the ends of a log axis, relative to its length: no text leaves the chart."""

_LIMIT_REACH, _LEAST_REACH = 0.5, 2.0
"""How far beyond the values the axis still holds a limit: relative to their span, and to its least span."""

_PADDING = 0.08
_MIN_DECADES = 0.3
_MIN_POINTS = 5.0
"""Least span of an axis in percent, in points."""

_MIN_RELATIVE = 0.05
"""Least span of any other linear axis, relative to its largest value."""

_TINY, _HUGE = 1e-15, 1e18
"""Values outside are not drawn: in any SI unit they are beyond what can be measured."""

_WHISKER_REACH = 2.0
"""Factor by which whiskers may widen a log axis beyond the values; longer whiskers are cut off."""

_INSET = 0.012
"""Distance of an arrowhead from the end of an axis, relative to its length."""


@dataclass(frozen=True, slots=True)
class AxisScale:
    """How values of an objective are placed on an axis.

    Attributes:
        objective: what the axis shows.
        factor: display units per SI unit: 100 for a share, which is shown in percent; 1 on a log axis, whose ticks
            each name their unit.
        unit: display unit; empty on a log axis.
    """

    objective: Objective
    factor: float
    unit: str

    def coordinate(self, value: float) -> float:
        """Position of an annotation on the axis; plotly takes the logarithm there."""
        return math.log10(value) if self.objective.log else self.factor * value

    def inset(self, span: Range) -> Range:
        """Points just inside both ends of an axis."""
        if self.objective.log:
            step = (span[1] / span[0]) ** _INSET
            return span[0] * step, span[1] / step
        width = (span[1] - span[0]) * _INSET
        return span[0] + width, span[1] - width

    def fraction(self, places: ArrayLike, ends: Range) -> Floats:
        """Position of places, in display units, along an axis: 0 at the first end, 1 at the second."""
        places, (first, second) = np.asarray(places, float), np.array(ends)
        if self.objective.log:
            places, (first, second) = np.log10(places), np.log10(ends)
        fractions: Floats = (places - first) / (second - first)
        return fractions


def scale(objective: Objective, values: Floats) -> AxisScale:
    """The scale that suits some values of an objective."""
    if objective.log:
        return AxisScale(objective, 1.0, "")
    if objective.is_share:
        return AxisScale(objective, 100.0, "%")
    sizes = np.abs(values[np.isfinite(values)])
    divisor, unit = scale_of(float(np.median(sizes)) if len(sizes) else 1.0, objective.unit)
    return AxisScale(objective, 1 / divisor, unit)


def cost_range(low: Floats, centre: Floats, high: Floats, limit: float | None) -> Range:
    """Range of a log axis that holds every finite positive value, and the limit unless it lies far off, with padding.

    Args:
        low: lower ends of whiskers.
        centre: the values, and both ends of whatever is only a range.
        high: upper ends of whiskers.
        limit: also contained, if there is one that does not lie far off.
    """
    if len(centre):
        low, high = np.maximum(low, centre.min() / _WHISKER_REACH), np.minimum(high, centre.max() * _WHISKER_REACH)
    ends = np.concatenate([low, centre, high])
    limits = np.array([] if limit is None else [limit])
    ends, limits = (np.log10(places[(places > _TINY) & (places < _HUGE)]) for places in (ends, limits))
    first, last = _with_limits(ends, limits, _MIN_DECADES) or (0.0, 1.0)
    width = max(last - first, _MIN_DECADES)
    middle = (first + last) / 2
    return 10 ** (middle - width * (0.5 + _PADDING)), 10 ** (middle + width * (0.5 + _PADDING))


def linear_range(objective: Objective, factor: float, values: Floats, limit: float | None) -> Range:
    """Range of a linear axis that holds every finite value, and the limit unless it lies far off, with padding.

    Args:
        objective: what the axis shows.
        factor: display units per SI unit.
        values: in SI units, with the ends of whiskers and ranges.
        limit: also contained, if there is one that does not lie far off.
    """
    ends = factor * values[np.isfinite(values)]
    limits = factor * np.array([] if limit is None else [limit])
    least = _least_width(objective, float(ends.min()), float(ends.max())) if len(ends) else 0.0
    held = _with_limits(ends, limits, least)
    if held is None:
        return (0.0, 100.0) if objective.is_share else (0.0, 1.0)
    return _padded(objective, *held)


def quality_range(
    scale: AxisScale, low: Floats, centre: Floats, high: Floats, wanted: NDArray[np.bool_], limit: float | None
) -> Range:
    """Range of the quality axis: the wanted values, and as much again on the worse side.

    A network that broke in compression would otherwise squeeze all others together.

    Args:
        scale: of the axis.
        low: lower ends of whiskers, shape (N,), in SI units.
        centre: the values.
        high: upper ends of whiskers.
        wanted: which of them have to be visible.
        limit: also contained, if there is one that does not lie far off.
    """
    if not wanted.any():
        wanted = np.isfinite(centre)
    if not wanted.any():
        return (0.0, 100.0) if scale.objective.is_share else (0.0, 1.0)
    sign = -scale.objective.sign  # from here on higher is better
    worse, better = (low, high) if sign > 0 else (-high, -low)
    first, last = scale.factor * float(worse[wanted].min()), scale.factor * float(better[wanted].max())
    worst = scale.factor * float(np.nanmin(worse))
    least = _least_width(scale.objective, first, last)
    first = max(worst, min(2 * first - last, last - least))
    limits = np.array([] if limit is None else [sign * scale.factor * limit])
    first, last = _with_limits(np.array([first, last]), limits, least) or (first, last)
    return _padded(scale.objective, *sorted((sign * first, sign * last)))


def log_ticks(first: float, last: float, unit: str) -> tuple[list[float], list[str]]:
    """Round numbers between two ends, few enough for a phone, and their texts."""
    length = math.log10(last / first)
    inner_first, inner_last = first * 10 ** (length * _TICK_MARGIN), last / 10 ** (length * _TICK_MARGIN)
    decades = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
    every, ticks = 1, []
    for steps in _STEPS:
        ticks = [float(f"{step}e{decade}") for decade in decades for step in steps]
        ticks = [tick for tick in ticks if inner_first <= tick <= inner_last]
        gaps = np.diff(np.log10(ticks)) / length
        if not len(gaps) or gaps.min() >= _LEAST_GAP:
            break
    else:
        every = math.ceil(_LEAST_GAP * length)
    return ticks[::every], [_tick_text(tick, unit) for tick in ticks[::every]]


def log_axis(title: str, first: float, last: float, unit: str) -> dict[str, Any]:
    """A log axis in plotly's form."""
    values, texts = log_ticks(first, last, unit)
    return {
        "title": {"text": f"{title} (log scale)"},
        "type": "log",
        "range": [math.log10(first), math.log10(last)],
        "tickvals": values,
        "ticktext": texts,
    }


def axis(scale: AxisScale, span: Range) -> dict[str, Any]:
    """The axis of an objective in plotly's form."""
    if scale.objective.log:
        return log_axis(scale.objective.title, *span, scale.objective.unit)
    unit = f" ({scale.unit})" if scale.unit else ""
    return {"title": {"text": f"{scale.objective.title}{unit}"}, "range": list(span)}


def vertical_axis(scale: AxisScale, span: Range) -> dict[str, Any]:
    """The quality axis in plotly's form; its unit stands at the ticks, because a title would take width."""
    return {"title": {}, "range": list(span), "ticksuffix": f" {scale.unit}" if scale.unit else ""}


def themed(axis: dict[str, Any], look: Look) -> dict[str, Any]:
    """An axis in the colours of a theme; Streamlit's own are too pale for 3:1 contrast."""
    lines = {"gridcolor": look.grid, "zeroline": False, "linecolor": look.muted, "ticks": "outside"}
    colour = {"color": look.muted}
    return axis | lines | {"tickfont": colour, "title": axis["title"] | {"font": colour}}


def _least_width(objective: Objective, first: float, last: float) -> float:
    return _MIN_POINTS if objective.is_share else _MIN_RELATIVE * max(abs(first), abs(last), _TINY)


def _with_limits(ends: Floats, limits: Floats, least: float) -> Range | None:
    """Both ends of the values and of the limits that lie near them; of limits alone without a value.

    Args:
        ends: values, in any order.
        limits: at most one, on the same scale.
        least: span of values that are nearly the same.
    """
    if len(ends):
        reach = max(_LIMIT_REACH * float(np.ptp(ends)), _LEAST_REACH * least)
        near = (limits >= ends.min() - reach) & (limits <= ends.max() + reach)
        ends = np.concatenate([ends, limits[near]])
    else:
        ends = limits
    return (float(ends.min()), float(ends.max())) if len(ends) else None


def _padded(objective: Objective, first: float, last: float) -> Range:
    least = 1.0 if objective.is_share else _least_width(objective, first, last)
    padding = max(last - first, least) * _PADDING
    if objective.is_share:
        return max(first - padding, -1.0), min(last + padding, 101.0)
    return first - padding, last + padding


def _tick_text(value: float, unit: str) -> str:
    divisor, name = scale_of(value, unit)
    return f"{value / divisor:g} {name}".strip()
