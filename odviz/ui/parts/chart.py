"""A plotly chart with the few buttons that all charts of the page share."""

from __future__ import annotations

from typing import Any

import streamlit as st

from odviz.charts import Figure, ready
from odviz.ui.parts.layout import is_phone


def chart(figure: Figure, key: str, alt: str, picture: str = "png", **options: Any) -> None:
    """Draw a figure.

    Args:
        figure: from `odviz.charts`.
        key: of the widget.
        alt: text alternative.
        picture: format that the camera button saves.
        options: of `st.plotly_chart`.
    """
    config = {
        "displaylogo": False,
        "displayModeBar": False if is_phone() else "hover",  # on a phone it would cover the title
        # Each button is a tab stop for keyboard users; only the camera offers something of its own.
        "modeBarButtons": [["toImage"]],
        "doubleClick": "reset",
        "toImageButtonOptions": {"format": picture, "scale": 2},
    }
    st.plotly_chart(ready(figure), key=key, alt=alt, config=config, **options)
