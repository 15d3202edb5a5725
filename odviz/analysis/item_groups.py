"""Groups of the test items of a benchmark."""

from __future__ import annotations

from functools import lru_cache

from odviz.domain.errors import OdvizError
from odviz.objectives.groups import NO_GROUPS, ItemGroups, group_items
from odviz.tasks import TASKS
from odviz.tasks.base import Examples


class _OtherItems(Exception):
    """The task has other test items than those that a benchmark predicted."""


def item_groups(task: str, data_sha256: str) -> ItemGroups:
    """Group the test items of a task by their source, or else by their class.

    Args:
        task: name of the task.
        data_sha256: fingerprint of the items that were predicted.

    Returns:
        No groups if the task was removed or has other items by now, or if its items have neither source nor class.
    """
    try:
        return _grouped(task, data_sha256)
    except (OdvizError, _OtherItems):  # what was predicted stands without its groups
        return NO_GROUPS


@lru_cache(maxsize=8)
def _grouped(task: str, data_sha256: str) -> ItemGroups:
    plugin = TASKS[task]
    items = plugin.test()
    if items.fingerprint != data_sha256:
        raise _OtherItems
    if plugin.groups:
        return group_items(plugin.groups, items.groups, fixed=plugin.fixed_groups)
    return _by_class(items, plugin.classes())


def _by_class(items: Examples, classes: tuple[str, ...]) -> ItemGroups:
    if not classes or items.targets.ndim != 1:
        return NO_GROUPS
    return group_items("classes", [classes[target] for target in items.targets], by_class=True)
