"""What leaves the page: tables as CSV and JSON, figures as HTML, PNG and SVG, and the address itself."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import streamlit as st

from odviz.domain.codec import to_json
from odviz.domain.objective import Objective
from odviz.services import evidence, export
from odviz.ui import data
from odviz.ui.data import Shown

PICTURE = "picture"
"""Key of the choice of format of the camera button."""


def downloads(shown: Shown, drawn: Mapping[Objective, go.Figure]) -> None:
    """Buttons for everything that can be taken away; each is made only when it is asked for."""
    name = f"odviz-{shown.record.id}"
    with st.popover("Download", icon=":material/download:"):
        st.download_button(
            "Table as CSV",
            lambda: data.csv_of(shown.record.id),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "Everything as JSON",
            lambda: _json(shown),
            f"{name}.json",
            "application/json",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "Figures as HTML",
            lambda: _html(shown, drawn),
            f"{name}.html",
            "text/html",
            on_click="ignore",
            width="stretch",
            help="One file that needs no network; what can be hovered over and zoomed here can be there.",
        )
        st.segmented_control(
            "Picture saved by a chart's camera button",
            ("png", "svg"),
            format_func=str.upper,
            default="png",
            required=True,
            key=PICTURE,
        )
        st.caption(
            f"The address of this page shows just this to somebody else. The measurement's id is `{shown.record.id}`."
        )


def _json(shown: Shown) -> str:
    return to_json(export.document(evidence.gather(data.store(), shown.record.id)), indent=2)


def _html(shown: Shown, drawn: Mapping[Objective, go.Figure]) -> str:
    """All figures in one page, with the one copy of plotly that they need."""
    parts = [
        figure.to_html(full_html=False, include_plotlyjs=index == 0, config={"displaylogo": False})
        for index, figure in enumerate(drawn.values())
    ]
    title = f"odviz {shown.record.id}: {shown.record.plan.task}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>{''.join(parts)}</body></html>"
    )
