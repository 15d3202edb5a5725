"""A figure as plotly's JSON has it: `{"data": [...], "layout": {...}}`, with numpy arrays in it.

Plain dictionaries, because plotly's own classes look at every value each time it is handed on, which for a page with
four fronts took longer than all the rest. The tests have plotly look at what is drawn.
"""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from odviz.charts.prevalidated_figure import Handed

Figure = dict[str, Any]
Trace = dict[str, Any]

NOTHING: Trace = {"type": "scatter", "name": "nothing"}
"""Plotly takes no figure without a trace."""

_SHORT = {"f": "f8", "i": "i4", "u": "u4"}
"""Number types of plotly.js by numpy's kinds; charts hold no integers beyond 32 bits."""


def ready(figure: Figure) -> Handed:
    """A figure as it leaves for a browser: with plotly's default template, and with its numbers packed."""
    from odviz.charts.prevalidated_figure import (
        Handed,  # here, because it needs plotly, and a page without a chart does not
    )

    packed = _packed(figure)
    return Handed(packed | {"layout": {"template": _template(), **packed["layout"]}})


def _packed(value: Any) -> Any:
    """The same with every array of numbers as plotly's typed array: a third of the text, and quick to write.

    See https://plotly.com/javascript/ on `bdata`; two-dimensional arrays are not used here.
    """
    if isinstance(value, dict):
        return {key: _packed(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(each) for each in value]
    if isinstance(value, np.ndarray) and (kind := _SHORT.get(value.dtype.kind)):
        data = np.ascontiguousarray(value, f"<{kind}")
        return {"dtype": kind, "bdata": base64.b64encode(data.tobytes()).decode("ascii")}
    return value


@cache
def _template() -> dict[str, Any]:
    """The template that is plotly's default in this process, as its own classes would have given it."""
    import plotly.io

    found: dict[str, Any] = plotly.io.templates[plotly.io.templates.default].to_plotly_json()
    return found
