"""One benchmark on one device: without limits, which is computed once, and under the limits of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.analysis import Analysis
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.recommendation import Recommendation
from odviz.charts.columns import Columns, columns
from odviz.domain.result import BenchmarkResult
from odviz.services import naming
from odviz.store import BenchmarkRecord


@dataclass(frozen=True, eq=False)
class BenchmarkView:
    """One benchmark on one device, without limits.

    Attributes:
        data: everything that the benchmark stored.
        result: every measured figure, of all models.
        analysis: candidates and fronts on the device.
        columns: the candidates as arrays for charts.
        plan_indices: position in the plan of each candidate; identifies a variant on any device.
    """

    data: BenchmarkData
    result: BenchmarkResult
    analysis: Analysis
    columns: Columns
    plan_indices: tuple[int, ...]

    @property
    def record(self) -> BenchmarkRecord:
        """Plan and state of the benchmark."""
        return self.data.record

    @property
    def device_title(self) -> str:
        """Title of the device."""
        if self.analysis.device:
            return self.analysis.device.title
        return "Another machine" if self.record.imported else "This machine"

    @cached_property
    def _row_at(self) -> Mapping[int, int]:
        """Row of each position in the plan."""
        return {index: row for row, index in enumerate(self.plan_indices)}

    def rows_of(self, selected: Sequence[int]) -> tuple[int, ...]:
        """Rows of the selected variants.

        Args:
            selected: positions in the plan. On another device, where other runtimes run the same files, they stand
                for every candidate of the same model and recipe.
        """
        if self.analysis.device is None:
            return tuple(sorted(self._row_at[index] for index in {*selected} & self._row_at.keys()))
        variants = [point.point.variant for point in self.result.points]
        keys = [(variant.model, variant.recipe) for variant in variants]
        wanted = {keys[index] for index in selected if index < len(keys)}
        return tuple(row for row, index in enumerate(self.plan_indices) if keys[index] in wanted)


def benchmark_view(data: BenchmarkData, result: BenchmarkResult, analysis: Analysis) -> BenchmarkView:
    """An analysis of a benchmark, with its candidates as arrays for charts.

    Args:
        data: of the benchmark.
        result: every measured figure of it.
        analysis: of the data on this host or a device, of all models or of some.
    """
    positions = {point.point: index for index, point in enumerate(result.points)}
    label = naming.point if analysis.device is None else naming.variant
    return BenchmarkView(
        data,
        result,
        analysis,
        columns(analysis, label, data.record.plan.models),
        tuple(positions[candidate.host_point] for candidate in analysis.candidates),
    )


@dataclass(frozen=True, eq=False)
class AnalysisView:
    """The analysis of one device under limits, drawn in one place of the page.

    Attributes:
        slot: distinguishes two views on one page.
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
        suffix = f", {naming.target(target)}" if self.names_target and target else ""
        return self.benchmark_view.device_title + suffix

    @cached_property
    def feasible(self) -> NDArray[np.bool_]:
        """Whether each candidate satisfies the limits and fits the device, shape (N,)."""
        return self.analysis.candidates.feasible

    @cached_property
    def recommendation(self) -> Recommendation | None:
        """The recommended variant; None where none can be recommended."""
        return self.analysis.recommendation if self.recommends else None

    @cached_property
    def recommended_row(self) -> int | None:
        """Row of the recommended candidate."""
        return self.recommendation.rows[0] if self.recommendation else None
