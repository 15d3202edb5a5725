"""The candidates as cards, one under another: the table of a phone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from odviz.report import figure_table
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.ui.parts.selection import SELECTED
from odviz.units import estimate

_CARDS = 6
"""Cards drawn at once."""


def variant_cards(view: AnalysisView, selected: Sequence[int]) -> None:
    """Draw a page of cards, the best choice first; a tick selects the variant everywhere.

    Args:
        view: the analysis under limits.
        selected: positions in the plan of the selected variants.
    """
    order, cards = figure_table.row_order(view), st.container()
    pages = math.ceil(len(order) / _CARDS)
    page = st.pagination(pages, key=f"cards-{view.slot}-{pages}") if pages > 1 else 1
    selected_rows = set(view.benchmark_view.rows_of(selected))
    with cards:
        for row in order[(page - 1) * _CARDS : page * _CARDS].tolist():
            _card(view, row, row in selected_rows)


def _card(view: AnalysisView, row: int, is_selected: bool) -> None:
    candidate, key = view.analysis.candidates[row], f"card-{view.slot}-{view.benchmark_view.plan_indices[row]}"
    badge = f" :green-badge[{figure_table.RECOMMENDED}]" if row == view.recommended_row else ""
    figures = [
        f":small[{plain(objective.title)}: **{plain(estimate(value))}**]"
        for objective in view.analysis.objectives
        if (value := candidate.estimates.get(objective)) is not None
    ]
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(view.columns.labels[row])}**{badge}")
        st.markdown("  \n".join(figures))
        if violated := figure_table.violations(candidate):
            st.caption(f"Breaks: {plain(violated)}")
        st.session_state[key] = is_selected
        st.checkbox("Select", key=key, on_change=_toggle, args=(view.benchmark_view.plan_indices[row],))


def _toggle(index: int) -> None:
    """Callback: select a variant, or deselect it."""
    chosen = st.session_state.get(SELECTED) or ()
    rest = tuple(other for other in chosen if other != index)
    st.session_state[SELECTED] = rest if index in chosen else (*chosen, index)
