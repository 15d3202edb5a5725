"""The model file itself, to take away and ship."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.analysis.device_estimate import runs
from odviz.domain.errors import FileRefused, OdvizError
from odviz.formats import FORMATS
from odviz.services import naming
from odviz.services.how_to_run import how_to_run
from odviz.services.model_file import contents, model_file, name_of
from odviz.ui import data
from odviz.ui.analysis_view import AnalysisView
from odviz.ui.markup import plain
from odviz.units import figure


def explain(candidate: Candidate) -> None:
    """How a variant's file is run, folded away; nothing where nobody knows any more what it takes.

    In a popover, which a browser draws when it is opened: what shows code takes as long to fetch as a chart.
    """
    point = candidate.host_point
    try:
        said = how_to_run(point, name_of(point))
    except OdvizError:
        return  # a task that is no longer there
    with st.popover("How to run it", icon=":material/terminal:"):
        st.markdown(f"**It takes** {plain(said.takes)}.")
        st.code(said.code, "python")
        st.markdown(said.card)


def offer(view: AnalysisView, candidate: Candidate, key: str) -> None:
    """A button that takes a variant's file away, or a sentence where it is no longer kept.

    Args:
        view: whose variant it is.
        candidate: the variant.
        key: of the button.
    """
    point = candidate.host_point
    try:
        found = model_file(data.benchmark_data_of(view.benchmark_view), point)
    except FileRefused as error:
        st.caption(f"Its file cannot be taken: {plain(str(error))}")
        return
    if found is None:
        recipe = str(point.variant.recipe)
        again = f"odviz variants {point.variant.task} {point.variant.model} --recipe '{recipe}'"
        st.caption(f"Its file is no longer kept; `{again}` makes it again.")
        return
    kind, runtime = FORMATS[point.variant.format].title, naming.runtime(point.target.runtime)
    st.download_button(
        f"Model file ({figure(found.artifact.size_bytes, 'B')})",
        lambda: contents(found),
        found.name,
        "application/octet-stream",
        key=key,
        icon=":material/deployed_code:",
        on_click="ignore",
        help=f"The very file that was measured, in the format {kind}, which {runtime} runs here. "
        f"sha256 {found.artifact.sha256}.",
    )
    target = view.analysis.target
    if target is not None and not runs(target, point.variant.format):
        there = plain(naming.runtime(candidate.result.point.target.runtime))
        st.caption(f"This is the {kind} file that was measured here; {there} needs it converted.")
