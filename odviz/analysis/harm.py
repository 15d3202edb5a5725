"""Whom compression hurts: the metric of each group of test items, beside that of the uncompressed network.

The intervals of one report hold for all groups of all its variants at once, by Bonferroni's correction: of reports on
variants that are equal to their networks at most 5 % name any group. The intervals are exact for metrics that call
items right or wrong (`stats.proportions.exact_paired_difference`), so that they do so for small groups, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.arrays import Array, Bools
from odviz.domain.errors import InputError
from odviz.domain.estimate import LEVEL, Estimate
from odviz.domain.harm import Effect, GroupChange, HarmReport, Moved, VariantHarm
from odviz.domain.target import OperatingPoint, parent_of
from odviz.metrics._classes import decided_classes
from odviz.metrics.base import Metric, Targets
from odviz.metrics.top1 import plugin as TOP1
from odviz.objectives.groups import ItemGroups

FEWEST_ITEMS = 10
"""Items that a group needs to be compared; each comparison widens the intervals of all others."""

FEWEST_SOURCES = 10
"""Sources of items from which on intervals are for new sources; from fewer, none of so many at once would be finite
enough to say anything, and they are for items of the same sources."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Scores of the points of a benchmark by one metric.

    Attributes:
        metric: that gave them.
        scores: of each point, shape (N, …).
    """

    metric: Metric
    scores: Mapping[OperatingPoint, Array]

    @property
    def right(self) -> Mapping[OperatingPoint, Bools]:
        """Whether each item is predicted right; empty for a metric that does not say."""
        return {point: own for point, own in self.scores.items() if own.dtype == bool}


@dataclass(frozen=True, eq=False)
class PredictedPoint:
    """An operating point with the benchmark that predicted it.

    Attributes:
        data: of the benchmark.
        point: one of its points.
    """

    data: BenchmarkData
    point: OperatingPoint


def compared_points(data: BenchmarkData) -> tuple[OperatingPoint, ...]:
    """The compressed variants with predictions that can be compared with their network's, in the order of the plan."""
    finite = {point for point, stored in data.predictions.items() if np.isfinite(stored.scores).all()}
    return tuple(
        point
        for point in data.points
        if {point, parent_of(point)} <= finite and parent_of(point) != point and not data.is_wrong(point)
    )


def harm(data: BenchmarkData, grouping: ItemGroups) -> HarmReport:
    """Compare every variant with its uncompressed network, group by group.

    Args:
        data: of the benchmark.
        grouping: of its test items.

    Raises:
        InputError: the groups are classes, and neither the metric nor the stored predictions have a value for one.
    """
    judged = judge(data, grouping)
    pairs = [
        (PredictedPoint(data, parent_of(point)), PredictedPoint(data, point), judged, judged)
        for point in compared_points(data)
    ]
    return _report(data, grouping, judged.metric, pairs)


def harm_between(base: PredictedPoint, new: PredictedPoint, grouping: ItemGroups) -> HarmReport | None:
    """Compare two points on the same items, group by group; None if they were not predicted on the same items.

    Args:
        base: what is compared with.
        new: what is compared, the one variant of the report.
        grouping: of the test items of both.

    Raises:
        InputError: as `harm`.
    """
    if not on_same_items(base, new):
        return None
    judged = judge(new.data, grouping)
    before = judged if base.data is new.data else judge(base.data, grouping)
    return _report(new.data, grouping, judged.metric, [(base, new, before, judged)])


def on_same_items(base: PredictedPoint, new: PredictedPoint) -> bool:
    """Whether two points were scored on the same items by the same metric, and all scores are numbers."""
    known = bool(base.data.data_sha256) or base.data is new.data
    if not known or base.data.data_sha256 != new.data.data_sha256 or base.data.metric is not new.data.metric:
        return False
    stored = [one.data.predictions.get(one.point) for one in (base, new)]
    return all(one is not None and bool(np.isfinite(one.scores).all()) for one in stored)


_ScoredPair = tuple[PredictedPoint, PredictedPoint, Judged, Judged]


