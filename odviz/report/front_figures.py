"""The fronts of one device or of two, with common axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from odviz.charts import Figure, Look, front
from odviz.charts.axes import Range
from odviz.charts.front import fit_x, fit_y
from odviz.domain.objective import Objective
from odviz.report.view import AnalysisView

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
            fit_x(view.columns, axis, view.analysis.drawn_limits.get(axis))
            for view in views
            if view.columns.drawable(axis).any()
        )
        figures[axis] = [
            front(
                view.columns,
                view.analysis.own(axis),
                view.feasible,
                view.analysis.drawn_limits,
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
    partial = np.concatenate(
        [columns.partial[axis][np.isfinite(columns.centre[axis])] for columns in (view.columns for view in views)]
    )
    return bool(partial.all()) or not partial.any()


def _union(ranges: Iterable[Range]) -> Range | None:
    """The smallest range that contains all ranges; None without any."""
    ends = list(ranges)
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None
