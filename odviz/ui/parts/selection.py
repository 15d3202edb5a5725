"""The selected variants, and their selection by name: for keyboards, and for phones, where charts cannot select."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from odviz.report.view import BenchmarkView

SELECTED = "pick"
"""Session key and URL parameter of the selected variants: their positions in the plan."""

_KEY = "selection"
_MAX_OPTIONS = 500
"""Options that are sent to the browser with every rerun; with more variants, only the table selects."""


def selected_variants(view: BenchmarkView) -> tuple[int, ...]:
    """Positions in the plan of the selected variants, as far as they exist."""
    return tuple(index for index in st.session_state.get(SELECTED) or () if index < len(view.result.points))


def select_rows(view: BenchmarkView, rows: Sequence[int]) -> None:
    """Select the candidates in these rows, on every device."""
    indices = (view.plan_indices[row] for row in rows if row < len(view.plan_indices))
    st.session_state[SELECTED] = tuple(dict.fromkeys(indices))


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
