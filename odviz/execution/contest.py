"""Which points a front or the recommendation can depend on, judged while a benchmark runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from odviz.arrays import Array, Floats
from odviz.domain.target import OperatingPoint
from odviz.metrics.base import Metric
from odviz.pareto.decision import beaten
from odviz.stats.full_speed import SteadyBlocks
from odviz.stats.joint import joint_p50

_RESAMPLES = 400


@dataclass(frozen=True)
class Contest:
    """The points of a benchmark, compared by quality and latency.

    Attributes:
        metric: of the task.
        scores: of each point, in the order of the test items.
        seed: of the bootstrap.
    """

    metric: Metric
    scores: Mapping[OperatingPoint, Array]
    seed: int

    def open_points(self, timed: Mapping[OperatingPoint, SteadyBlocks]) -> list[OperatingPoint]:
        """Points that no other point beats, see `odviz.pareto.decision.beaten`.

        To time a beaten point further would narrow its own interval, and change no front and no recommendation.

        Args:
            timed: the blocks of the points in question, at least one of each.
        """
        column = {point: number for number, point in enumerate(self.scores)}
        goodness = self._goodness[:, [column[point] for point in timed]]
        rng = np.random.default_rng([self.seed, 1])
        moves = [own.moves for own in timed.values()]
        p50 = joint_p50(moves, _RESAMPLES, rng, [own.correction_sd for own in timed.values()])
        return [point for point, is_beaten in zip(timed, beaten(goodness, p50), strict=True) if not is_beaten]

    @cached_property
    def _goodness(self) -> Floats:
        rng = np.random.default_rng([self.seed, 0])
        sign = 1 if self.metric.higher_is_better else -1
        return sign * self.metric.replicates(list(self.scores.values()), _RESAMPLES, rng)
