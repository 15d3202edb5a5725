"""What was measured on a target: latency against MACs, and what is predicted of networks that were left out."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from odviz.analysis.held_out import HeldOutPrediction
from odviz.charts.axes import cost_axis, cost_range, dressed
from odviz.charts.figure import NOTHING, Figure, Trace
from odviz.charts.palette import HUES, Look, shape_of
from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.estimate import Provenance
from odviz.domain.published import PublishedRow
from odviz.projection import family_of
from odviz.units import figure

HEIGHT = 400
OTHERS = "other families"
"""What families beyond the largest few are called together: more colours could not be told apart."""

_OWN_COLOURS = len(HUES) - 1
_MILLION = 1e6
_SIZE = 11
_HOVER_WIDE = 60
_MOST_TICKS = 4
_FAR = 30.0
"""How far beyond what was measured the picture reaches for odviz's own networks, as a factor of MACs."""


def measured(rows: Sequence[PublishedRow], look: Look, shipped: tuple[float, float] | None = None) -> Figure:
    """Measured latency against MACs, both on log axes, a colour and a shape for each of the largest families.

    Args:
        rows: of one target; those without MACs have no place in the picture.
        look: colours.
        shipped: fewest and most MACs of the networks that odviz ships, marked on the axis.
    """
    there = [row for row in rows if row.macs]
    macs = np.array([row.macs / _MILLION for row in there if row.macs], float)
    seconds = np.array([row.latency_s for row in there], float)
    families = [family_of(row.model) for row in there]
    points = []
    for name, at, places in _groups(families):
        group = [there[place] for place in places]
        words, kinds = [_row_words(row) for row in group], [row.provenance for row in group]
        points.append(_points(name, macs[places], seconds[places], words, at, look, kinds))
    band = _band(macs, shipped)
    x, y = _macs_axis(*_ends(np.array((*macs, *band)))), cost_axis("Latency", *_ends(seconds), "s")
    layout = _layout("Latency that was measured", x, y, look)
    if band and shipped:
        layout |= _shipped(band, band[0] * _MILLION > shipped[0], look)
    if not there:
        layout["annotations"] = [_note("The MACs of these networks are not known", look, x=0.5, y=0.5)]
    return {"data": points or [NOTHING], "layout": layout}


def predicted(networks: Sequence[HeldOutPrediction], factor: float, look: Look) -> Figure:
    """Predicted against measured latency, each network predicted without its whole family.

    Args:
        networks: those that were left out.
        factor: of the usual interval; two dashed lines lie this factor above and below the line of no error.
        look: colours.
    """
    seen = np.array([each.measured for each in networks], float)
    said = np.array([each.predicted for each in networks], float)
    first, last = _ends(np.concatenate([seen, said]))
    lines = [_line((first, last), times, look) for times in (1.0, factor, 1 / factor)]
    families = [each.family for each in networks]
    groups = [
        _points(
            name,
            seen[places],
            said[places],
            [_left_out_words(networks[place]) for place in places],
            at,
            look,
            [Provenance.PROJECTED] * len(places),
        )
        for name, at, places in _groups(families)
    ]
    x, y = _few_ticks(cost_axis("Measured", first, last, "s")), cost_axis("Predicted", first, last, "s")
    return {"data": [*lines, *groups], "layout": _layout("Latency that the other families promise", x, y, look)}


def _groups(families: Sequence[str]) -> list[tuple[str, int, list[int]]]:
    """Families by size with the place of their colour; those beyond the largest few share the last one."""
    sizes = Counter(families)
    ranked = sorted(sizes, key=lambda name: (-sizes[name], name))  # whatever the order, a family keeps its colour
    own = ranked if len(ranked) <= len(HUES) else ranked[:_OWN_COLOURS]
    found = [(name, at, [place for place, each in enumerate(families) if each == name]) for at, name in enumerate(own)]
    rest = [place for place, each in enumerate(families) if each not in own]
    return [*found, (OTHERS, _OWN_COLOURS, rest)] if rest else found


