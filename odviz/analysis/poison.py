"""How many bad calibration items break a variant, and whether odviz notices them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.domain.estimate import Estimate
from odviz.domain.poison import Poison
from odviz.domain.target import OperatingPoint
from odviz.objectives.attacked_accuracy import sources
from odviz.objectives.base import Outcome
from odviz.objectives.poisoned_accuracy import STRESS


@dataclass(frozen=True)
class PoisonedSet:
    """A variant that was made with some bad calibration items.

    Attributes:
        bad: number of bad items.
        value: the metric; None if no file came of it.
        difference: to the same variant with the clean items; None likewise.
        suspects: items that odviz suspects before anything is made.
        caught: how many of these are bad.
    """

    bad: int
    value: Estimate | None
    difference: Estimate | None
    suspects: int
    caught: int


@dataclass(frozen=True)
class PoisonCurve:
    """One variant with more and more bad items of one kind.

    Attributes:
        point: the variant.
        poison: what is wrong with the items.
        size: number of calibration items.
        clean: the metric with none but good items.
        false_alarms: items that odviz suspects among these.
        sets: with bad items, rising in their number.
        higher_is_better: direction of the metric.
    """

    point: OperatingPoint
    poison: Poison
    size: int
    clean: Estimate
    false_alarms: int
    sets: tuple[PoisonedSet, ...]
    higher_is_better: bool

    @property
    def breaks_at(self) -> int | None:
        """Fewest bad items from which on the variant is worse for certain, however many more there are."""
        first = None
        for one in reversed(self.sets):
            if not self._is_worse(one):
                break
            first = one.bad
        return first

    @property
    def noticed_at(self) -> int | None:
        """Fewest bad items of which odviz suspects one; None if it never does."""
        return next((one.bad for one in self.sets if one.caught), None)

    def _is_worse(self, one: PoisonedSet) -> bool:
        if one.difference is None:
            return True
        return one.difference.high < 0 if self.higher_is_better else one.difference.low > 0


def poison_curves(data: BenchmarkData, points: Sequence[OperatingPoint]) -> tuple[PoisonCurve, ...]:
    """Curves of the variants that learn ranges from calibration items, for each kind of bad items.

    Args:
        data: of the benchmark.
        points: whose curves.
    """
    outcomes = {point: data.stress[point][STRESS] for point in points if STRESS in data.stress.get(point, {})}
    return tuple(
        _curve(data, point, outcome, poison)
        for point, outcome in outcomes.items()
        if len(outcome["bad"])
        for poison in _poisons(outcome)
    )


def _poisons(outcome: Outcome) -> list[Poison]:
    tried = set(outcome["poison"][outcome["bad"] > 0].tolist())
    return [poison for place, poison in enumerate(Poison) if place in tried]


def _curve(data: BenchmarkData, point: OperatingPoint, outcome: Outcome, poison: Poison) -> PoisonCurve:
    metric, groups, scores = data.metric, sources(outcome, data.groups), outcome["scores"]
    rows = np.flatnonzero((outcome["poison"] == list(Poison).index(poison)) & (outcome["bad"] > 0))
    scope = f"made with {int(outcome['size'][0])} calibration items"
    sets = tuple(
        PoisonedSet(
            int(outcome["bad"][row]),
            metric.interval(scores[row], groups, scope=scope) if outcome["made"][row] else None,
            metric.difference(scores[row], scores[0], groups) if outcome["made"][row] else None,
            int(outcome["suspects"][row]),
            int(outcome["caught"][row]),
        )
        for row in rows
    )
    clean = metric.interval(scores[0], groups, scope=scope)
    size, alarms = int(outcome["size"][0]), int(outcome["suspects"][0])
    return PoisonCurve(point, poison, size, clean, alarms, sets, metric.higher_is_better)
