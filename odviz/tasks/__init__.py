"""Tasks: what is predicted, on which data, by which metric. One file each, see base.Task; then the user's own."""

from __future__ import annotations

from collections.abc import Iterator

from odviz.domain.errors import UnknownName
from odviz.library.own_tasks import own_tasks
from odviz.registry import Registry
from odviz.tasks.base import Task


class Tasks(Registry[Task]):
    """The built-in tasks, then those of the user, which may come and go while odviz runs."""

    def names(self) -> tuple[str, ...]:
        """Names of all tasks; the page starts with the first."""
        built_in = sorted(self._plugins.values(), key=lambda task: (task.order, task.name))
        return (*(task.name for task in built_in), *own_tasks()[0])

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in own_tasks()[0]

    def __iter__(self) -> Iterator[Task]:
        return map(self.__getitem__, self.names())

    def __getitem__(self, name: str) -> Task:
        """See Registry."""
        record = own_tasks()[0].get(name)
        if record is not None:
            from odviz.tasks._own import OwnTaskPlugin

            return OwnTaskPlugin(name, record)
        try:
            return super().__getitem__(name)
        except UnknownName:
            raise UnknownName("task", name, self.names()) from None


TASKS = Tasks("task", __name__)