def _report(data: BenchmarkData, grouping: ItemGroups, metric: Metric, pairs: Sequence[_ScoredPair]) -> HarmReport:
    """The report on pairs of points, whose intervals hold at once."""
    enough = [len(members) >= FEWEST_ITEMS for members in grouping.members]
    comparisons = max(1, sum(enough) * len(pairs))
    level = 1 - (1 - LEVEL) / comparisons
    sources = None if grouping is data.groups else data.groups.sources
    few = sources is not None and len(data.groups.names) < FEWEST_SOURCES
    return HarmReport(
        data.record.id,
        grouping.title,
        metric.name,
        metric is not data.metric,
        metric.higher_is_better,
        comparisons,
        FEWEST_ITEMS,
        f"{len(data.groups.names)} {data.groups.title}" if few else "",
        tuple(_variant(*pair, grouping, level, None if few else sources) for pair in pairs),
    )


def judge(data: BenchmarkData, grouping: ItemGroups | None = None) -> Judged:
    """The scores by which points are compared within groups.

    They are those of the task's metric. Where the groups are classes and its scores do not say which items are right,
    the share of right predictions takes its place: within a class that is its recall.

    Raises:
        InputError: the metric compares classes, and the outputs were too large to keep.
    """
    metric = data.metric
    scores = {point: stored.scores for point, stored in data.predictions.items()}
    is_right = all(own.dtype == bool for own in scores.values())
    if grouping is None or not grouping.by_class or is_right or metric.targets is not Targets.CLASSES:
        return Judged(metric, scores)
    right = right_predictions(data)
    if right:
        return Judged(TOP1, right)
    if metric.within_class:
        return Judged(metric, scores)
    raise InputError(f"{metric.title} compares classes: it has no value for one of them.")


def right_predictions(data: BenchmarkData) -> Mapping[OperatingPoint, Bools]:
    """Whether each point predicts each item right; empty for a task or metric that calls none right."""
    judged = Judged(data.metric, {point: stored.scores for point, stored in data.predictions.items()})
    if judged.right or data.metric.targets is not Targets.CLASSES or not len(data.items.targets):
        return judged.right
    outputs = {point: stored.outputs for point, stored in data.predictions.items() if stored.outputs is not None}
    targets = data.items.targets
    return {
        point: classes == targets for point, classes in zip(outputs, decided_classes(*outputs.values()), strict=True)
    }


def _variant(
    base: PredictedPoint,
    new: PredictedPoint,
    before: Judged,
    judged: Judged,
    grouping: ItemGroups,
    level: float,
    sources: NDArray[np.intp] | None,
) -> VariantHarm:
    own, parent = judged.scores[new.point], before.scores[base.point]
    changes = [
        _change(
            judged.metric, name, own[members], parent[members], None if sources is None else sources[members], level
        )
        for name, members in zip(grouping.names, grouping.members, strict=True)
    ]
    sign = 1 if judged.metric.higher_is_better else -1
    changes.sort(key=lambda change: (change.effect is Effect.TOO_FEW, sign * change.difference.centre))
    scores = [one.data.predictions[one.point].scores for one in (new, base)]
    whole = new.data.metric.difference(scores[0], scores[1], new.data.groups.sources)
    return VariantHarm(new.point, whole, tuple(changes))


def _change(
    metric: Metric, name: str, own: Array, parent: Array, sources: NDArray[np.intp] | None, level: float
) -> GroupChange:
    within = None if sources is None else np.unique(sources, return_inverse=True)[1]
    difference = metric.strict_difference(own, parent, within, level=level)
    moved = Moved(int((parent & ~own).sum()), int((own & ~parent).sum())) if own.dtype == bool else None
    effect = _effect(metric, difference) if len(own) >= FEWEST_ITEMS else Effect.TOO_FEW
    return GroupChange(name, len(own), metric.interval(parent), metric.interval(own), difference, effect, moved)


def _effect(metric: Metric, difference: Estimate) -> Effect:
    if difference.low <= 0 <= difference.high:
        return Effect.OPEN
    return Effect.HELPED if (difference.low > 0) == metric.higher_is_better else Effect.HURT
