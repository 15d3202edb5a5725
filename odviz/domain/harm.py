"""How a variant differs from its uncompressed network for each class, or each other group of the test items."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.estimate import Estimate
from odviz.domain.target import OperatingPoint


class Effect(StrEnum):
    """What compression does to a group."""

    HURT = "hurt"
    HELPED = "helped"
    OPEN = "open"
    """The interval holds zero."""

    TOO_FEW = "too-few"
    """The group has so few items that it is not compared."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Items whose prediction changed between right and wrong.

    Attributes:
        lost: right before, wrong now.
        gained: wrong before, right now.
    """

    lost: int
    gained: int


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The metric of one group of items, before and after.

    Attributes:
        name: of the group.
        items: how many belong to it.
        parent: the metric of the uncompressed network.
        own: the metric of the variant.
        difference: of both on the same items, with an interval that holds for all groups of all variants at once.
        effect: what that says.
        moved: None for a metric that calls no item right or wrong.
    """

    name: str
    items: int
    parent: Estimate
    own: Estimate
    difference: Estimate
    effect: Effect
    moved: Moved | None = None


@dataclass(frozen=True, slots=True)
class VariantHarm:
    """One variant beside its uncompressed network.

    Attributes:
        point: the variant and its runtime.
        difference: of the metric on all items, with an interval for it alone.
        groups: those that lose most first; those with too few items last.
    """

    point: OperatingPoint
    difference: Estimate
    groups: tuple[GroupChange, ...]

    def of(self, effect: Effect) -> tuple[GroupChange, ...]:
        """The groups of one effect."""
        return tuple(group for group in self.groups if group.effect is effect)

    @property
    def compared(self) -> tuple[GroupChange, ...]:
        """The groups with enough items."""
        return tuple(group for group in self.groups if group.effect is not Effect.TOO_FEW)


@dataclass(frozen=True, slots=True)
class HarmReport:
    """All variants of a benchmark by the groups of one grouping.

    Attributes:
        benchmark: its id.
        groups: what the groups are, in the plural ("classes", "people").
        metric: name of the metric that is compared.
        stands_in: whether that metric is compared in place of the task's, which has no value for a single class.
        higher_is_better: direction of the metric.
        comparisons: number of differences whose intervals hold at once.
        fewest: items that a group needs to be compared.
        sources: where the items come from few sources ("4 people"), for which alone the intervals are; else empty.
        variants: in the order of the plan.
    """

    benchmark: str
    groups: str
    metric: str
    stands_in: bool
    higher_is_better: bool
    comparisons: int
    fewest: int
    sources: str
    variants: tuple[VariantHarm, ...]
