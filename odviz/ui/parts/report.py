"""The buttons that download a report: HTML for a screen, PDF for paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from odviz.report.paper.document import Document
from odviz.report.paper.files import ReportFormat, written
from odviz.ui.parts.download import download_button


def buttons(document: Callable[[], Document], name: str, key: str, what: str = "Report", suffix: str = "") -> None:
    """Draw a button for each format; a file is made when its button is pressed.

    Args:
        document: makes the report.
        name: of the file, without an ending.
        key: of the buttons.
        what: the report is called in their labels.
        suffix: behind their labels.
    """
    with st.container(horizontal=True):
        for format in ReportFormat:
            download_button(
                f"{what} as {format.upper()}{suffix}",
                partial(_made, document, format),
                f"{name}.{format}",
                key=f"{key}-{format}",
                icon=":material/description:",
                help="The answer first, charts, figures, assumptions, machine and data in one file that works offline.",
            )


def _made(document: Callable[[], Document], format: ReportFormat) -> bytes:
    return written(document(), format)
