"""The recommended variant in plain words, with its exact figures, its file, and what could go wrong."""

from __future__ import annotations

from typing import Any

import streamlit as st

from odviz.analysis.analysis import Analysis
from odviz.analysis.recommendation import Recommendation, Verdict
from odviz.charts.text import with_origin
from odviz.domain.estimate import Estimate
from odviz.domain.text import capital
from odviz.report import analysis_text, risk_text
from odviz.report.markdown import plain
from odviz.report.plain_answer import plain_answer
from odviz.report.view import AnalysisView
from odviz.ui.parts import model_file
from odviz.units import short

EXACT = "Exact figures, and why"
"""Label of the part that has the exact terms."""

_COLOURS = {
    Verdict.SHIP: "green",
    Verdict.GOOD_CHOICE: "blue",
    Verdict.PERHAPS: "orange",
    Verdict.UNKNOWN_TIME: "gray",
    Verdict.NOTHING_FITS: "red",
    Verdict.NO_DATA: "gray",
}
_WIDTH_PX, _WIDE_PX, _WIDEST_PX = 140, 165, 195
"""Widths of a figure; two of the first fit side by side on a phone."""

_LONG_VALUE, _LONG_TITLE = 11, 14
"""Characters beyond which a value needs more than the first width, and a title more than the second."""


def recommendation(view: AnalysisView, show_device: bool = False) -> Any:
    """Draw the recommended variant, or why none is recommended.

    Args:
        view: the analysis under limits.
        show_device: whether the title of the device stands above it.

    Returns:
        Container for `actions`, which can be drawn after the charts.
    """
    analysis, choice = view.analysis, view.recommendation
    with st.container(border=True, gap="small"):
        if show_device:
            st.caption(f"**{plain(view.title)}**")
        with st.container(gap=None):
            if analysis.candidates:
                st.markdown(f":{_COLOURS[analysis.verdict]}-badge[{analysis_text.VERDICTS[analysis.verdict]}]")
            st.subheader(analysis_text.heading(analysis), anchor=False)
        for line in plain_answer(choice, analysis) if choice else ():
            st.markdown(f"**{line.question}** {line.answer}", help=line.exact or None)
        if choice is None:
            st.markdown(analysis_text.grounds(analysis))
        st.markdown(f":small[{analysis_text.limits_summary(analysis)}]")
        place = st.container()
        if choice is None:
            return place
        with st.expander(EXACT):
            _exact(choice, analysis)
        return place


def actions(view: AnalysisView, place: Any) -> None:
    """Draw the file of the recommended variant, how to run it, and what could go wrong.

    Args:
        view: as for `recommendation`.
        place: what `recommendation` returned.
    """
    if view.recommendation is None:
        return
    candidate = view.recommendation.candidate
    risks = risk_text.risks(candidate, view.analysis.limits, view.analysis.quality)
    with place, st.container(horizontal=True, vertical_alignment="center"):
        shipped = model_file.download(view, candidate, f"file-{view.slot}")
        model_file.instructions(shipped)
        if risks:
            with st.popover(f"What could go wrong ({len(risks)})", icon=":material/warning:"):
                for risk in risks:
                    st.markdown(f"- {risk.text}", help=risk.exact or None)


def _exact(choice: Recommendation, analysis: Analysis) -> None:
    candidate = choice.candidate
    with st.container(horizontal=True, gap="small"):
        for objective in analysis.objectives:
            value = candidate.estimates.get(objective)
            if value is not None:
                text = short(value)
                with st.container(width=_width(objective.title, text), gap=None):
                    st.metric(objective.title, text, help=_help(value))
                    st.caption(analysis_text.caption(candidate, objective, analysis.quality))
    st.markdown(analysis_text.grounds(analysis))
    if notes := risk_text.notes(candidate):
        st.caption("How it was made: " + " ".join(notes))


def _width(title: str, value: str) -> int:
    if len(title) > _LONG_TITLE:
        return _WIDEST_PX
    return _WIDTH_PX if len(value) <= _LONG_VALUE else _WIDE_PX


def _help(value: Estimate) -> str:
    """The estimate with its interval, provenance, scope and source."""
    parts = (with_origin(value), plain(value.scope), plain(value.source))
    return ". ".join(part if "://" in part else capital(part) for part in parts if part) + "."
