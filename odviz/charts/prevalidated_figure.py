"""A figure in the form in which Streamlit takes it as it is."""

from __future__ import annotations

from typing import Any

from plotly.basedatatypes import BaseFigure


class Handed(BaseFigure):  # type: ignore[misc]  # plotly has no types
    """One of plotly's figures that is handed on without a look at it.

    Streamlit validates a dictionary before it sends it, which for a page with four fronts took longer than all the
    rest; it takes the word of plotly's own figures. What odviz draws is validated in its tests instead.

    Args:
        figure: plotly's JSON, whole.
    """

    def __init__(self, figure: dict[str, Any]) -> None:
        # Not plotly's own: that is what validates.
        self._handed = figure

    def to_dict(self) -> dict[str, Any]:
        """Plotly's JSON."""
        return self._handed
