"""The table of estimates whose selected rows are the selected variants (cards on a phone), and of those left out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Objective
from odviz.report import figure_table
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.services import naming
from odviz.ui import data
from odviz.ui.parts.data_table import data_table
from odviz.ui.parts.layout import is_phone
from odviz.ui.parts.selection import SELECTED, select_rows
from odviz.units import estimate as format_estimate

_VARIANT_PX, _VARIANT_PHONE_PX = 330, 160
"""Width of the pinned column: titles differ at their ends, but figures need room beside them."""

_INTERVAL = "interval"
"""Heading of the intervals of the column before."""

_N_HELP = (
    "Observations: test items for accuracy, timed inferences for latency, fresh processes for memory, readings of a "
    "meter or networks with a known power for energy, measured networks for projections."
)


_CARDS = 6
"""Cards drawn at once."""


def table(view: AnalysisView, selected: Sequence[int]) -> None:
    """Draw the candidates, the best choice first: as a table, or as cards on a phone.

    Args:
        view: the analysis under limits.
        selected: positions in the plan of the selected variants.
    """
    if not view.analysis.candidates:
        st.caption("No variant has both an accuracy and a time yet.")
        return
    if is_phone():
        _cards(view, selected)
        return
    order, cells = data.table_of(view)
    data_table(
        cells,
        f"Every estimate of every variant on {view.title}",
        f"table-{view.slot}",
        on_select=lambda places: select_rows(view.benchmark_view, order[list(places)].tolist()),
        selected=np.flatnonzero(np.isin(order, view.benchmark_view.rows_of(selected))).tolist(),
        several=True,
        column_config=_column_config(view),
        column_order=cells.column_names,
    )


def excluded_table(excluded: Sequence[Candidate]) -> None:
    """Draw points without estimates, each with the reason."""
    data_table(
        {
            "Variant": [naming.point(candidate.host_point) for candidate in excluded],
            "Why": [candidate.why_excluded for candidate in excluded],
            "Accuracy": [
                format_estimate(known.value) if (known := candidate.result.accuracy) else "" for candidate in excluded
            ],
        },
        "Variants without estimates, and why",
        column_config={
            "Why": st.column_config.TextColumn(width="large"),
            "Variant": st.column_config.TextColumn(width=_variant_px()),
        },
    )


def _variant_px() -> int:
    return _VARIANT_PHONE_PX if is_phone() else _VARIANT_PX


def _has_value(estimate: Estimate, _objective: Objective) -> float:
    return estimate.value is not None


def _column_config(view: AnalysisView) -> dict[str, Any]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    analysis, scales = view.analysis, figure_table.scales_of(view.benchmark_view)
    config: dict[str, Any] = {
        figure_table.VARIANT: text(pinned=True, width=_variant_px()),
        figure_table.RUNTIME: text(width=125),
        figure_table.RECOMMENDATION: text(width=125),
        figure_table.VIOLATED: text(width=190),
        figure_table.FRONTS: text(help="The fronts that it is on; with a question mark where that is not certain."),
        figure_table.difference_name(analysis.quality): number(
            format="%+.1f" if analysis.quality.is_share else "%+.4g",
            help=f"{analysis.quality.title} minus that of the uncompressed network on the same runtime.",
        ),
        figure_table.SPEEDUP: number(
            format="%.2f×",
            help="Time of the uncompressed network on the same runtime over its own; both were timed in turns.",
        ),
        **{
            figure_table.interval_name(name): text(_INTERVAL)
            for name in (figure_table.SPEEDUP, figure_table.difference_name(analysis.quality))
        },
        figure_table.SOURCE: st.column_config.LinkColumn(display_text="open"),
    }
    for objective in analysis.objectives:
        format_ = "%.1f" if objective.is_share else "%.4g"
        config[figure_table.value_name(objective, scales)] = number(format=format_)
        has_values = (analysis.ends.of(objective, _has_value) == 1).any()
        label = _INTERVAL if has_values else f"{objective.title}, range"
        config[figure_table.interval_name(objective.title)] = text(label)
        config[figure_table.count_name(objective)] = number(help=_N_HELP)
    return config


def _cards(view: AnalysisView, selected: Sequence[int]) -> None:
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
        f":small[{plain(objective.title)}: **{plain(format_estimate(value))}**]"
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
