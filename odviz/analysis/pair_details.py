"""Two operating points item by item: those predicted otherwise, and the change of each class or group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.flips import flips_between
from odviz.analysis.harm import PredictedPoint, harm_between, on_same_items
from odviz.domain.comparison import PointComparison
from odviz.domain.errors import InputError
from odviz.domain.flips import Flips
from odviz.domain.harm import HarmReport
from odviz.objectives.groups import ItemGroups


@dataclass(frozen=True, slots=True)
class PairDetails:
    """What the predictions of two points say beyond the figures of the whole test set.

    Attributes:
        flips: items whose prediction changed, in both directions.
        groups: the change of each group; None without groups, or for a metric that has no value for one.
    """

    flips: tuple[Flips, ...]
    groups: HarmReport | None


def pair_details(
    base: BenchmarkData,
    new: BenchmarkData,
    pair: PointComparison,
    grouping: ItemGroups | None,
    classes: Sequence[str] = (),
) -> PairDetails | None:
    """Compare two points item by item; None if they were not predicted on the same items, or are the same.

    Args:
        base: the benchmark of the one that is compared with.
        new: the benchmark of the other.
        pair: the points.
        grouping: of the test items.
        classes: names of the classes.
    """
    before, now = PredictedPoint(base, pair.scored[0]), PredictedPoint(new, pair.scored[1])
    if not on_same_items(before, now) or (base.record.id, before.point) == (new.record.id, now.point):
        return None
    return PairDetails(flips_between(before, now, tuple(classes)), _groups(before, now, grouping))


def _groups(base: PredictedPoint, new: PredictedPoint, grouping: ItemGroups | None) -> HarmReport | None:
    if grouping is None:
        return None
    try:
        return harm_between(base, new, grouping)
    except InputError:  # the metric has no value for a class
        return None
