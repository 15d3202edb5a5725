"""The answer first: one recommendation, what it costs, and what could go wrong."""

from __future__ import annotations

import streamlit as st

from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.objective import Budget, Objective
from odviz.services.advice import Advice, advise
from odviz.services.tradeoff import Standing, Tradeoff
from odviz.ui import words
from odviz.units import estimate, figure

_WIDE = 150
"""Pixels for a figure: two of them fit side by side on a phone."""


def answer(tradeoff: Tradeoff, margin: float) -> None:
    """One recommendation in plain words, or why there is none.

    Args:
        tradeoff: the points under the limits.
        margin: accuracy that may be given away for speed, as a share.
    """
    with st.container(border=True):
        advice = advise(tradeoff, margin)
        if advice is None:
            st.markdown(f"#### {_none(tradeoff)}")
            st.markdown(words.satisfying(tradeoff))
            return
        st.markdown(f"#### {words.headline(advice)}")
        _figures(advice.standing)
        st.markdown(f"{words.why(advice, tradeoff.budget != Budget())} {words.satisfying(tradeoff)}")
        _risks(advice)


def _none(tradeoff: Tradeoff) -> str:
    if not tradeoff.standings:
        return "No variant has both an accuracy and a time yet."
    return "No variant keeps all of your limits."


def _figures(standing: Standing) -> None:
    accuracy, latency = standing.result.accuracy, standing.result.latency
    beside = {
        Objective.ACCURACY: words.wrong_of_hundred(standing.figures[Objective.ACCURACY]),
        Objective.LATENCY: words.faster(latency.speedup) if latency and latency.speedup else "for one answer (p50)",
        Objective.MEMORY: "while it runs (peak)",
        Objective.ENERGY: "for one answer",
        Objective.SIZE: "to download",
    }
    if accuracy and accuracy.difference:
        beside[Objective.ACCURACY] += f" ({100 * accuracy.difference.centre:+.1f} points)".replace("-", "−")
    with st.container(horizontal=True, gap="medium"):
        for objective, words_beside in beside.items():
            known = standing.figures.get(objective)
            if known is not None:
                with st.container(width=_WIDE, gap=None):
                    st.metric(words.title(objective), _short(known), help=estimate(known))
                    st.caption(words_beside)


def _short(known: Estimate) -> str:
    """A figure without its interval, which stands in the help; a range stays one."""
    if known.value is None or known.provenance is Provenance.MODELLED:
        return estimate(known)
    return figure(known.value, known.unit)


def _risks(advice: Advice) -> None:
    found = words.risks(advice.standing)
    if found:
        with st.expander(f"What could go wrong ({len(found)})"):
            st.markdown("\n".join(f"- {sentence}" for sentence in found))
