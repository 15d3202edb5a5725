"""The answer first: one recommendation, what it costs, and what could go wrong."""

from __future__ import annotations

from typing import Any

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.charts.text import PROVENANCE_TITLES
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limits
from odviz.objectives import objectives
from odviz.ui import text
from odviz.ui.analysis_view import AnalysisView
from odviz.ui.markup import plain
from odviz.ui.parts import model_file
from odviz.units import estimate, short

_WIDE, _WIDER, _LONG = 140, 165, 11
"""Pixels for a figure, two of which fit side by side on a is_phone; and for one of more characters than the last."""


def recommendation(view: AnalysisView, show_device: bool = False) -> Any:
    """One recommendation in plain words, or why there is none.

    Args:
        view: the points under the limits.
        show_device: whether the title of the device stands above it.

    Returns:
        Where `more` belongs, which can be drawn when the charts are; None where nothing is recommended.
    """
    analysis = view.analysis
    with st.container(border=True):
        if show_device:
            st.caption(f"**{plain(view.title)}**")
        advice = view.recommendation
        if advice is None:
            st.header(text.no_answer(analysis), anchor=False)
            st.markdown(f"{text.satisfying(analysis)} {text.miss(analysis)}")
            return None
        st.header(text.headline(advice), anchor=False)
        _figures(advice.candidate)
        st.markdown(f"{text.why(advice, analysis)} {text.satisfying(analysis)}")
        return st.container()


def actions(view: AnalysisView, place: Any) -> None:
    """The file of what is recommended, how it is run, and what could go wrong with it.

    Args:
        view: as for `answer`.
        place: what that returned.
    """
    if view.recommendation is None or place is None:
        return
    advised, notes = view.recommendation.candidate, text.notes(view.recommendation.candidate)
    with place:
        with st.container(horizontal=True, vertical_alignment="center"):
            model_file.offer(view, advised, f"file-{view.slot}")
            model_file.explain(advised)
            _risks(advised, view.analysis.limits)
        if notes:
            st.caption("How it was made: " + " ".join(notes))


def _figures(candidate: Candidate) -> None:
    with st.container(horizontal=True, gap="small"):
        for objective in objectives():
            known = candidate.estimates.get(objective)
            if known is not None:
                said = short(known)
                with st.container(width=_WIDE if len(said) <= _LONG else _WIDER, gap=None):
                    st.metric(text.title(objective), said, help=_help(known))
                    st.caption(text.beside(candidate, objective))


def _help(known: Estimate) -> str:
    """The figure with its interval, and how it was come by."""
    said = f"{estimate(known)} ({PROVENANCE_TITLES[known.provenance]}{f', n = {known.n}' if known.n else ''})"
    return ". ".join(_begun(each) for each in (said, plain(known.scope), plain(known.source)) if each) + "."


def _begun(sentence: str) -> str:
    """With a capital, unless it is an address."""
    return sentence if "://" in sentence else sentence[:1].upper() + sentence[1:]


def _risks(candidate: Candidate, limits: Limits) -> None:
    found = text.risks(candidate, limits)
    if found:
        with st.popover(f"What could go wrong ({len(found)})", icon=":material/warning:"):
            st.markdown("\n".join(f"- {sentence}" for sentence in found))
