"""Groups of test items, over which the worst group is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Bools, Indices


@dataclass(frozen=True, eq=False)
class ItemGroups:
    """To which group each test item belongs: its source or its age band where the task has such, else its class.

    Attributes:
        title: what the groups are, in the plural ("people").
        names: of the groups; empty for a task whose items have neither sources nor classes.
        index: group of each item, shape (N,).
        by_class: whether the groups are classes.
        fixed: whether the groups are all that there are (age bands), not a few of many (people).
    """

    title: str = ""
    names: tuple[str, ...] = ()
    index: Indices = field(default_factory=lambda: np.empty(0, np.intp))
    by_class: bool = False
    fixed: bool = False

    @cached_property
    def members(self) -> tuple[Indices, ...]:
        """Items of each group."""
        return tuple(np.flatnonzero(self.index == group) for group in range(len(self.names)))

    @property
    def sources(self) -> Indices | None:
        """Source of each item, over which intervals are for new sources; None if the groups are no sample of these."""
        return self.index if self.names and not self.by_class and not self.fixed else None

    @property
    def reach(self) -> str:
        """What intervals over the sources are for ("4 people, the interval is for new people"); empty without them."""
        several = self.sources is not None and len(self.names) > 1
        return f"{len(self.names)} {self.title}, the interval is for new {self.title}" if several else ""

    def of(self, items: Indices) -> ItemGroups:
        """The groups of some of the items, in their order; a group without any is left out."""
        present, index = np.unique(self.index[items], return_inverse=True)
        return ItemGroups(self.title, tuple(self.names[group] for group in present), index, self.by_class, self.fixed)

    @cached_property
    def indicators(self) -> NDArray[np.float32]:
        """Shape (groups, N): 1 where an item belongs to a group, else 0."""
        belongs: Bools = self.index == np.arange(len(self.names))[:, np.newaxis]
        return belongs.astype(np.float32)


NO_GROUPS = ItemGroups()


def group_items(
    title: str, labels: Sequence[str] | NDArray[np.str_], by_class: bool = False, fixed: bool = False
) -> ItemGroups:
    """Group items by their labels.

    Args:
        title: what the labels name, in the plural.
        labels: of each item.
        by_class: whether the labels are classes.
        fixed: whether there are no other groups than these.
    """
    names, index = np.unique(np.asarray(labels, str), return_inverse=True)
    return ItemGroups(title, tuple(names.tolist()), index, by_class, fixed)
