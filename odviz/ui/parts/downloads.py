"""Downloads: the report as HTML and PDF, the table as CSV, all results as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from odviz.report import documents, tables
from odviz.report.commands import recommendation_command
from odviz.report.markdown import plain
from odviz.report.paper.document import Document
from odviz.report.recommendation_report import recommendation_report
from odviz.report.view import AnalysisView
from odviz.serialization import to_json
from odviz.ui.parts import report
from odviz.ui.parts.download import download_button
from odviz.ui.parts.layout import is_phone

PICTURE = "picture"
"""Key of the choice of a format for the camera button of charts."""


def downloads(views: Sequence[AnalysisView]) -> None:
    """Draw the download menu; a file is made when its button is pressed.

    Args:
        views: the analyses on the page.
    """
    benchmark_id = views[0].record.id
    with st.popover("Download", icon=":material/download:"):
        for view in views:
            suffix = f" ({plain(view.title)})" if len(views) > 1 else ""
            report.buttons(partial(_report, view), _file_name(view), f"report-{view.slot}", suffix=suffix)
            _tables(view, suffix)
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


def _report(view: AnalysisView) -> Document:
    return recommendation_report(view, recommendation_command(view.record.id, view.analysis))


def _file_name(view: AnalysisView) -> str:
    """The name of a view's files, without an ending."""
    device, target = view.analysis.device, view.analysis.target
    return f"odviz-{view.record.id}" + (f"-{target.key}" if device and target else "")


def _tables(view: AnalysisView, suffix: str) -> None:
    name = _file_name(view)
    download_button(
        f"Table as CSV{suffix}",
        lambda: tables.as_csv(view.benchmark_view.data, view.analysis),
        f"{name}.csv",
        key=f"csv-{view.slot}",
        width="stretch",
    )
    download_button(
        f"Everything as JSON{suffix}",
        lambda: to_json(documents.document(view.benchmark_view.data, view.analysis), indent=2),
        f"{name}.json",
        key=f"json-{view.slot}",
        width="stretch",
    )
