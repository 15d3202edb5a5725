"""The analysis of one device under the visitor's limits, as all parts of Explore show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from odviz.analysis.analysis import Analysis
from odviz.analysis.recommendation import Recommendation
from odviz.charts.columns import Columns
from odviz.store import BenchmarkRecord
from odviz.ui.data import BenchmarkView
from odviz.ui.parts.device_choice import target_title

SELECTED = "pick"
"""Session key and URL parameter of the selected variants: their positions in the plan."""


@dataclass(frozen=True, eq=False)
class AnalysisView:
    """The analysis of one device under limits, drawn in one slot of the page.

    Attributes:
        slot: distinguishes the widgets of two views.
        benchmark_view: the benchmark on the device, without limits.
        analysis: the same under limits.
        recommends: whether a variant is recommended; not while the benchmark is running.
        names_target: whether the title includes the target, because both views show the same device.
    """

    slot: str
    benchmark_view: BenchmarkView
    analysis: Analysis
    recommends: bool = True
    names_target: bool = False

    @property
    def record(self) -> BenchmarkRecord:
        """The benchmark."""
        return self.benchmark_view.record

    @property
    def columns(self) -> Columns:
        """The candidates as arrays for charts."""
        return self.benchmark_view.columns

    @cached_property
    def title(self) -> str:
        """Title of the device."""
        target = self.analysis.target
        suffix = f", {target_title(target)}" if self.names_target and target else ""
        return self.benchmark_view.device_title + suffix

    @cached_property
    def feasible(self) -> NDArray[np.bool_]:
        """Whether each candidate satisfies the limits and fits the device, shape (N,)."""
        return np.array([candidate.feasible for candidate in self.analysis.candidates], bool)

    @cached_property
    def recommendation(self) -> Recommendation | None:
        """The recommended variant; None where none can be recommended."""
        return self.analysis.recommendation if self.recommends else None

    @cached_property
    def recommended_row(self) -> int | None:
        """Row of the recommended candidate."""
        if self.recommendation is None:
            return None
        rows = enumerate(self.analysis.candidates)
        return next(row for row, candidate in rows if candidate is self.recommendation.candidate)


def selected_variants(view: BenchmarkView) -> tuple[int, ...]:
    """Positions in the plan of the selected variants, as far as they exist."""
    return tuple(index for index in st.session_state.get(SELECTED) or () if index < len(view.result.points))


def select_rows(view: BenchmarkView, rows: Sequence[int]) -> None:
    """Select the candidates in these rows, on every device."""
    indices = (view.plan_indices[row] for row in rows if row < len(view.plan_indices))
    st.session_state[SELECTED] = tuple(dict.fromkeys(indices))
