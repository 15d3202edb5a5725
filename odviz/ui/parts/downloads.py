"""What leaves the page: tables as CSV and JSON, figures as HTML, PNG and SVG, and the address itself."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from odviz.charts import ready
from odviz.domain.codec import to_json
from odviz.services import export
from odviz.ui import data
from odviz.ui.parts.fronts import Drawn, View

PICTURE = "picture"
"""Key of the choice of format of the camera button."""


def downloads(views: Sequence[View], drawn: Drawn) -> None:
    """Buttons for everything that can be taken away; each is made only when it is asked for."""
    identity = views[0].shown.record.id
    with st.popover("Download", icon=":material/download:"):
        for view in views:
            _tables(view, len(views) > 1)
        st.download_button(
            "Figures as HTML",
            lambda: _html(views, drawn),
            f"odviz-{identity}.html",
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
            "The address of this page shows just this again, to everybody who reaches this odviz; give others a file. "
            f"The measurement's id is `{identity}`."
        )


def _tables(view: View, several: bool) -> None:
    device = view.tradeoff.device
    name = f"odviz-{view.shown.record.id}" + (f"-{device.name}" if device else "")
    of = f" ({view.shown.place})" if several else ""
    st.download_button(
        f"Table as CSV{of}",
        lambda: export.as_csv(data.evidence_of(view.shown), view.tradeoff),
        f"{name}.csv",
        "text/csv",
        on_click="ignore",
        width="stretch",
    )
    st.download_button(
        f"Everything as JSON{of}",
        lambda: to_json(export.document(data.evidence_of(view.shown), tradeoff=view.tradeoff), indent=2),
        f"{name}.json",
        "application/json",
        on_click="ignore",
        width="stretch",
    )


def _html(views: Sequence[View], drawn: Drawn) -> str:
    """All figures in one page, with the one copy of plotly that they need."""
    from plotly.io import to_html

    every = [figure for row in drawn.values() for figure in row]
    parts = [
        to_html(
            ready(figure),
            full_html=False,
            include_plotlyjs=index == 0,
            config={"displaylogo": False},
            validate=False,
        )
        for index, figure in enumerate(every)
    ]
    record = views[0].shown.record
    title = escape(f"odviz {record.id}: {record.plan.task}, {' and '.join(view.shown.place for view in views)}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1>{''.join(parts)}</body></html>"
    )
