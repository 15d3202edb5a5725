"""Knee and hypervolume, named as what they are."""

from __future__ import annotations

import numpy as np
import streamlit as st

from odviz.charts.columns import front_line
from odviz.charts.front import knee_of
from odviz.charts.layers import modelled
from odviz.domain.objective import Objective
from odviz.objectives import ACCURACY, axes
from odviz.pareto import hypervolume
from odviz.ui import text
from odviz.ui.analysis_view import AnalysisView
from odviz.units import figure


def terms(view: AnalysisView) -> None:
    """For each front its knee and its hypervolume with the reference point, then what the words mean."""
    rows = {axis: _front(view, axis) for axis in axes()}
    there = [row for row in rows.values() if row is not None]
    if there:
        st.table({key: [row[key] for row in there] for key in there[0]}, border="horizontal")
    bare = [text.title(axis).lower() for axis, row in rows.items() if row is None]
    if bare:
        st.caption(f"No front of points for {' and '.join(bare)}: only ranges, or nothing, are known of it.")
    st.markdown(
        "- **Front** (Pareto front): the variants that no other beats in both accuracy and cost. A variant is on it if "
        "at least 95 % of 1,000 resamples of what is known say so, beaten if at most 5 % do, else ambiguous. What was "
        "not observed (projected, modelled) never beats what was. Modelled energies of computing alone rise and fall "
        "together, for what is unknown of them is the price of an operation: so wide ranges can still be told apart.\n"
        "- **Knee**: the variant on a front that bulges most towards better, on the scales shown. A heuristic: your "
        "limits matter more. A front has none with fewer than three points, or where none bulges.\n"
        "- **Hypervolume**: how much of the plane a front covers, up to the reference point named beside it, in "
        "decades of cost × points of accuracy. It only means something between fronts with the same reference point.\n"
        "- **Whiskers**: 95 % intervals, 90 % for projections. **p50**: the median, half of the answers were faster."
    )


def _front(view: AnalysisView, axis: Objective) -> dict[str, str] | None:
    columns, feasible = view.columns, view.feasible
    line = front_line(columns, axis, feasible)
    line = line[~modelled(columns, axis)[line]]
    known = np.isfinite(columns.centre[axis])
    if not len(line):
        return None
    cost, accuracy = columns.centre[axis], 100 * columns.centre[ACCURACY]
    worst = float(cost[known].max()), float(accuracy[known].min())
    values = np.stack([np.log10(cost[line]), -accuracy[line]], axis=1)
    volume = hypervolume(values, (np.log10(worst[0]), -worst[1]))
    knee = knee_of(columns, axis, feasible)
    return {
        "Front": f"Accuracy against {text.title(axis).lower()}",
        "Knee (heuristic)": "none" if knee is None else columns.labels[knee],
        "Hypervolume": f"{volume:.3g}",
        "Reference point (the worst seen)": f"{figure(worst[0], axis.unit)}, {worst[1]:.1f} %",
    }
