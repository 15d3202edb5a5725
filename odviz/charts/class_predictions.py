"""What a class predicts: how many chose each answer, or whose ranges hold each part of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np

from odviz.charts.annotations import interaction
from odviz.charts.axes import themed
from odviz.charts.figure import Figure
from odviz.charts.palette import Look
from odviz.domain.lesson import AnswerScale, Prediction, Question
from odviz.units import figure, percent

_BINS, _BINS_PER_TICK = 20, 5
_HEIGHT_PX = 240


def histogram(question: Question, predictions: Sequence[Prediction], look: Look) -> Figure:
    """Draw the predictions of a class.

    Args:
        question: that was asked.
        predictions: of the pupils.
        look: colours.
    """
    scale = question.scale
    edges = _edges(scale) if scale else []
    if scale is None:
        labels = list(question.choices.values())
        counts = [sum(one.choice == name for one in predictions) for name in question.choices]
    else:
        labels = [f"{_written(low, scale)} to {_written(high, scale)}" for low, high in pairwise(edges)]
        counts = [_holding(predictions, low, high) for low, high in pairwise(edges)]
    bars: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "y": np.arange(len(labels)),
        "x": np.array(counts),
        "marker": {"color": look.hues[0]},
        "hovertemplate": "%{customdata}: %{x}<extra></extra>",
        "customdata": np.array([escape(label) for label in labels]),
        "text": [escape(label) for label in labels] if scale is None else None,
        "textposition": "auto",
    }
    ticks = () if scale is None else range(0, _BINS + 1, _BINS_PER_TICK)
    vertical = {
        "title": {"text": ""},
        "tickvals": [tick - 0.5 for tick in ticks],  # the lower end of a bar
        "ticktext": [escape(_written(edges[tick], scale)) for tick in ticks if scale],
        "fixedrange": True,
        "autorange": "reversed",
    }
    title = "pupils" if scale is None else "pupils whose range holds it"
    return {
        "data": [bars],
        "layout": {
            "height": _HEIGHT_PX if scale is None else 2 * _HEIGHT_PX,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 40},
            "xaxis": themed({"title": {"text": title}, "rangemode": "tozero", "dtick": _step(max(counts))}, look)
            | {"fixedrange": True},
            "yaxis": themed(vertical, look) | {"automargin": True},
            "bargap": 0.3 if scale is None else 0.04,
            "showlegend": False,
            **interaction(look),
        },
    }


def _edges(scale: AnswerScale) -> list[float]:
    if scale.log:
        return [float(edge) for edge in np.geomspace(scale.low, scale.high, _BINS + 1)]
    return [float(edge) for edge in np.linspace(scale.low, scale.high, _BINS + 1)]


def _holding(predictions: Sequence[Prediction], low: float, high: float) -> int:
    """How many ranges overlap a part of the scale."""
    ranges = [one.range for one in predictions if one.range]
    return sum(one.low <= high and low <= one.high for one in ranges)


def _written(value: float, scale: AnswerScale) -> str:
    return percent(value) if scale.unit == "1" else figure(value, scale.unit)


def _step(most: int) -> int:
    """Whole pupils between ticks."""
    return max(1, most // 5)
