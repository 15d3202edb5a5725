"""What is measured when a person has not chosen: a sensible whole, or a quick look."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from odviz.compression import recipes as known
from odviz.domain.errors import InputError
from odviz.domain.plan import QUICK, BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.formats import FORMATS
from odviz.services import catalogue
from odviz.services.benchmark import usable_runtimes

GLANCE = replace(QUICK, time_s=10.0)
"""Effort of a first look: as quick as `QUICK`, and shorter where that does not suffice."""


def models(task: str, quick: bool) -> tuple[str, ...]:
    """Names of the models: all, or for a quick look the most accurate and the one with the fewest MACs.

    Raises:
        UnknownName: no such task.
    """
    there = catalogue.models(task)
    if not quick or not there:
        return tuple(model.name for model in there)
    best = max(there, key=lambda model: model.dense.test_accuracy or 0.0)
    least = min(there, key=lambda model: model.dense.macs)
    return tuple(dict.fromkeys((best.name, least.name)))


def recipes(task: str, quick: bool, names: Collection[str] | None = None) -> tuple[Recipe, ...]:
    """Recipes worth trying on the task's models, each once.

    Args:
        task: name of the task.
        quick: only the few that say most.
        names: of the models they are for; by default all of the task's.
    """
    there = [model for model in catalogue.models(task) if names is None or model.name in names]
    pruned = sorted({checkpoint.nominal for model in there for checkpoint in model.checkpoints[1:]})
    choose = known.quick if quick else known.suggested
    return tuple(dict.fromkeys(recipe for fmt in FORMATS.names() for recipe in choose(fmt, pruned)))


def first_look(task: str) -> BenchmarkPlan:
    """A benchmark of under a minute for a first visit: the smallest model, few recipes, the first runtime per format.

    Raises:
        UnknownName: no such task.
        InputError: no model of the task is shipped.
        Unavailable: no runtime is there.
    """
    there = catalogue.models(task)
    if not there:
        raise InputError(f"No model for {task!r} is shipped with this odviz.")
    smallest = min(there, key=lambda model: model.dense.macs)
    chosen = recipes(task, True, (smallest.name,))
    return BenchmarkPlan(task, (smallest.name,), chosen, runtimes(quick=True), effort=GLANCE)


def every_model(task: str, threads: int = 1, also: Recipe | None = None) -> BenchmarkPlan:
    """A quick benchmark that sets all models of a task side by side: uncompressed and in int8, and in one other way.

    Args:
        task: name of the task.
        threads: inside one inference.
        also: a further recipe, such as what is recommended so far, so that nothing worse takes its place.

    Raises:
        UnknownName: no such task.
        Unavailable: no runtime is there.
    """
    few = dict.fromkeys(recipe for fmt in FORMATS.names() for recipe in known.quick(fmt))
    more = dict.fromkeys([also] if also and also.steps else [])
    return BenchmarkPlan(task, models(task, False), tuple(few | more), runtimes(quick=True), threads, QUICK)


def runtimes(quick: bool) -> tuple[str, ...]:
    """Names of the runtimes that are there: all, or for a quick look the first for each format.

    Raises:
        Unavailable: none is.
    """
    there = usable_runtimes()
    if not quick:
        return tuple(runtime.name for runtime in there)
    first = {runtime.formats[0]: runtime.name for runtime in reversed(there)}
    return tuple(first[fmt] for fmt in sorted(first))
