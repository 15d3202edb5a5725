"""Charts of a target's measurements: latency against MACs, and predicted against measured latency."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from odviz.analysis.device_calibration import HeldOutPrediction
from odviz.arrays import Floats
from odviz.charts.annotations import interaction, note
from odviz.charts.axes import Range, cost_range, log_axis, themed
from odviz.charts.figure import EMPTY_TRACE, Figure, Trace
from odviz.charts.palette import HUES, Look, shape_of
from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.estimate import Provenance
from odviz.domain.published import PublishedRow
from odviz.projection.features import family_of
from odviz.units import figure

HEIGHT = 400
OTHERS = "other families"
"""Name of all families beyond the largest few, which share one colour."""

_MILLION = 1e6
_SIZE_PX = 11
_HOVER_CHARACTERS = 60
_MAX_TICKS = 4
_BAND_REACH = 30.0
"""Factor of MACs by which the band of odviz's own networks may extend beyond the measurements."""


def measured(rows: Sequence[PublishedRow], look: Look, own_macs: tuple[float, float] | None = None) -> Figure:
    """Draw measured latency against MACs on log axes, with a colour and shape for each of the largest families.

    Args:
        rows: measurements of one target; those without MACs are not drawn.
        look: colours.
        own_macs: fewest and most MACs of odviz's own networks, shown as a band.
    """
    drawn = [row for row in rows if row.macs]
    macs = np.array([row.macs / _MILLION for row in drawn if row.macs], float)
    seconds = np.array([row.latency_s for row in drawn], float)
    traces = []
    for family, colour, indices in _by_family([family_of(row.model) for row in drawn]):
        group = [drawn[index] for index in indices]
        texts, provenances = [_measurement_text(row) for row in group], [row.provenance for row in group]
        traces.append(_markers(family, macs[indices], seconds[indices], texts, colour, look, provenances))
    band = _band(macs, own_macs)
    x, y = _macs_axis(*_range(np.array((*macs, *band)))), log_axis("Latency", *_range(seconds), "s")
    layout = _layout("Measured latency", x, y, look)
    if band and own_macs:
        layout |= _draw_band(band, extends_left=band[0] * _MILLION > own_macs[0], look=look)
    if not drawn:
        layout["annotations"] = [note("The MACs of these networks are not known", look, x=0.5, y=0.5)]
    return {"data": traces or [EMPTY_TRACE], "layout": layout}


def predicted(networks: Sequence[HeldOutPrediction], factor: float, look: Look) -> Figure:
    """Draw predicted against measured latency, each network predicted without its whole family.

    Args:
        networks: those that were held out.
        factor: of the usual interval, drawn as two dashed lines around the line of exact prediction.
        look: colours.
    """
    measurements = np.array([network.measured for network in networks], float)
    predictions = np.array([network.predicted for network in networks], float)
    first, last = _range(np.concatenate([measurements, predictions]))
    lines = [_factor_line((first, last), times, look) for times in (1.0, factor, 1 / factor)]
    markers = [
        _markers(
            family,
            measurements[indices],
            predictions[indices],
            [_prediction_text(networks[index]) for index in indices],
            colour,
            look,
            [Provenance.PROJECTED] * len(indices),
        )
        for family, colour, indices in _by_family([network.family for network in networks])
    ]
    x, y = _few_ticks(log_axis("Measured", first, last, "s")), log_axis("Predicted", first, last, "s")
    return {"data": [*lines, *markers], "layout": _layout("Latency predicted from the other families", x, y, look)}


def _by_family(families: Sequence[str]) -> list[tuple[str, int, list[int]]]:
    """Families by size, each with the index of its colour and its members; small ones share the last colour."""
    sizes = Counter(families)
    ranked = sorted(sizes, key=lambda name: (-sizes[name], name))  # a family keeps its colour in any order of rows
    named = ranked if len(ranked) <= len(HUES) else ranked[: len(HUES) - 1]
    groups = [
        (name, colour, [index for index, family in enumerate(families) if family == name])
        for colour, name in enumerate(named)
    ]
    rest = [index for index, family in enumerate(families) if family not in named]
    return [*groups, (OTHERS, len(HUES) - 1, rest)] if rest else groups


