"""One chart on a page, with the few buttons that all of them have."""

from __future__ import annotations

from typing import Any

import streamlit as st

from odviz.charts import Figure, ready
from odviz.ui.parts.layout import is_phone


def chart(figure: Figure, key: str, alt: str, picture: str = "png", **options: Any) -> None:
    """Draw a figure.

    Args:
        figure: as `odviz.charts` makes it.
        key: of the widget.
        alt: the chart for those who hear it.
        picture: format that the camera button saves.
        options: of `st.plotly_chart`.
    """
    config = {
        "displaylogo": False,
        "displayModeBar": False if is_phone() else "hover",  # there is no room for it beside the title
        # Each is a stop for those who use the keyboard: of all that a bar may hold, only the camera does something new.
        "modeBarButtons": [["toImage"]],
        "doubleClick": "reset",
        "toImageButtonOptions": {"format": picture, "scale": 2},
    }
    st.plotly_chart(ready(figure), key=key, alt=alt, config=config, **options)
