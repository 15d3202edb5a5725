"""What leaves the page: tables as CSV and JSON, figures as HTML, PNG and SVG, and the address itself."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.report import documents, tables
from odviz.serialization import to_json
from odviz.ui import data
from odviz.ui.analysis_view import AnalysisView
from odviz.ui.markup import plain
from odviz.ui.parts import page_file
from odviz.ui.parts.layout import is_phone

PICTURE = "picture"
"""Key of the choice of format of the camera button."""


def downloads(views: Sequence[AnalysisView], picked: Sequence[int]) -> None:
    """Buttons for everything that can be taken away; each is made only when it is asked for.

    Args:
        views: what is shown.
        picked: places in the plan of what is selected.
    """
    identity = views[0].record.id
    with st.popover("Download", icon=":material/download:"):
        for view in views:
            _tables(view, len(views) > 1)
        st.download_button(
            "This page as HTML",
            lambda: page_file.html(views, picked),
            f"odviz-{identity}.html",
            "text/html",
            on_click="ignore",
            width="stretch",
            help="Answer, figures and table in one file that needs no network; figures can be hovered over there, too.",
        )
        if not is_phone():  # where charts have no buttons; the page as HTML has
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
            f"The benchmark's id is `{identity}`."
        )


def _tables(view: AnalysisView, several: bool) -> None:
    device = view.analysis.device
    target = view.analysis.target
    name = f"odviz-{view.record.id}" + (f"-{target.key}" if device and target else "")
    of = f" ({plain(view.title)})" if several else ""
    st.download_button(
        f"Table as CSV{of}",
        lambda: tables.as_csv(data.benchmark_data_of(view.benchmark_view), view.analysis),
        f"{name}.csv",
        "text/csv",
        key=f"csv-{view.slot}",
        on_click="ignore",
        width="stretch",
    )
    st.download_button(
        f"Everything as JSON{of}",
        lambda: to_json(documents.document(data.benchmark_data_of(view.benchmark_view), view.analysis), indent=2),
        f"{name}.json",
        "application/json",
        key=f"json-{view.slot}",
        on_click="ignore",
        width="stretch",
    )
