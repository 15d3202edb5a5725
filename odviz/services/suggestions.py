"""Suggested benchmark plans: everything that makes sense, or a quick look."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from odviz.compression.recipes import suggested
from odviz.domain.errors import InputError
from odviz.domain.model import Model
from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.formats import FORMATS
from odviz.services import catalogue
from odviz.services.benchmark import usable_runtimes

FIRST_LOOK = replace(QUICK, time_s=10.0)
"""Effort of a first benchmark: `QUICK` with less time."""


def models(task: str, quick: bool) -> tuple[str, ...]:
    """Names of the suggested models: all, or in a quick look the most accurate and the one with the fewest MACs.

    Raises:
        UnknownName: no such task.
    """
    candidates = catalogue.models(task)
    if not quick or not candidates:
        return tuple(model.name for model in candidates)
    most_accurate = max(candidates, key=lambda model: model.dense.test_accuracy or 0.0)
    smallest = min(candidates, key=lambda model: model.dense.macs)
    return tuple(dict.fromkeys((most_accurate.name, smallest.name)))


def recipes(task: str, quick: bool, model_names: Collection[str] | None = None) -> tuple[Recipe, ...]:
    """Suggested recipes for the models of a task.

    Args:
        task: name of the task.
        quick: only the few most informative ones.
        model_names: models that the recipes are for; all of the task by default.
    """
    chosen = [model for model in catalogue.models(task) if model_names is None or model.name in model_names]
    pruned = sorted({checkpoint.nominal for model in chosen for checkpoint in model.checkpoints[1:]})
    return tuple(dict.fromkeys(recipe for name in _formats(chosen) for recipe in suggested(name, pruned, quick=quick)))


def _formats(chosen: Iterable[Model]) -> tuple[str, ...]:
    """Names of the formats that any of the models has a file of."""
    existing = {name for model in chosen for name in model.dense.artifacts}
    return tuple(name for name in FORMATS.names() if name in existing)


def first_look(task: str) -> BenchmarkPlan:
    """A benchmark of under a minute: the smallest model, few recipes, the first runtime of each format.

    Raises:
        UnknownName: no such task.
        InputError: the task has no model.
        Unavailable: no runtime is available.
    """
    candidates = catalogue.models(task)
    if not candidates:
        raise InputError(f"The task {task!r} has no model.")
    smallest = min(candidates, key=lambda model: model.dense.macs)
    chosen = recipes(task, True, (smallest.name,))
    return BenchmarkPlan(task, (smallest.name,), chosen, runtimes(quick=True), effort=FIRST_LOOK)


def every_model(task: str, threads: int = 1, also: Recipe | None = None) -> BenchmarkPlan:
    """A quick benchmark of all models of a task, each uncompressed and in int8.

    Args:
        task: name of the task.
        threads: per inference.
        also: a further recipe, such as the one recommended so far.

    Raises:
        UnknownName: no such task.
        Unavailable: no runtime is available.
    """
    formats = _formats(catalogue.models(task))
    quick = dict.fromkeys(recipe for name in formats for recipe in suggested(name, quick=True))
    extra = dict.fromkeys([also] if also and also.steps else [])
    return BenchmarkPlan(task, models(task, False), tuple(quick | extra), runtimes(quick=True), threads, QUICK)


def runtimes(quick: bool) -> tuple[str, ...]:
    """Names of the suggested runtimes: all that are available, or in a quick look the first of each format.

    Raises:
        Unavailable: no runtime is available.
    """
    available = usable_runtimes()
    if not quick:
        return tuple(runtime.name for runtime in available)
    first = {runtime.formats[0]: runtime.name for runtime in reversed(available)}
    return tuple(first[name] for name in sorted(first))
