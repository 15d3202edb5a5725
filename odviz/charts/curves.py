"""Charts of curves: the metric against the number of bad calibration items, and times in the course of a load."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from odviz.analysis.poison import PoisonCurve
from odviz.analysis.sustained import SustainedVariant
from odviz.charts.figure import EMPTY_TRACE, Figure, Trace
from odviz.charts.layout import with_legend
from odviz.charts.palette import DASHES, SHAPES, Look
from odviz.units import estimate

HEIGHT = 320
MOST_CURVES = 8
"""Curves that are drawn; more could not be told apart."""

_SIZE_PX, _LINE_PX, _TOP_PX = 9, 19, 14


def poison_chart(curves: Sequence[PoisonCurve], names: Sequence[str], title: str, look: Look) -> Figure:
    """Draw the metric against the number of bad items; a filled marker is a set that odviz notices.

    Args:
        curves: at most `MOST_CURVES` are drawn.
        names: of the curves.
        title: of the metric.
        look: colours.
    """
    drawn = list(zip(curves, names, strict=True))[:MOST_CURVES]
    scale = 100.0 if all(curve.clean.unit == "1" for curve, _ in drawn) else 1.0
    traces = [_poisoned(place, curve, name, scale, look) for place, (curve, name) in enumerate(drawn)]
    counts = sorted({one.bad for curve, _ in drawn for one in curve.sets})
    x = {
        "title": {"text": "Bad items among the calibration items"},
        "type": "log",
        "tickvals": [0.5, *counts],
        "ticktext": ["0", *map(str, counts)],
        "range": [np.log10(0.4), np.log10(1.3 * max(counts, default=1))],
    }
    y = {"title": {"text": f"{title} (%)" if scale > 1 else title}, "rangemode": "tozero"}
    return _figure(traces, x, y, look)


def sustained_chart(variants: Sequence[SustainedVariant], names: Sequence[str], look: Look) -> Figure:
    """Draw the time of each variant over its time at the start; thin grey lines are the reference loop beside it.

    The axis is that of the variants: the loop is short, so that what disturbs the machine makes it jump.

    Args:
        variants: at most `MOST_CURVES` are drawn.
        names: of the variants.
        look: colours.
    """
    traces: list[Trace] = []
    for place, (variant, name) in enumerate(list(zip(variants, names, strict=True))[:MOST_CURVES]):
        hue, dash = look.hues[place % len(look.hues)], DASHES[place // len(look.hues) % len(DASHES)]
        for values, width, suffix in ((variant.machine, 1, "the machine beside it"), (variant.times, 3, "")):
            label = f"{escape(name)}{f', {suffix}' if suffix else ''}"
            traces.append(
                {
                    "type": "scatter",
                    "x": variant.elapsed_minutes,
                    "y": np.exp(values - np.median(values[: len(values) // 10])),
                    "mode": "lines",
                    "name": label,
                    "line": {"color": look.muted if suffix else hue, "width": width, "dash": dash},
                    "showlegend": not suffix,
                    "hovertemplate": f"<b>{label}</b><br>%{{x:.1f}} min: %{{y:.2f}} × the start<extra></extra>",
                }
            )
    x: dict[str, Any] = {"title": {"text": "Minutes without a pause"}, "rangemode": "tozero"}
    ends = [end for trace in traces if trace["showlegend"] for end in (trace["y"].min(), trace["y"].max())]
    y = {
        "title": {"text": "Time over that at the start"},
        "range": [min([0.8, *ends]) - 0.05, max([1.3, *ends]) + 0.05],
    }
    return _figure(traces, x, y, look)


def _poisoned(place: int, curve: PoisonCurve, name: str, scale: float, look: Look) -> Trace:
    made = [(one.bad, one.value, bool(one.caught), one.suspects) for one in curve.sets if one.value]
    rows = [(0.5, curve.clean, bool(curve.false_alarms), curve.false_alarms), *made]
    hue, shape = look.hues[place % len(look.hues)], SHAPES[place % len(SHAPES)]
    centres = np.array([value.centre for _, value, _, _ in rows]) * scale
    return {
        "type": "scatter",
        "x": np.array([bad for bad, _, _, _ in rows]),
        "y": centres,
        "mode": "lines+markers",
        "name": escape(name),
        "line": {"color": hue, "width": 2},
        "marker": {
            "symbol": [shape if noticed else f"{shape}-open" for _, _, noticed, _ in rows],
            "size": _SIZE_PX,
            "color": hue,
            "line": {"width": 2},
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": np.array([value.high for _, value, _, _ in rows]) * scale - centres,
            "arrayminus": centres - np.array([value.low for _, value, _, _ in rows]) * scale,
            "color": hue,
            "thickness": 1,
            "width": 0,
        },
        "hovertext": [
            f"<b>{escape(name)}</b><br>{round(bad) if bad >= 1 else 0} of {curve.size} items bad: "
            f"{escape(estimate(value))}<br>odviz suspects {suspects}"
            for bad, value, _, suspects in rows
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _figure(traces: list[Trace], x: dict[str, Any], y: dict[str, Any], look: Look) -> Figure:
    """A figure with its legend above it, a curve a line: names are too long to stand beside each other on a phone."""
    legend = _LINE_PX * sum(trace.get("showlegend", True) for trace in traces)
    return {
        "data": traces or [EMPTY_TRACE],
        "layout": with_legend(x, y, look, HEIGHT + legend, top=_TOP_PX + legend, orientation="v"),
    }
