"""A plotly figure that skips validation."""

from __future__ import annotations

from typing import Any

from plotly.basedatatypes import BaseFigure


class PrevalidatedFigure(BaseFigure):  # type: ignore[misc]  # plotly has no types
    """A figure that Streamlit sends as it is.

    Streamlit validates dictionaries but not plotly's own figures; see `odviz.charts.figure` for the cost.

    Args:
        figure: plotly's complete JSON form.
    """

    def __init__(self, figure: dict[str, Any]) -> None:
        # Does not call BaseFigure.__init__, which validates.
        self._figure = figure

    def to_dict(self) -> dict[str, Any]:
        """Plotly's JSON form."""
        return self._figure
