"""Knee and hypervolume of each front, and the terms of the page."""

from __future__ import annotations

import numpy as np
import streamlit as st

from odviz.charts.columns import front_line
from odviz.charts.front import knee_of
from odviz.domain.objective import Objective
from odviz.pareto.choice import hypervolume
from odviz.report.view import AnalysisView
from odviz.units import figure


def terms(view: AnalysisView) -> None:
    """Draw a table of all fronts with their knees and hypervolumes, then the definitions."""
    fronts = {axis: _front(view, axis) for axis in view.analysis.axes}
    rows = [row for row in fronts.values() if row is not None]
    if rows:
        st.table({name: [row[name] for row in rows] for name in rows[0]}, border="horizontal")
    without_points = [axis.noun for axis, row in fronts.items() if row is None]
    if without_points:
        st.caption(f"No front of points for {' and '.join(without_points)}: only ranges, or nothing, are known.")
    st.markdown(
        "- **Front** (Pareto front): the variants that no other beats on both axes. A variant is on it if at least "
        "95 % of 1,000 resamples of the data say so, dominated if at most 5 % do, else ambiguous. An estimate that was "
        "not observed (projected, modelled) never beats an observed one. Modelled energies of computing alone rise and "
        "fall together, because the unknown price of an operation is common to all: such wide ranges can still be told "
        "apart.\n"
        "- **Knee**: the variant on a front that bulges most towards better, on the scales shown. A heuristic: your "
        "limits matter more. A front has none with fewer than three points, or if none bulges.\n"
        "- **Hypervolume**: how much of the plane a front covers, up to the reference point beside it, in decades of a "
        "log axis and units of a linear one. It can be compared between fronts with the same reference point.\n"
        "- **Whiskers**: 95 % intervals, 90 % for projections. **p50**: the median; half of the inferences are faster."
    )


def _front(view: AnalysisView, axis: Objective) -> dict[str, str] | None:
    columns, quality = view.columns, view.analysis.quality
    line = front_line(columns, axis, view.feasible)
    line = line[~columns.modelled(axis)[line]]
    drawable = columns.drawable(axis) & ((columns.centre[axis] > 0) | (not axis.log))
    line, rows = line[drawable[line]], np.flatnonzero(drawable)
    if not len(line):
        return None
    places = np.log10(np.where(drawable, columns.centre[axis], np.nan)) if axis.log else columns.centre[axis]
    costs = axis.sign * places
    losses = quality.sign * (100 if quality.is_share else 1) * columns.centre[quality]
    worst_cost, worst_loss = rows[costs[rows].argmax()], rows[losses[rows].argmax()]
    volume = hypervolume(np.stack([costs[line], losses[line]], axis=1), (costs[worst_cost], losses[worst_loss]))
    knee = knee_of(columns, axis, view.feasible)
    reference = (
        figure(columns.centre[axis][worst_cost], axis.unit),
        figure(columns.centre[quality][worst_loss], quality.unit),
    )
    return {
        "Front": f"{quality.title} against {axis.noun}",
        "Knee (heuristic)": "none" if knee is None else columns.labels[knee],
        "Hypervolume": f"{volume:.3g}",
        "Reference point (the worst values)": ", ".join(reference),
    }
