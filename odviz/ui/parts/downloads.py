"""Downloads: the table as CSV, all results as JSON, the page as HTML."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.report import documents, page_file, tables
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.serialization import to_json
from odviz.ui.parts.layout import is_phone

PICTURE = "picture"
"""Key of the choice of a format for the camera button of charts."""


def downloads(views: Sequence[AnalysisView], selected: Sequence[int]) -> None:
    """Draw the download menu; a file is made when its button is pressed.

    Args:
        views: the analyses on the page.
        selected: positions in the plan of the selected variants.
    """
    benchmark_id = views[0].record.id
    with st.popover("Download", icon=":material/download:"):
        for view in views:
            _tables(view, len(views) > 1)
        st.download_button(
            "This page as HTML",
            lambda: page_file.html(views, selected),
            f"odviz-{benchmark_id}.html",
            "text/html",
            on_click="ignore",
            width="stretch",
            help="Recommendation, charts and table in one file that works offline, with interactive charts.",
        )
        if not is_phone():  # where charts have no camera button
            st.segmented_control(
                "Picture saved by a chart's camera button",
                ("png", "svg"),
                format_func=str.upper,
                default="png",
                required=True,
                key=PICTURE,
            )
        st.caption(
            "The address of this page shows the same to everybody who uses this odviz; give others a file. "
            f"The benchmark's id is `{benchmark_id}`."
        )


def _tables(view: AnalysisView, show_device: bool) -> None:
    device = view.analysis.device
    target = view.analysis.target
    name = f"odviz-{view.record.id}" + (f"-{target.key}" if device and target else "")
    suffix = f" ({plain(view.title)})" if show_device else ""
    st.download_button(
        f"Table as CSV{suffix}",
        lambda: tables.as_csv(view.benchmark_view.data, view.analysis),
        f"{name}.csv",
        "text/csv",
        key=f"csv-{view.slot}",
        on_click="ignore",
        width="stretch",
    )
    st.download_button(
        f"Everything as JSON{suffix}",
        lambda: to_json(documents.document(view.benchmark_view.data, view.analysis), indent=2),
        f"{name}.json",
        "application/json",
        key=f"json-{view.slot}",
        on_click="ignore",
        width="stretch",
    )
