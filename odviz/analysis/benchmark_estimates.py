"""The estimates of a benchmark and the samples behind them: what the analyses for all devices share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import Candidate, candidate
from odviz.analysis.estimates import host_samples
from odviz.analysis.replicates import ItemReplicates, item_replicates
from odviz.domain.objective import Objective
from odviz.domain.result import BenchmarkResult
from odviz.objectives.base import HostSamples

_MOST_POINTS = 500
"""Points up to which replicates are kept, 8 kB per point and objective; of more they are drawn for each analysis."""


@dataclass(frozen=True, eq=False)
class BenchmarkEstimates:
    """What a benchmark found on this host; the analysis for any device starts from it. Each part is computed once.

    Attributes:
        data: everything that the benchmark stored.
        result: the estimates made of it, of all points or of some.
    """

    data: BenchmarkData
    result: BenchmarkResult

    @cached_property
    def objectives(self) -> tuple[Objective, ...]:
        """The objectives of the task."""
        return self.data.objectives

    @cached_property
    def samples(self) -> tuple[HostSamples, ...]:
        """The samples behind the estimates of each point."""
        return tuple(host_samples(self.data, self.result.points))

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """Each point with its estimates of the objectives on this host, not yet compared with others."""
        return tuple(candidate(point, self.objectives) for point in self.samples)

    @cached_property
    def item_replicates(self) -> ItemReplicates:
        """Replicates of the objectives that depend on the test items alone; none are kept of very many points."""
        if len(self.samples) > _MOST_POINTS:
            return {}
        return item_replicates(self.samples, self.objectives, self.data.record.plan.seed)
