"""What is measured when a person has not chosen: a sensible whole, or a quick look."""

from __future__ import annotations

from odviz.compression import recipes as known
from odviz.domain.model import Format
from odviz.domain.recipe import Recipe
from odviz.services import catalogue
from odviz.services.benchmark import usable_engines


def models(task: str, quick: bool) -> tuple[str, ...]:
    """Names of the models: all, or for a quick look the most accurate and the one with the fewest MACs.

    Raises:
        UnknownName: no such task.
    """
    there = catalogue.models(task)
    if not quick:
        return tuple(model.name for model in there)
    best = max(there, key=lambda model: model.dense.test_accuracy)
    least = min(there, key=lambda model: model.dense.macs)
    return tuple(dict.fromkeys((best.name, least.name)))


def recipes(task: str, quick: bool) -> tuple[Recipe, ...]:
    """Recipes worth trying on the task's models, each once."""
    pruned = sorted({master.nominal for model in catalogue.models(task) for master in model.masters[1:]})
    choose = known.quick if quick else known.suggested
    return tuple(dict.fromkeys(recipe for fmt in Format for recipe in choose(fmt, pruned)))


def runtimes(quick: bool) -> tuple[str, ...]:
    """Names of the engines that are there: all, or for a quick look the first for each format.

    Raises:
        Unavailable: none is.
    """
    there = usable_engines()
    if not quick:
        return tuple(engine.name for engine in there)
    first = {fmt: engine.name for engine in reversed(there) for fmt in engine.formats}
    return tuple(dict.fromkeys(first[fmt] for fmt in sorted(first)))
