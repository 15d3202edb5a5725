"""The fronts of one device or of two side by side; a selection in one chart shows in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import streamlit as st

from odviz.charts import Figure, Look, front
from odviz.charts.axes import Range
from odviz.charts.front import fit_x, fit_y, knee_of
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.ui.analysis_view import AnalysisView, select_rows
from odviz.ui.data import BenchmarkView
from odviz.ui.parts.chart import chart
from odviz.ui.parts.layout import is_phone
from odviz.units import counted
from odviz.units import figure as format_value

_MAX_NAMES = 6
_PRELOADED = "_charts_preloaded"
_HIDDEN = {"visible": False}
_EMPTY: Figure = {"data": [{"type": "scatter"}], "layout": {"xaxis": _HIDDEN, "yaxis": _HIDDEN}}

FrontFigures = Mapping[Objective, Sequence[Figure]]
"""One figure per view, by axis."""


def front_figures(views: Sequence[AnalysisView], look: Look, selected: Sequence[int] = ()) -> FrontFigures:
    """The fronts of each view, with common axes where the values can be compared.

    Args:
        views: all of one benchmark.
        look: colours.
        selected: positions in the plan of the selected variants.
    """
    rows = [view.benchmark_view.rows_of(selected) for view in views]
    y_range = _union(
        fit_y(view.columns, view.analysis.limits.get(view.analysis.quality), view_rows)
        for view, view_rows in zip(views, rows, strict=True)
        if len(view.columns)
    )
    figures = {}
    for axis in views[0].analysis.axes:
        x_range = _union(
            fit_x(view.columns, axis, view.analysis.limits.get(axis))
            for view in views
            if view.columns.drawable(axis).any()
        )
        figures[axis] = [
            front(
                view.columns,
                axis,
                view.feasible,
                view.analysis.limits,
                look,
                view_rows,
                view.title if len(views) > 1 or view.analysis.device else "",
                x_range if is_comparable(views, axis) else None,
                y_range,
                view.recommended_row,
            )
            for view, view_rows in zip(views, rows, strict=True)
        ]
    return figures


def is_comparable(views: Sequence[AnalysisView], axis: Objective) -> bool:
    """Whether all estimates on an axis are of the same kind: of computing alone, or of a whole device."""
    kinds = {
        bool(kind)
        for columns in (view.columns for view in views)
        for kind in columns.partial[axis][np.isfinite(columns.centre[axis])]
    }
    return len(kinds) < 2


def _union(ranges: Iterable[Range]) -> Range | None:
    """The smallest range that contains all ranges; None without any."""
    ends = list(ranges)
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None


def fronts(views: Sequence[AnalysisView], figures: FrontFigures, picture: str = "png", live: bool = False) -> None:
    """Draw the figures in two columns: two fronts of one device, or the same front of two devices.

    Args:
        views: as passed to `front_figures`.
        figures: from `front_figures`.
        picture: format that the camera button saves.
        live: drawn while a benchmark runs, without selection.
    """
    cells = [(axis, view, figure) for axis, row in figures.items() for view, figure in zip(views, row, strict=True)]
    for start in range(0, len(cells), 2):
        columns = st.columns(2, gap="medium")
        for column, (axis, view, figure) in zip(columns, cells[start : start + 2], strict=False):
            key = f"front-{axis.name}-{'live' if live else view.slot}"
            with column:
                chart(
                    figure,
                    key,
                    _alt(view, axis),
                    picture,
                    **({} if live else selection_options(key, view.benchmark_view)),
                )


@contextmanager
def preloaded() -> Iterator[None]:
    """Have the browser download plotly.js (5 MB) while the first charts are computed.

    An empty chart triggers the download once per visit, and is removed on exit.
    """
    place = st.empty()  # always, so that the elements after it keep their position
    first_visit = not st.session_state.get(_PRELOADED)
    st.session_state[_PRELOADED] = True
    if first_visit:
        place.plotly_chart(_EMPTY, height=1, config={"displayModeBar": False}, alt="Charts are loading")
    try:
        yield
    finally:
        if first_visit:
            place.empty()


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
    on_front = np.flatnonzero(columns.membership[axis] == Membership.FRONT)
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
