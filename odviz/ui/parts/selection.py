"""Selection of variants by name, for keyboards and for phones, where charts cannot select."""

from __future__ import annotations

import streamlit as st

from odviz.ui.analysis_view import SELECTED
from odviz.ui.data import BenchmarkView

_KEY = "selection"
_MAX_OPTIONS = 500
"""Options that are sent to the browser with every rerun; with more variants, only the table selects."""


def selection(view: BenchmarkView, selected: tuple[int, ...]) -> None:
    """Draw the selected variants by name.

    Args:
        view: the benchmark.
        selected: positions in the plan of the selected variants.
    """
    if len(view.plan_indices) > _MAX_OPTIONS:
        return
    titles = dict(zip(view.plan_indices, view.columns.labels, strict=True))
    st.session_state[_KEY] = [index for index in selected if index in titles]
    st.multiselect(
        "Selected variants",
        view.plan_indices,
        format_func=lambda index: titles[index],
        key=_KEY,
        on_change=_select,
        placeholder="none",
        help="They are ringed in every chart, marked in the table, and described in full below it.",
    )


def _select() -> None:
    st.session_state[SELECTED] = tuple(st.session_state[_KEY])