def _markers(
    name: str,
    x: Floats,
    y: Floats,
    texts: Sequence[str],
    colour: int,
    look: Look,
    provenances: Sequence[Provenance],
) -> Trace:
    shapes = tuple(map(str, range(len(HUES))))
    symbols = [shape_of(str(colour), shapes, provenance) for provenance in provenances]
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "markers",
        "name": escape(name),
        "marker": {
            "symbol": symbols,
            "size": _SIZE_PX,
            "color": look.hues[colour % len(HUES)],
            "line": {"color": look.background, "width": 1},
        },
        "hovertext": list(texts),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _measurement_text(row: PublishedRow) -> str:
    lines = [
        f"<b>{escape(row.model)}</b>",
        f"Family: {escape(family_of(row.model))}",
        f"Latency: {figure(row.latency_s, 's')} <i>({PROVENANCE_TITLES[row.provenance]})</i>",
        f"MACs: {_millions((row.macs or 0) / _MILLION)} million",
    ]
    if row.power_w is not None:
        lines.append(f"Power: {row.power_w:.3g} W")
    source = f"{row.source} ({row.source_version})" if row.source_version else row.source
    return "<br>".join([*lines, *map(escape, textwrap.wrap(source, _HOVER_CHARACTERS))])


def _prediction_text(network: HeldOutPrediction) -> str:
    error = network.predicted / network.measured - 1
    return "<br>".join(
        (
            f"<b>{escape(network.name)}</b>",
            f"Measured: {figure(network.measured, 's')} <i>({PROVENANCE_TITLES[network.provenance]})</i>",
            f"Predicted: {figure(network.predicted, 's')}, off by {100 * error:+z.0f} %".replace("-", "−"),
            f"<i>from all families but {escape(network.family)}</i>",
        )
    )


def _factor_line(span: Range, factor: float, look: Look) -> Trace:
    """Predicted = factor × measured, a straight line on log axes."""
    return {
        "type": "scatter",
        "x": span,
        "y": [end * factor for end in span],
        "mode": "lines",
        "line": {"color": look.muted, "width": 1, "dash": "solid" if factor == 1 else "dash"},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _range(values: Floats) -> Range:
    return cost_range(values, values, values, None)


def _few_ticks(axis: dict[str, Any]) -> dict[str, Any]:
    """The axis with so few ticks that plotly does not rotate them on a phone."""
    every = math.ceil(len(axis["tickvals"]) / _MAX_TICKS)
    return axis | {"tickvals": axis["tickvals"][::every], "ticktext": axis["ticktext"][::every], "tickangle": 0}


def _macs_axis(first: float, last: float) -> dict[str, Any]:
    """A log axis in million MACs."""
    axis = _few_ticks(log_axis("", first, last, "s"))
    return axis | {
        "title": {"text": "Million multiply-accumulates (MACs, log scale)"},
        "ticktext": [_millions(tick) for tick in axis["tickvals"]],
    }


def _millions(value: float) -> str:
    return f"{float(f'{value:.3g}'):,.10g}"


def _band(macs: Floats, own_macs: tuple[float, float] | None) -> tuple[float, float] | tuple[()]:
    """MACs of odviz's own networks in million, cut off far from the measurements; empty if nothing is left."""
    if own_macs is None or not len(macs):
        return ()
    low = max(own_macs[0] / _MILLION, macs.min() / _BAND_REACH)
    high = min(own_macs[1] / _MILLION, macs.max() * _BAND_REACH)
    return (low, high) if low < high else ()


def _draw_band(span: Range, extends_left: bool, look: Look) -> dict[str, Any]:
    """A pale band, with an arrow where it was cut off on the left."""
    band = {"type": "rect", "x0": span[0], "x1": span[1], "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
    band |= {"fillcolor": look.grid, "opacity": 0.6, "line": {"width": 0}}
    label = note("← odviz's own networks" if extends_left else "odviz's own networks", look, y=1.0, yanchor="top")
    middle = float(np.log10(np.sqrt(span[0] * span[1])))
    return {"shapes": [band], "annotations": [label | {"x": middle, "xref": "x"}]}


def _layout(title: str, x: dict[str, Any], y: dict[str, Any], look: Look) -> dict[str, Any]:
    return {
        "title": {"text": title, "font": {"size": 15}},
        "height": HEIGHT,
        "margin": {"l": 60, "r": 12, "t": 40, "b": 60},
        "xaxis": themed(x, look),
        "yaxis": themed(y, look),
        **interaction(look),
        "legend": {"orientation": "h", "y": -0.27, "yanchor": "top", "x": 0, "itemclick": False, "title": {"text": ""}},
        "showlegend": True,
    }
