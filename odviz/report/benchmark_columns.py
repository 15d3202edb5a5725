"""The list of benchmarks as columns: what differs between its rows, and what is the same in all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from odviz.domain.label import BASELINE
from odviz.domain.plan import QUICK, THOROUGH
from odviz.domain.recipe import Recipe
from odviz.report.imported import ELSEWHERE
from odviz.services import naming
from odviz.store import BenchmarkRecord

_FEW = 4
"""Names that a cell lists."""

_EFFORTS = {THOROUGH: "thorough", QUICK: "quick"}


@dataclass(frozen=True, slots=True)
class ListNames:
    """How a list writes what a plan names.

    Attributes:
        task: a task.
        model: a model of a task.
        recipe: a recipe.
        runtime: a runtime.
    """

    task: Callable[[str], str]
    model: Callable[[str, str], str]
    recipe: Callable[[Recipe], str]
    runtime: Callable[[str], str]


AS_TYPED = ListNames(str, lambda _, model: model, lambda recipe: recipe.label, str)
"""As commands take them."""

TITLES = ListNames(naming.task, naming.model, naming.recipe, naming.runtime)

_CELLS: Mapping[str, Callable[[BenchmarkRecord, ListNames], str]] = {
    "Name": lambda record, _: record.label.name,
    "Baseline": lambda record, _: BASELINE if record.baseline else "",
    "Tags": lambda record, _: ", ".join(record.label.tags),
    "Task": lambda record, names: names.task(record.plan.task),
    "Models": lambda record, names: _list([names.model(record.plan.task, model) for model in record.plan.models]),
    "Recipes": lambda record, names: _list(list(map(names.recipe, record.plan.recipes))),
    "Runtimes": lambda record, names: _list(list(map(names.runtime, record.plan.runtimes))),
    "Threads": lambda record, _: str(record.plan.threads),
    "Effort": lambda record, _: _EFFORTS.get(record.plan.effort, "own"),
    "Stress tests": lambda record, _: _list(record.plan.stress),
    "Processor": lambda record, _: record.environment.cpu if record.environment else "",
    "Measured on": lambda record, _: ELSEWHERE if record.imported else "this machine",
    "odviz": lambda record, _: record.environment.odviz if record.environment else "",
}


@dataclass(frozen=True, slots=True)
class ListColumns:
    """What a list of benchmarks shows of each, beside id, date and state.

    Attributes:
        differing: cells by heading, of what differs between the benchmarks.
        same: the value by heading, of what is the same in all.
    """

    differing: Mapping[str, Sequence[str]]
    same: Mapping[str, str]


def list_columns(records: Sequence[BenchmarkRecord], names: ListNames) -> ListColumns:
    """The columns of a list; of a single benchmark, all that are not empty."""
    columns = {title: [cell(record, names) for record in records] for title, cell in _CELLS.items()}
    single = len(records) == 1
    differing = {title: cells for title, cells in columns.items() if len(set(cells)) > 1 or (single and cells[0])}
    same = {title: cells[0] for title, cells in columns.items() if cells and cells[0] and title not in differing}
    return ListColumns(differing, same)


def same_text(columns: ListColumns) -> str:
    """What is the same in all rows, in a line; empty if nothing is."""
    pairs = "; ".join(f"{title.lower()} {value}" for title, value in columns.same.items())
    return f"The same in all: {pairs}." if pairs else ""


def _list(names: Sequence[str]) -> str:
    """Names, cut where they are many."""
    if len(names) <= _FEW:
        return ", ".join(names)
    return f"{', '.join(names[: _FEW - 1])} and {len(names) - _FEW + 1} more"
