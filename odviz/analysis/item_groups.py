"""Test items of a benchmark: what they should be predicted as, and the groups that they can be looked at by."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.column_groups import column_groups
from odviz.domain.errors import OdvizError
from odviz.objectives.groups import NO_GROUPS, ItemGroups, group_items
from odviz.tasks import TASKS
from odviz.tasks.base import Examples


@dataclass(frozen=True, eq=False)
class KnownItems:
    """What is known of the test items of a benchmark beside its predictions.

    Attributes:
        targets: as the metric of the task takes them, shape (N, …); empty if the task was removed or has other items
            by now.
        groupings: by source, by class.
        columns: by a column of the data that has few values, or numbers, in bands.
    """

    targets: NDArray[Any] = field(default_factory=lambda: np.empty(0, np.int64))
    groupings: tuple[ItemGroups, ...] = ()
    columns: tuple[ItemGroups, ...] = ()

    @property
    def ways(self) -> tuple[ItemGroups, ...]:
        """Every way to look at them."""
        return self.groupings + self.columns

    @property
    def groups(self) -> ItemGroups:
        """The groups of the objectives: the sources of the items, else their classes."""
        return next(iter(self.groupings), NO_GROUPS)

    @property
    def first(self) -> ItemGroups:
        """The groups to look at first: those of the objectives if there are no others (age bands), else classes."""
        by_class = (grouping for grouping in self.groupings if grouping.by_class)
        return self.groups if self.groups.fixed else next(by_class, next(iter(self.ways), NO_GROUPS))

    def of(self, items: NDArray[np.intp]) -> KnownItems:
        """The same of some of the items, in their order."""
        if not len(self.targets):
            return self
        groupings, columns = (tuple(grouping.of(items) for grouping in ways) for ways in (self.groupings, self.columns))
        return KnownItems(self.targets[items], groupings, columns)


NO_ITEMS = KnownItems()


def known_items(task: str, data_sha256: str) -> KnownItems:
    """What is known of the test items of a task.

    Args:
        task: name of the task.
        data_sha256: fingerprint of the items that were predicted.

    Returns:
        `NO_ITEMS` if the task was removed or has other items by now: what was predicted stands without them.
    """
    try:
        return _known_items(task, data_sha256)
    except (OdvizError, _OtherItems):
        return NO_ITEMS


def stored_items(task: str, data_sha256: str) -> Examples | None:
    """The test items themselves, which are large; None if the task was removed or has other items by now."""
    try:
        return _items(task, data_sha256)
    except (OdvizError, _OtherItems):
        return None


class _OtherItems(Exception):
    """The task has other test items than those that a benchmark predicted."""


def _items(task: str, data_sha256: str) -> Examples:
    items = TASKS[task].test()
    if items.fingerprint != data_sha256:
        raise _OtherItems
    return items


@lru_cache(maxsize=8)
def _known_items(task: str, data_sha256: str) -> KnownItems:
    plugin, items = TASKS[task], _items(task, data_sha256)
    groupings = [group_items(plugin.groups, items.groups, fixed=plugin.fixed_groups)] if plugin.groups else []
    classes = plugin.classes()
    if classes and items.targets.ndim == 1:
        groupings.append(group_items("classes", [classes[target] for target in items.targets], by_class=True))
    taken = {grouping.title for grouping in groupings}
    columns = (
        column_groups(f"{heading} (column)" if heading in taken else heading, cells)
        for heading, cells in items.columns.items()
    )
    return KnownItems(items.targets, tuple(groupings), tuple(one for one in columns if one is not None))
