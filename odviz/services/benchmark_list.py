"""The list of benchmarks, filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from odviz.domain.result import State
from odviz.store import BenchmarkRecord


class BenchmarkOrder(StrEnum):
    """What a list of benchmarks is sorted by."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    TASK = "task"
    LONGEST = "longest"


_KEYS: dict[BenchmarkOrder, Callable[[BenchmarkRecord], Any]] = {
    BenchmarkOrder.OLDEST: lambda record: record.last_measured,
    BenchmarkOrder.NAME: lambda record: (not record.label.name, record.label.name.casefold()),
    BenchmarkOrder.TASK: lambda record: record.plan.task,
    BenchmarkOrder.LONGEST: lambda record: -(record.duration_s or 0.0),
}


@dataclass(frozen=True, slots=True)
class BenchmarkFilter:
    """Which benchmarks are listed; an empty field selects all.

    Attributes:
        task: name of the task.
        model: name of a model that is measured.
        state: where the benchmark stands.
        tags: all of them are on it.
        name: part of the name, in any case.
        text: part of the id, name, tags or note, or of the names of task, models, recipes or runtimes, in any case.
    """

    task: str = ""
    model: str = ""
    state: State | None = None
    tags: tuple[str, ...] = ()
    name: str = ""
    text: str = ""

    def __call__(self, record: BenchmarkRecord) -> bool:
        """Whether a benchmark is listed."""
        plan, label = record.plan, record.label
        texts = (record.id, label.name, *label.tags, label.note, plan.task, *plan.models, *plan.runtimes)
        texts = (*texts, *(recipe.label for recipe in plan.recipes))
        return (
            self.task in ("", plan.task)
            and (not self.model or self.model in plan.models)
            and self.state in (None, record.state)
            and set(self.tags) <= set(label.tags)
            and self.name.casefold() in label.name.casefold()
            and any(self.text.casefold() in text.casefold() for text in texts)
        )


def select(
    records: Iterable[BenchmarkRecord], chosen: BenchmarkFilter, order: BenchmarkOrder = BenchmarkOrder.NEWEST
) -> list[BenchmarkRecord]:
    """The benchmarks that a filter selects, sorted; the store's order, newest first, decides between equal ones."""
    selected = filter(chosen, records)
    return sorted(selected, key=_KEYS[order]) if order in _KEYS else list(selected)
