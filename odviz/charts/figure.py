"""Figures in plotly's JSON form: `{"data": [...], "layout": {...}}`, with numpy arrays as values.

Figures are plain dictionaries, because plotly's own classes validate every value, which took longer than all other work
on a page with four fronts. The tests validate the figures with plotly instead.
"""

from __future__ import annotations

import base64
import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from odviz.charts.prevalidated_figure import PrevalidatedFigure

Figure = dict[str, Any]
Trace = dict[str, Any]

EMPTY_TRACE: Trace = {"type": "scatter", "name": "nothing"}
"""Plotly requires at least one trace."""

_FEW = 500
"""Points of a figure up to which numbers are written as such."""

_NESTED = (dict, list, tuple, np.ndarray)
"""Types of values that are looked into: most values of a figure are numbers and texts."""

_DTYPES = {"f": "f8", "i": "i4", "u": "u4"}
"""plotly.js number types by numpy kind; charts contain no integers beyond 32 bits."""


def ready(figure: Figure) -> PrevalidatedFigure:
    """The figure to send to a browser: with plotly's default template, and its arrays packed."""
    from odviz.charts.prevalidated_figure import PrevalidatedFigure  # imports plotly, which pages without charts avoid

    packed = _packed(figure, is_small=sum(len(trace.get("x", ())) for trace in figure["data"]) <= _FEW)
    return PrevalidatedFigure(packed | {"layout": {"template": _template(), **packed["layout"]}})


def _packed(value: Any, is_small: bool) -> Any:
    """A copy with each array of numbers as plotly's typed array (`bdata`): a third of the size, and fast to write.

    In a small figure they become lists: plotly takes a typed array for another one whenever it is to draw the same
    figure. Two-dimensional arrays do not occur.
    """
    if isinstance(value, dict):
        return {key: _packed(item, is_small) if isinstance(item, _NESTED) else item for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_packed(item, is_small) if isinstance(item, _NESTED) else item for item in value]
    if isinstance(value, np.ndarray) and (dtype := _DTYPES.get(value.dtype.kind)):
        if is_small:
            return [None if math.isnan(number) else number for number in value.tolist()]
        data = np.ascontiguousarray(value, f"<{dtype}")
        return {"dtype": dtype, "bdata": base64.b64encode(data.tobytes()).decode("ascii")}
    return value


@cache
def _template() -> dict[str, Any]:
    """Plotly's default template of this process, as its own classes would add it."""
    import plotly.io

    template: dict[str, Any] = plotly.io.templates[plotly.io.templates.default].to_plotly_json()
    return template
