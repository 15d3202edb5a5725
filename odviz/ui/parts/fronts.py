"""The fronts of one device or of two side by side; a selection in one chart shows in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import streamlit as st

from odviz.charts import Figure
from odviz.charts.front import knee_of
from odviz.charts.theme import with_own_look
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.report.front_figures import FrontFigures
from odviz.report.legend import Legend, legend
from odviz.report.markdown import plain
from odviz.report.view import AnalysisView, BenchmarkView
from odviz.ui.parts import model_choice
from odviz.ui.parts.benchmark_choice import Place
from odviz.ui.parts.chart import chart
from odviz.ui.parts.layout import is_phone, look
from odviz.ui.parts.selection import select_rows
from odviz.units import counted
from odviz.units import figure as format_value

_MIN_WIDTH_PX = 240
"""Least width of a chart beside another."""

_MAX_NAMES = 6
_PRELOADED = "_charts_preloaded"
_HIDDEN = {"visible": False}
_EMPTY: Figure = {"data": [{"type": "scatter"}], "layout": {"xaxis": _HIDDEN, "yaxis": _HIDDEN}}


def fronts(views: Sequence[AnalysisView], figures: FrontFigures, picture: str = "png", live: bool = False) -> None:
    """Draw the legend, then the figures in two columns: two fronts of one device, or the same front of two devices.

    Args:
        views: the analyses on the page.
        figures: of the views, from `front_figures`.
        picture: format that the camera button saves.
        live: drawn while a benchmark runs, without selection.
    """
    with st.container(gap="xxsmall"):
        _legend(legend(views), live)
    cells = [(axis, view, figure) for axis, row in figures.items() for view, figure in zip(views, row, strict=True)]
    shown_look = look()
    with st.grid(2, min_column_width=_MIN_WIDTH_PX):
        for axis, view, figure in cells:
            key = f"front-{axis.name}-{'live' if live else view.slot}"
            options = {} if live else selection_options(key, view.benchmark_view)
            drawn = with_own_look(figure, shown_look)
            chart(drawn, key, _alt(view, view.analysis.own(axis)), picture, theme=None, **options)


def _legend(legend: Legend, live: bool) -> None:
    """The models, of which each can be hidden and shown, and a line on what their points look like."""
    titles = {entry.name: f":{entry.hue}[{plain(entry.text)}]" for entry in legend.models}
    if live or len(titles) < 2:
        st.markdown(f":small[{' · '.join(titles.values())}]")
    else:
        model_choice.choose_models(titles)
    lines = [*legend.runtimes[:-1], " · ".join([*legend.runtimes[-1:], *legend.signs])]
    st.caption("  \n".join(map(plain, lines)), help="\n".join(f"- {plain(note)}" for note in legend.notes))


@contextmanager
def preloaded(place: Place) -> Iterator[None]:
    """Have the browser load plotly.js (5 MB) while the page up to the first chart is computed.

    An empty chart makes it do so, once per visit, and is removed on exit.

    Args:
        place: container for that chart, in which it moves nothing.
    """
    with place:
        chart_place = st.empty()  # always, so that the elements after it keep their position
    first_visit = not st.session_state.get(_PRELOADED)
    st.session_state[_PRELOADED] = True
    if first_visit:
        chart_place.plotly_chart(_EMPTY, width=1, height=1, config={"displayModeBar": False}, alt="Charts are loading")
    try:
        yield
    finally:
        if first_visit:
            chart_place.empty()


def selection_options(key: str, view: BenchmarkView) -> dict[str, Any]:
    """Chart options with which a click on a point selects its variant everywhere; none on a phone.

    With selection enabled, Streamlit lets a finger pan the chart, which keeps the page from scrolling. On a phone
    variants are selected by name and in the table.

    Args:
        key: of the chart.
        view: whose candidates are drawn; `customdata` of a point is its row.
    """

    def select() -> None:
        points = st.session_state[key]["selection"]["points"]
        select_rows(view, [int(np.ravel(point["customdata"])[0]) for point in points if "customdata" in point])

    return {} if is_phone() else {"on_select": select, "selection_mode": "points"}


def _alt(view: AnalysisView, axis: Objective) -> str:
    """Text alternative of a front."""
    columns, quality = view.columns, view.analysis.quality
    on_front = np.flatnonzero(columns.in_state[axis][Membership.FRONT])
    names = [
        f"{columns.labels[row]} ({format_value(columns.centre[quality][row], quality.unit)}, "
        f"{format_value(columns.centre[axis][row], axis.unit)})"
        for row in on_front[:_MAX_NAMES]
    ]
    if len(on_front) > _MAX_NAMES:
        names.append(f"and {len(on_front) - _MAX_NAMES} more")
    sentences = [
        f"{quality.title} against {axis.noun} of {counted(len(columns), 'variant')} on {view.title}.",
        f"On the front: {'; '.join(names) or 'none for certain'}.",
    ]
    infeasible = int((~view.feasible).sum())
    if infeasible:
        sentences.append(f"Beyond a limit: {infeasible}.")
    knee = knee_of(columns, axis, view.feasible)
    if knee is not None:
        sentences.append(f"Knee: {columns.labels[knee]}.")
    if view.recommended_row is not None:
        sentences.append(f"Recommended: {columns.labels[view.recommended_row]}.")
    return " ".join(sentences)
