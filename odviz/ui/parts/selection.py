"""Choosing variants by name: for those who cannot point at a chart, or whose finger is wider than its points."""

from __future__ import annotations

import streamlit as st

from odviz.ui.analysis_view import SELECTED
from odviz.ui.data import BenchmarkView

_KEY = "selection"
_MOST = 500
"""Names that are worth sending to a browser with every rerun; of more, the table is the place to choose from."""


def selection(shown: BenchmarkView, chosen: tuple[int, ...]) -> None:
    """The selected variants by name, to which others can be added.

    Args:
        shown: whose variants they are.
        chosen: places in the plan of what is selected.
    """
    if len(shown.plan_indices) > _MOST:
        return
    names = dict(zip(shown.plan_indices, shown.columns.labels, strict=True))
    st.session_state[_KEY] = [each for each in chosen if each in names]
    st.multiselect(
        "Selected variants",
        shown.plan_indices,
        format_func=lambda place: names[place],
        key=_KEY,
        on_change=_remember,
        placeholder="none",
        help="They are ringed in every chart, marked in the table and told in full below it.",
    )


def _remember() -> None:
    st.session_state[SELECTED] = tuple(st.session_state[_KEY])
