"""The model file of a variant: download, and instructions to run it."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.analysis.device_estimate import runs
from odviz.domain.errors import FileRefused, OdvizError
from odviz.formats import FORMATS
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.services import naming
from odviz.services.how_to_run import how_to_run
from odviz.services.model_file import contents, model_file, name_of
from odviz.units import figure


def instructions(candidate: Candidate) -> None:
    """Draw how to run a variant's file; nothing when its task no longer exists.

    In a popover, whose content the browser loads when it is opened: the code viewer takes as long to load as a chart.
    """
    point = candidate.host_point
    try:
        guide = how_to_run(point, name_of(point))
    except OdvizError:
        return
    with st.popover("How to run it", icon=":material/terminal:"):
        st.markdown(f"**It takes** {plain(guide.takes)}.")
        st.code(guide.code, "python")
        st.markdown(guide.card)


def download(view: AnalysisView, candidate: Candidate, key: str) -> None:
    """Draw a download button for a variant's file, or how to make the file again.

    Args:
        view: the analysis that the variant belongs to.
        candidate: the variant.
        key: of the button.
    """
    point = candidate.host_point
    try:
        file = model_file(view.benchmark_view.data, point)
    except FileRefused as error:
        st.caption(f"Its file cannot be downloaded: {plain(str(error))}")
        return
    if file is None:
        command = f"odviz variants {point.variant.task} {point.variant.model} --recipe '{point.variant.recipe}'"
        st.caption(f"Its file was removed from the cache; `{command}` makes it again.")
        return
    file_format, runtime = FORMATS[point.variant.format].title, naming.runtime(point.target.runtime)
    st.download_button(
        f"Model file ({figure(file.artifact.size_bytes, 'B')})",
        lambda: contents(file),
        file.name,
        "application/octet-stream",
        key=key,
        icon=":material/deployed_code:",
        on_click="ignore",
        help=f"The file that was measured, in the format {file_format}, which {runtime} runs here. "
        f"sha256 {file.artifact.sha256}.",
    )
    target = view.analysis.target
    if target is not None and not runs(target, point.variant.format):
        device_runtime = plain(naming.runtime(candidate.result.point.target.runtime))
        st.caption(f"This is the {file_format} file that was measured here; {device_runtime} needs it converted.")
