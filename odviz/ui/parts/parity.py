"""Whether the programs that run a variant's file give the same answers: a button that compares them, and the result."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.domain.errors import UnknownName
from odviz.domain.model import Artifact
from odviz.domain.parity import ParityReport, RuntimeParity
from odviz.domain.target import OperatingPoint
from odviz.execution.progress import Progress
from odviz.library.rights import may_change
from odviz.report import parity_text
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.services import naming, parity
from odviz.ui import data
from odviz.ui.parts.data_table import rows_table
from odviz.ui.parts.layout import error_boundary


@st.fragment  # the rest of the page stays usable while programs are compared
def parity_of(view: AnalysisView, candidate: Candidate, key: str) -> None:
    """Draw the result of a comparison, or a button that makes it; nothing without a file.

    Args:
        view: the analysis that the variant belongs to.
        candidate: the variant.
        key: of the button.
    """
    point = candidate.host_point
    stored = view.benchmark_view.data.files.get(point)
    if stored is None or not may_change():
        return
    try:
        report = parity.kept(point.variant, stored.file.sha256, point.target.threads)
    except UnknownName:  # its task no longer exists
        return
    if report is None:
        report = _compared(point, stored.file, key)
    if report is not None:
        _show(report, key)


def _compared(point: OperatingPoint, file: Artifact, key: str) -> ParityReport | None:
    """Draw the button; the result, once it was pressed."""
    place = st.empty()
    pressed = place.button(
        "Compare programs",
        key=key,
        icon=":material/compare_arrows:",
        help="Do all programs (runtimes) on this computer give the same answers with this file? If not: from which "
        "layer on, and why. Takes a few seconds to a few minutes; nothing is measured meanwhile.",
    )
    compared = None
    if pressed:
        with error_boundary():
            bar = place.progress(0.0, "Starting")

            def report(progress: Progress) -> None:
                bar.progress(progress.share, plain(progress.label))

            compared = parity.compare(data.store(), point.variant, file, point.target.threads, report)
            place.empty()
    return compared


def _show(report: ParityReport, key: str) -> None:
    if report.disagreeing:
        st.warning(plain(parity_text.headline(report)), icon=":material/compare_arrows:")
    else:
        st.markdown(f":material/check: {plain(parity_text.headline(report))}")
    headings, rows = parity_text.runtime_rows(report)
    with st.expander("Figures of each program", expanded=bool(report.disagreeing), key=f"figures-{key}"):
        rows_table(headings, rows, "What each program makes of the file")
        st.caption(parity_text.EXPLANATION)
    for row in report.disagreeing:
        _reasons(row, key)
    if report.cut_short:
        st.caption("Time ran out before all was tried; pressing the button again goes on where it can.")


def _reasons(row: RuntimeParity, key: str) -> None:
    """Draw where and why a program disagrees."""
    if sentences := [plain(sentence) for sentence in (parity_text.cause(row), parity_text.where(row)) if sentence]:
        st.markdown(f"**{naming.runtime(row.runtime)}**  \n" + "  \n".join(sentences))
    if row.experiments:
        with st.expander(f"What was tried with {naming.runtime(row.runtime)}", key=f"tried-{key}-{row.runtime}"):
            rows_table(parity_text.TRIED, parity_text.experiment_rows(row), "Each change, and the difference it leaves")
