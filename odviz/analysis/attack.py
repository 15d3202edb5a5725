"""What an attack without gradients does to each variant, on the same items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.domain.target import OperatingPoint, parent_of
from odviz.objectives.attacked_accuracy import STRESS, sources
from odviz.objectives.base import Outcome
from odviz.objectives.changed_items import ITEMS
from odviz.stats.tails import TooFew, order_interval


@dataclass(frozen=True)
class AttackedVariant:
    """One variant under attack.

    Attributes:
        point: the variant.
        clean: the metric on the same items as they are.
        attacked: the metric under attack.
        difference: of the latter to that of its parent; None for the parent, and without it.
        queries: median number of queries until a right item turns wrong; None if half of them or more never do.
        budget: greatest number of queries of an item.
    """

    point: OperatingPoint
    clean: Estimate
    attacked: Estimate
    difference: Estimate | None
    queries: Estimate | None
    budget: int


def attacked_variants(data: BenchmarkData, points: Sequence[OperatingPoint]) -> tuple[AttackedVariant, ...]:
    """Results of the points that were attacked.

    Args:
        data: of the benchmark.
        points: whose results.
    """
    outcomes = {point: data.stress[point][STRESS] for point in points if STRESS in data.stress.get(point, {})}
    return tuple(_variant(data, point, outcomes.get(parent_of(point)), outcome) for point, outcome in outcomes.items())


def _variant(data: BenchmarkData, point: OperatingPoint, parent: Outcome | None, outcome: Outcome) -> AttackedVariant:
    metric, groups = data.metric, sources(outcome, data.groups)
    clean = data.predictions[point].scores[outcome[ITEMS].astype(np.intp)]
    difference = None
    if parent is not None and parent is not outcome and np.array_equal(parent[ITEMS], outcome[ITEMS]):
        difference = metric.difference(outcome["scores"], parent["scores"], groups)
    return AttackedVariant(
        point,
        metric.interval(clean, groups, scope="the same items as they are"),
        metric.interval(outcome["scores"], groups, scope="under attack"),
        difference,
        _median_queries(outcome),
        int(outcome["budget"][0]),
    )


def _median_queries(outcome: Outcome) -> Estimate | None:
    """Median over the items that were right as they are; those that stay right need more than the budget."""
    attacked = outcome["queries"] > 1
    queries = np.sort(np.where(outcome["right"], np.inf, outcome["queries"])[attacked | outcome["right"]])
    if not len(queries):
        return None
    with np.errstate(invalid="ignore"):
        value = float(np.quantile(queries, 0.5, method="higher"))
        ends = order_interval(queries, len(queries), 0.5)
    if isinstance(ends, TooFew) or not np.isfinite([value, ends[0]]).all():
        return None
    high = ends[1] if np.isfinite(ends[1]) else np.inf
    return Estimate(
        value, min(ends[0], value), max(high, value), "queries", Provenance.MEASURED, len(queries), LEVEL,
        "until a right item turns wrong",
    )  # fmt: skip
