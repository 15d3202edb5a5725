"""Details of one device below the charts: table, parallel coordinates, terms, excluded variants, selection."""

from __future__ import annotations

import streamlit as st

from odviz.analysis.candidates import Candidate
from odviz.charts import parallel
from odviz.charts.parallel import MAX_LINES
from odviz.charts.text import lines
from odviz.compression.make import sensitivities
from odviz.domain.failure import FailureKind
from odviz.report import sensitivity_table
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView
from odviz.services import naming
from odviz.ui.parts import fronts, groups, layout, model_file, parity, stress, table, terms, why
from odviz.ui.parts.chart import chart
from odviz.ui.parts.data_table import data_table
from odviz.ui.url_state import UrlField, one_of

_FIGURES, _PARALLEL, _TERMS, _EXCLUDED = "All figures", "All objectives at once", "Terms", "Left out"
_GROUPS, _WHY, _STRESS = "Classes and groups", "Why so fast", "Under stress"
_TABS = {
    "figures": _FIGURES,
    "objectives": _PARALLEL,
    "why": _WHY,
    "groups": _GROUPS,
    "stress": _STRESS,
    "terms": _TERMS,
    "left-out": _EXCLUDED,
}
"""Label of each tab by its value in the URL."""

_KEYS = {"a": "show", "b": "against-show"}
"""Widget key and URL parameter of the open tab, by the slot of the view."""

_MAX_SELECTED = 4


def _parse(text: str) -> str:
    return _TABS[one_of("tab", _TABS)(text)]


def _write(label: str) -> str:
    return "" if label == _FIGURES else next((name for name, tab in _TABS.items() if tab == label), "")


URL_FIELDS = tuple(UrlField(key, _parse, _write) for key in _KEYS.values()) + groups.URL_FIELDS + why.URL_FIELDS


def details(view: AnalysisView, selected: tuple[int, ...], show_device: bool) -> None:
    """Draw the tabs; only the open one is computed.

    Args:
        view: the analysis under limits.
        selected: positions in the plan of the selected variants.
        show_device: whether the title of the device stands above them.
    """
    if show_device:
        st.header(plain(view.title), anchor=False)
    excluded, key = view.analysis.excluded, _KEYS[view.slot]
    labels = [_FIGURES, _PARALLEL, _WHY, _GROUPS, _STRESS, _TERMS, *([_EXCLUDED] if excluded else [])]
    if st.session_state.get(key) not in labels:
        st.session_state.pop(key, None)
    figures_tab, parallel_tab, why_tab, groups_tab, stress_tab, terms_tab, *excluded_tab = st.tabs(
        labels, key=key, on_change="rerun"
    )
    if figures_tab.open:
        with figures_tab:
            table.table(view, selected)
    if parallel_tab.open:
        with parallel_tab:
            _parallel(view, selected)
    if why_tab.open:
        with why_tab, layout.error_boundary():
            why.why_so_fast(view, selected)
    if groups_tab.open:
        with groups_tab, layout.error_boundary():
            groups.groups(view, selected)
    if stress_tab.open:
        with stress_tab, layout.error_boundary():
            stress.under_stress(view, selected)
    if terms_tab.open:
        with terms_tab:
            terms.terms(view)
    for tab in excluded_tab:
        if tab.open:
            with tab:
                table.excluded_table(excluded)
                _wrong_variants(view)
    _selected_variants(view, selected)


def _wrong_variants(view: AnalysisView) -> None:
    """Below what is left out, a comparison of programs for each variant that one of them may run wrongly."""
    wrong = [
        candidate
        for candidate in view.analysis.excluded
        if candidate.result.failure and candidate.result.failure.kind is FailureKind.WRONG_PREDICTIONS
    ]
    for row, candidate in enumerate(wrong[:_MAX_SELECTED]):
        with st.container(border=True):
            st.markdown(f"**{plain(naming.point(candidate.host_point))}**")
            parity.parity_of(view, candidate, f"parity-left-out-{view.slot}-{row}")


def _parallel(view: AnalysisView, selected: tuple[int, ...]) -> None:
    st.caption(
        "Parallel coordinates: one line per variant, better is up on every axis. A range is drawn at its geometric "
        "middle; lines of variants beyond a limit are grey, those of recommended and selected ones thick."
    )
    rows = view.benchmark_view.rows_of(selected)
    figure = parallel(view.columns, view.feasible, layout.look(), rows, view.recommended_row)
    key = f"parallel-{view.slot}"
    alt = f"Every objective of each variant on {view.title}, one line per variant; the table has the same figures"
    chart(figure, key, alt, **fronts.selection_options(key, view.benchmark_view))
    if len(view.columns) > MAX_LINES:
        st.caption(f"{MAX_LINES:,} of {len(view.columns):,} variants are drawn; those that satisfy the limits first.")


def _selected_variants(view: AnalysisView, selected: tuple[int, ...]) -> None:
    """The selected variants in words, for visitors who cannot hover; below the table, whose place must not change."""
    rows = view.benchmark_view.rows_of(selected)
    if not rows:
        return
    with st.container(border=True):
        for row in rows[:_MAX_SELECTED]:
            candidate = view.analysis.candidates[row]
            title, *rest = map(plain, lines(candidate, view.columns.labels[row], view.analysis.objectives))
            st.markdown(f"**{title}**  \n" + "  \n".join(rest))
            model_file.download(view, candidate, f"file-{view.slot}-{row}")
            _sensitivities(view, candidate)
            parity.parity_of(view, candidate, f"parity-{view.slot}-{row}")
        if len(rows) > _MAX_SELECTED:
            st.caption(f"and {len(rows) - _MAX_SELECTED} more, in the table")


def _sensitivities(view: AnalysisView, candidate: Candidate) -> None:
    """Draw why operators of a file stay float; nothing for a file of which none was chosen so."""
    stored = view.benchmark_view.data.files.get(candidate.host_point)
    rows = sensitivity_table.rows(sensitivities(stored.file)) if stored else []
    if rows:
        with st.expander("Which operators stay float, and why", icon=":material/tune:"):
            columns = zip(sensitivity_table.HEADINGS, zip(*rows, strict=True), strict=True)
            data_table(dict(columns), "What int8 does to each operator alone")
            st.caption(sensitivity_table.EXPLANATION)
