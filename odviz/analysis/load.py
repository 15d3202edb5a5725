"""Latency of requests that arrive at random times, on a quiet machine and beside a busy core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.domain.estimate import Estimate
from odviz.domain.target import OperatingPoint
from odviz.objectives.loaded_latency import STRESS, Condition, name_of, rates_of
from odviz.stats.open_loop import Responses, deadline_misses, responses

DEADLINE_S = 0.1
"""The need that holds for the latency of a variant unless a person chooses another: it feels instant."""


@dataclass(frozen=True)
class LoadedVariant:
    """One variant under one condition.

    Attributes:
        point: the variant.
        condition: what else the machine does.
        rate: requests a second.
        responses: how fast they were answered.
        misses: share of them that were answered later than the deadline.
        deadline_s: the deadline.
    """

    point: OperatingPoint
    condition: Condition
    rate: float
    responses: Responses
    misses: Estimate
    deadline_s: float


def loaded_variants(
    data: BenchmarkData, points: Sequence[OperatingPoint], deadline_s: float = DEADLINE_S
) -> tuple[LoadedVariant, ...]:
    """Results of the points that were tried under load, by point, rate and condition.

    Args:
        data: of the benchmark.
        points: whose results.
        deadline_s: seconds from the arrival of a request to its answer.
    """
    results = []
    for point in points:
        outcome = data.stress.get(point, {}).get(STRESS, {})
        for rate in rates_of(outcome):
            for condition in Condition:
                if (name := name_of(condition, rate)) in outcome:
                    windows, scope = list(outcome[name]), f"{rate:g} requests a second, {condition.label}"
                    misses = deadline_misses(windows, deadline_s, scope)
                    results.append(LoadedVariant(point, condition, rate, responses(windows, scope), misses, deadline_s))
    return tuple(results)
