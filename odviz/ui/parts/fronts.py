"""Four fronts side by side, of one machine or of two; what is selected in one is ringed in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import streamlit as st

from odviz.charts import Figure, Look, front
from odviz.charts.columns import Columns
from odviz.charts.front import heights_of, knee_of, span_of, there
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.objectives import ACCURACY, ENERGY, axes
from odviz.ui.analysis_view import AnalysisView, select_rows
from odviz.ui.data import BenchmarkView
from odviz.ui.parts.chart import chart
from odviz.ui.parts.layout import is_phone
from odviz.units import counted, percent
from odviz.units import figure as magnitude

_MOST_NAMED = 6
_FETCHED = "_charts_fetched"
_HIDDEN = {"visible": False}
_NOTHING: Figure = {"data": [{"type": "scatter"}], "layout": {"xaxis": _HIDDEN, "yaxis": _HIDDEN}}

FrontFigures = Mapping[Objective, Sequence[Figure]]
"""For each cost one figure per view."""


def front_figures(views: Sequence[AnalysisView], look: Look, picked: Sequence[int] = ()) -> FrontFigures:
    """The four fronts of each view; costs of the same kind share their axis."""
    rows = [view.benchmark_view.rows_of(picked) for view in views]
    heights = _around(
        heights_of(view.columns, view.analysis.limits.get(ACCURACY), row)
        for view, row in zip(views, rows, strict=True)
        if len(view.columns)
    )
    drawn = {}
    for axis in axes():
        span = _around(
            span_of(view.columns, axis, view.analysis.limits.get(axis))
            for view in views
            if there(view.columns, axis).any()  # an axis without a point would only squeeze the others
        )
        if axis == ENERGY and not comparable(views):
            span = None
        drawn[axis] = [
            front(
                view.columns,
                axis,
                view.feasible,
                view.analysis.limits,
                look,
                row,
                view.title if len(views) > 1 or view.analysis.device else "",
                span,
                heights,
                view.recommended_row,
            )
            for view, row in zip(views, rows, strict=True)
        ]
    return drawn


def comparable(views: Sequence[AnalysisView]) -> bool:
    """Whether the energies of several machines are of the same kind: of computing alone, or of a whole device."""
    found = set[bool]()
    for columns in (view.columns for view in views):
        found |= set(columns.alone[np.isfinite(columns.centre[ENERGY])].tolist())
    return len(found) < 2


def _around(ends: Iterable[tuple[float, float]]) -> tuple[float, float] | None:
    """The stretch that holds all stretches; None where there is none."""
    found = list(ends)
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def fronts(views: Sequence[AnalysisView], drawn: FrontFigures, picture: str = "png", live: bool = False) -> None:
    """Lay figures out: two by two, or one under the other where there is no room; two machines side by side.

    Args:
        views: whose they are.
        drawn: the figures.
        picture: format that the camera button saves.
        live: drawn while a benchmark runs; nothing can be selected then.
    """
    cells = [(axis, view, figure) for axis in axes() for view, figure in zip(views, drawn[axis], strict=True)]
    for pair in zip(cells[::2], cells[1::2], strict=True):
        for place, (axis, view, figure) in zip(st.columns(2, gap="medium"), pair, strict=True):
            key = f"front-{axis.name}-{'live' if live else view.slot}"
            with place:
                chart(figure, key, _alt(view, axis), picture, **({} if live else selecting(key, view.benchmark_view)))


@contextmanager
def preloaded() -> Iterator[None]:
    """Let the browser fetch what draws charts (5 MB) while the first of them are worked out.

    An empty chart of no height asks it to, once a visit; it is gone when this ends.
    """
    place = st.empty()  # always there, so that what follows keeps its place on the page
    first = not st.session_state.get(_FETCHED)
    st.session_state[_FETCHED] = True
    if first:
        place.plotly_chart(_NOTHING, height=1, config={"displayModeBar": False}, alt="Charts are on their way")
    try:
        yield
    finally:
        if first:
            place.empty()


def selecting(key: str, shown: BenchmarkView) -> dict[str, Any]:
    """Options of a chart whose points, when they are clicked, are selected everywhere; none on a is_phone.

    Where points can be selected, Streamlit lets a finger move the chart, which then keeps the page from scrolling and
    wanders off until no point is left. On a is_phone variants are selected by name and in the table.

    Args:
        key: of the chart.
        shown: whose points they are; `customdata` is their row.
    """

    def remember() -> None:
        points = st.session_state[key]["selection"]["points"]
        found = [int(np.ravel(each["customdata"])[0]) for each in points if "customdata" in each]
        select_rows(shown, found)

    return {} if is_phone() else {"on_select": remember, "selection_mode": "points"}


def _figures(columns: Columns, axis: Objective, row: int) -> str:
    return f"{percent(columns.centre[ACCURACY][row], 1)}, {magnitude(columns.centre[axis][row], axis.unit)}"


def _alt(view: AnalysisView, axis: Objective) -> str:
    """The chart for those who hear it."""
    columns = view.columns
    on = np.flatnonzero(columns.membership[axis] == Membership.FRONT)
    named = [f"{columns.labels[row]} ({_figures(columns, axis, row)})" for row in on[:_MOST_NAMED]]
    named += [f"and {len(on) - _MOST_NAMED} more"] if len(on) > _MOST_NAMED else []
    beyond = int((~view.feasible).sum())
    knee = knee_of(columns, axis, view.feasible)
    sentence = f"Accuracy against {axis.title.lower()} of {counted(len(columns), 'variant')} on {view.title}. "
    sentence += "On the front: " + ("; ".join(named) or "none for certain") + "."
    sentence += f" Beyond a limit: {beyond}." if beyond else ""
    if knee is not None:
        sentence += f" Knee: {columns.labels[knee]}."
    return sentence + (
        f" Recommended: {columns.labels[view.recommended_row]}." if view.recommended_row is not None else ""
    )
