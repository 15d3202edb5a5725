"""Times of variants that work for minutes without a pause, beside those of the machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.domain.target import OperatingPoint
from odviz.objectives.sustained_latency import STRESS, minutes
from odviz.stats.slowing import POINTS, Slowing, Swap, curve, slowing, swaps


@dataclass(frozen=True, eq=False)
class SustainedVariant:
    """One variant that worked without a pause.

    Attributes:
        point: the variant.
        minutes: how long.
        times: curve of its times, in logarithms of seconds.
        machine: curve of the times of the reference loop.
        slowing: whether it became slower, and what did.
    """

    point: OperatingPoint
    minutes: float
    times: NDArray[np.float64]
    machine: NDArray[np.float64]
    slowing: Slowing

    @property
    def elapsed_minutes(self) -> NDArray[np.float64]:
        """The middles of the points of the curves."""
        middles: NDArray[np.float64] = (np.arange(POINTS) + 0.5) / POINTS * self.minutes
        return middles


@dataclass(frozen=True, eq=False)
class Sustained:
    """What minutes without a pause do to the variants of a benchmark.

    Attributes:
        variants: one after the other, each in a process of its own.
        swaps: pairs of them that change places for certain.
    """

    variants: tuple[SustainedVariant, ...]
    swaps: tuple[Swap[OperatingPoint], ...]


def sustained(data: BenchmarkData, points: Sequence[OperatingPoint]) -> Sustained:
    """Results of the points that worked without a pause.

    Args:
        data: of the benchmark.
        points: whose results.
    """
    variants = []
    for point in points:
        if STRESS in data.stress.get(point, {}):
            outcome = data.stress[point][STRESS]
            times, machine = curve(outcome["median_s"]), curve(outcome["reference_s"])
            variants.append(SustainedVariant(point, minutes(outcome), times, machine, slowing(times, machine)))
    return Sustained(tuple(variants), swaps({variant.point: variant.times for variant in variants}))