def _points(
    name: str,
    x: Any,
    y: Any,
    words: Sequence[str],
    at: int,
    look: Look,
    provenances: Sequence[Provenance],
) -> Trace:
    colour = look.hues[at % len(HUES)]
    shapes = tuple(map(str, range(len(HUES))))
    symbols = [shape_of(str(at), shapes, each) for each in provenances]
    return {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "markers",
        "name": escape(name),
        "marker": {"symbol": symbols, "size": _SIZE, "color": colour, "line": {"color": look.background, "width": 1}},
        "hovertext": list(words),
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _row_words(row: PublishedRow) -> str:
    lines = [
        f"<b>{escape(row.model)}</b>",
        f"Family: {escape(family_of(row.model))}",
        f"Latency: {figure(row.latency_s, 's')} <i>({PROVENANCE_TITLES[row.provenance]})</i>",
        f"MACs: {_millions((row.macs or 0) / _MILLION)} million",
    ]
    if row.power_w is not None:
        lines.append(f"Power: {row.power_w:.3g} W")
    source = f"{row.source} ({row.source_version})" if row.source_version else row.source
    return "<br>".join([*lines, *map(escape, textwrap.wrap(source, _HOVER_WIDE))])


def _left_out_words(each: HeldOutPrediction) -> str:
    off = each.predicted / each.measured - 1
    return "<br>".join(
        (
            f"<b>{escape(each.name)}</b>",
            f"Measured: {figure(each.measured, 's')} <i>({PROVENANCE_TITLES[each.provenance]})</i>",
            f"Predicted: {figure(each.predicted, 's')}, off by {100 * off:+.0f} %".replace("-", "−"),
            f"<i>from all families but {escape(each.family)}</i>",
        )
    )


def _line(ends: tuple[float, float], times: float, look: Look) -> Trace:
    """Predicted = measured, or a factor off; a straight line on log axes."""
    dash = "solid" if times == 1 else "dash"
    return {
        "type": "scatter",
        "x": ends,
        "y": [end * times for end in ends],
        "mode": "lines",
        "line": {"color": look.muted, "width": 1, "dash": dash},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _ends(values: Any) -> tuple[float, float]:
    return cost_range(values, values, values, None)


def _few_ticks(axis: dict[str, Any]) -> dict[str, Any]:
    """The same axis with so few ticks that they lie side by side on a phone, where they would be turned otherwise."""
    every = math.ceil(len(axis["tickvals"]) / _MOST_TICKS)
    return axis | {"tickvals": axis["tickvals"][::every], "ticktext": axis["ticktext"][::every], "tickangle": 0}


def _macs_axis(first: float, last: float) -> dict[str, Any]:
    """A log axis in million MACs."""
    axis = _few_ticks(cost_axis("", first, last, "s"))
    return axis | {
        "title": {"text": "Million multiply-accumulates (MACs, log scale)"},
        "ticktext": [_millions(tick) for tick in axis["tickvals"]],
    }


def _millions(value: float) -> str:
    return f"{float(f'{value:.3g}'):,.10g}"


def _band(macs: Any, shipped: tuple[float, float] | None) -> tuple[float, float] | tuple[()]:
    """The MACs of odviz's own networks, in million, as far as they are near to what was measured."""
    if shipped is None or not len(macs):
        return ()
    low, high = max(shipped[0] / _MILLION, macs.min() / _FAR), min(shipped[1] / _MILLION, macs.max() * _FAR)
    return (low, high) if low < high else ()


def _shipped(ends: tuple[float, float], further: bool, look: Look) -> dict[str, Any]:
    """A pale band where odviz's own networks lie, with an arrow if more of them lie further left."""
    band = {"type": "rect", "x0": ends[0], "x1": ends[1], "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
    band |= {"fillcolor": look.grid, "opacity": 0.6, "line": {"width": 0}}
    words = _note("← odviz's own networks" if further else "odviz's own networks", look, y=1.0, yanchor="top")
    middle = float(np.log10(np.sqrt(ends[0] * ends[1])))
    return {"shapes": [band], "annotations": [words | {"x": middle, "xref": "x"}]}


def _layout(title: str, x: dict[str, Any], y: dict[str, Any], look: Look) -> dict[str, Any]:
    return {
        "title": {"text": title, "font": {"size": 15}},
        "height": HEIGHT,
        "margin": {"l": 60, "r": 12, "t": 40, "b": 60},
        "xaxis": dressed(x, look),
        "yaxis": dressed(y, look),
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "bgcolor": look.background, "font": {"color": look.text, "size": 12}},
        "legend": {"orientation": "h", "y": -0.27, "yanchor": "top", "x": 0, "itemclick": False, "title": {"text": ""}},
        "showlegend": True,
    }


def _note(text: str, look: Look, **place: Any) -> dict[str, Any]:
    """Words at a place of the picture."""
    font = {"color": look.muted, "size": 12}
    return {"text": text, "xref": "paper", "yref": "paper", "showarrow": False, "font": font} | place
