"""Charts of why a variant is fast or slow: time by operator before and after, and what pruning left of each layer."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from odviz.charts.annotations import interaction
from odviz.charts.axes import themed
from odviz.charts.figure import Figure, Trace
from odviz.charts.palette import Look
from odviz.domain.why import OperatorRole, RemovedLayer, TimeProfile
from odviz.units import figure, percent, scale_of

HEIGHT = 230
LAYERS_HEIGHT = 280

_ORDER = (OperatorRole.INTEGER, OperatorRole.FLOAT, OperatorRole.CONVERSION, OperatorRole.OTHER)
_HUES = {OperatorRole.INTEGER: 0, OperatorRole.FLOAT: 1, OperatorRole.CONVERSION: 3, OperatorRole.OTHER: 4}
_PATTERNS = {OperatorRole.INTEGER: "", OperatorRole.FLOAT: "/", OperatorRole.CONVERSION: "x", OperatorRole.OTHER: "."}
"""Colour is never alone."""

_LEAST_TEXT = 0.09
"""Share of the widest bar from which a part has room for its name."""


def operator_times(
    bars: Sequence[tuple[str, TimeProfile]], names: dict[OperatorRole, str], rest: str, look: Look
) -> Figure:
    """Draw the time of one inference as a bar for each profile, in parts for each type of operator.

    Args:
        bars: title and profile, the upper one first.
        names: of the roles, for the legend.
        rest: name of the time that lies in no operator.
        look: colours.
    """
    longest = max(profile.p50.high for _, profile in bars)
    factor, unit = scale_of(longest, "s")
    parts = [_parts(title, profile, rest) for title, profile in bars]
    traces = []
    for role in (*_ORDER, None):
        own = [part for bar in parts for part in bar if part[1] is role]
        if own:
            name, colour = (names[role], look.hues[_HUES[role]]) if role else (rest, look.muted)
            traces.append(_bars(own, name, colour, _PATTERNS[role] if role else "-", longest, factor, look))
    y = {"title": {"text": ""}, "categoryorder": "array", "categoryarray": [title for title, _ in reversed(bars)]}
    x = {"title": {"text": f"Time of one answer ({unit})"}, "range": [0, 1.02 * longest / factor]}
    return {"data": traces, "layout": _layout(HEIGHT, x, y, look) | {"barmode": "overlay"}}


Part = tuple[str, OperatorRole | None, str, float, float, float]
"""Title of the bar, role, name, start and length in seconds, share of the p50."""


def _parts(title: str, profile: TimeProfile, rest: str) -> list[Part]:
    spent: dict[tuple[OperatorRole, str], float] = {}
    for one in profile.operators:
        spent[one.role, one.operator] = spent.get((one.role, one.operator), 0.0) + one.time_s
    parts: list[Part] = []
    start = 0.0
    for (role, name), time_s in sorted(spent.items(), key=lambda pair: (_ORDER.index(pair[0][0]), -pair[1])):
        parts.append((title, role, name, start, time_s, time_s / profile.p50.centre))
        start += time_s
    if profile.rest_s > 0:
        parts.append((title, None, rest, start, profile.rest_s, profile.rest_s / profile.p50.centre))
    return parts


def _bars(
    parts: Sequence[Part], name: str, colour: str, pattern: str, longest: float, factor: float, look: Look
) -> Trace:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [title for title, *_ in parts],
        "base": np.array([start / factor for *_, start, _, _ in parts]),
        "x": np.array([time_s / factor for *_, time_s, _ in parts]),
        "text": [escape(part[2]) if part[4] > _LEAST_TEXT * longest and part[1] else "" for part in parts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "both",
        "textfont": {"color": look.text},
        "hovertext": [
            f"<b>{escape(part[2])}</b><br>{escape(name)}<br>{figure(part[4], 's')}, {percent(part[5])} of the time"
            for part in parts
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "color": colour,
            "opacity": 0.55,
            "line": {"color": look.background, "width": 1},
            "pattern": {
                "shape": pattern,
                "fillmode": "overlay",
                "size": 6,
                "solidity": 0.15,
                "fgcolor": look.background,
            },
        },
    }


def removed_layers(layers: Sequence[RemovedLayer], look: Look) -> Figure:
    """Draw what pruning left of the multiply-accumulates of each layer, in the order in which they run.

    Args:
        layers: of the uncompressed network.
        look: colours.
    """
    places = np.arange(1, len(layers) + 1, dtype=float)
    before = np.array([layer.macs_before / 1e6 for layer in layers])
    now = np.array([layer.macs / 1e6 for layer in layers])
    skipped = np.array([layer.macs / 1e6 * layer.zeros / max(1, layer.parameters) for layer in layers])
    texts = [_layer_text(layer) for layer in layers]
    traces = [_columns("removed", places, before, look.muted, "", texts, look, 0.35)]
    traces.append(_columns("computed", places, now, look.hues[0], "", texts, look, 0.9))
    if skipped.any():
        traces.append(_columns("of that with zeros", places, skipped, look.hues[1], "/", texts, look, 0.9))
    x = {"title": {"text": "Layer, in the order in which they run"}, "dtick": max(1, len(layers) // 12)}
    y = {"title": {"text": "Million MACs"}, "rangemode": "tozero"}
    return {"data": traces, "layout": _layout(LAYERS_HEIGHT, x, y, look) | {"barmode": "overlay", "bargap": 0.25}}


def _columns(
    name: str, x: Any, y: Any, colour: str, pattern: str, texts: list[str], look: Look, opacity: float
) -> Trace:
    return {
        "type": "bar",
        "name": name,
        "x": x,
        "y": y,
        "hovertext": texts,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "color": colour,
            "opacity": opacity,
            "line": {"color": look.background, "width": 1},
            "pattern": {
                "shape": pattern,
                "fillmode": "overlay",
                "size": 6,
                "solidity": 0.3,
                "fgcolor": look.background,
            },
        },
    }


def _layer_text(layer: RemovedLayer) -> str:
    left = layer.macs / layer.macs_before if layer.macs_before else 1.0
    lines = [
        f"<b>{escape(layer.name)}</b> ({escape(layer.operator)})",
        f"{layer.macs_before / 1e6:,.3f} → {layer.macs / 1e6:,.3f} million MACs, {percent(1 - left)} removed",
        f"{layer.parameters_before:,} → {layer.parameters:,} weights",
    ]
    if layer.zeros:
        lines.append(f"{layer.zeros:,} of them zero, computed all the same")
    return "<br>".join(lines)


def _layout(height: int, x: dict[str, Any], y: dict[str, Any], look: Look) -> dict[str, Any]:
    return {
        "height": height,
        "margin": {"l": 12, "r": 12, "t": 12, "b": 12},
        "xaxis": themed(x, look) | {"automargin": True},
        "yaxis": themed(y, look) | {"automargin": True},
        "legend": {
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "itemclick": False,
            "traceorder": "normal",
        },
        "showlegend": True,
        **interaction(look),
    }
