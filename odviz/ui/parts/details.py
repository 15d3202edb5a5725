"""Everything about one machine's points, under the charts: what is selected, the table, all objectives, terms."""

from __future__ import annotations

import streamlit as st

from odviz.charts import parallel
from odviz.charts.parallel import MOST
from odviz.charts.text import lines
from odviz.ui.analysis_view import AnalysisView
from odviz.ui.markup import plain
from odviz.ui.parts import fronts, layout, model_file, table, terms
from odviz.ui.parts.chart import chart
from odviz.ui.url_state import Field, one_of

_FIGURES, _PARALLEL, _TERMS, _OUT = "All figures", "All objectives at once", "Terms", "Left out"
_NAMED = {"figures": _FIGURES, "objectives": _PARALLEL, "terms": _TERMS, "left-out": _OUT}
"""Tabs by what the address calls them."""

_KEYS = {"a": "show", "b": "against-show"}
"""Where the open tab of each view is kept, and what the address calls it."""


def _read(text: str) -> str:
    return _NAMED[one_of("tab", _NAMED)(text)]


def _write(label: str) -> str:
    return "" if label == _FIGURES else next((name for name, each in _NAMED.items() if each == label), "")


URL_FIELDS = tuple(Field(key, _read, _write) for key in _KEYS.values())


def details(view: AnalysisView, chosen: tuple[int, ...], headed: bool) -> None:
    """Draw it.

    Args:
        view: the points.
        chosen: places in the plan of what is selected.
        headed: with the name of the machine above it.
    """
    if headed:
        st.header(plain(view.title), anchor=False)
    out, key = view.analysis.excluded, _KEYS[view.slot]
    names = [_FIGURES, _PARALLEL, _TERMS, *([_OUT] if out else [])]
    if st.session_state.get(key) not in names:
        st.session_state.pop(key, None)
    # What is not looked at is not made: drawing lines across five axes takes a browser longer than the four fronts.
    figures, across, meaning, *rest = st.tabs(names, key=key, on_change="rerun")
    if figures.open:
        with figures:
            table.table(view, chosen)
    if across.open:
        with across:
            _parallel(view, chosen)
    if meaning.open:
        with meaning:
            terms.terms(view)
    for left in rest:
        if left.open:
            with left:
                table.left_out(out)
    _chosen(view, chosen)


def _parallel(view: AnalysisView, chosen: tuple[int, ...]) -> None:
    st.caption(
        "Parallel coordinates: one line a variant, better is up on every axis. A range stands at its geometric middle "
        "here; beyond a limit lines are grey, and what is recommended or selected is thick."
    )
    drawn = parallel(
        view.columns,
        view.feasible,
        layout.look(),
        view.benchmark_view.rows_of(chosen),
        recommended=view.recommended_row,
    )
    key, alt = (
        f"parallel-{view.slot}",
        f"Every objective of each variant on {view.title}, one line a variant; the table has the same figures",
    )
    chart(drawn, key, alt, **fronts.selecting(key, view.benchmark_view))
    if len(view.columns) > MOST:
        st.caption(f"{MOST:,} of {len(view.columns):,} variants are drawn, those that keep the limits first.")


def _chosen(view: AnalysisView, chosen: tuple[int, ...]) -> None:
    """The selected points in words, for those who cannot hover; below the table, which must stay where it is."""
    rows = view.benchmark_view.rows_of(chosen)
    if not rows:
        return
    with st.container(border=True):
        for row in rows[:4]:
            head, *rest = map(plain, lines(view.analysis.candidates[row], view.columns.labels[row]))
            st.markdown(f"**{head}**  \n" + "  \n".join(rest))
            model_file.offer(view, view.analysis.candidates[row], f"file-{view.slot}-{row}")
        if len(rows) > 4:
            st.caption(f"and {len(rows) - 4} more, in the table")
