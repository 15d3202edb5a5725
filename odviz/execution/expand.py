"""From a plan to the operating points it stands for. Pure: what fits with what, and what is left out and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odviz.compression.recipes import ResolvedStep, canonical, precision, resolve
from odviz.domain.errors import InputError, RecipeError
from odviz.domain.model import Model, Variant
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.domain.target import HOST, OperatingPoint, Target


@dataclass(frozen=True, slots=True)
class Runtime:
    """What expansion has to know of a runtime."""

    name: str
    formats: tuple[str, ...]
    backend: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a plan stands for.

    Attributes:
        points: every operating point, each model's parents first.
        left_out: one sentence per model × recipe that fits none of the runtimes.
    """

    points: tuple[OperatingPoint, ...]
    left_out: tuple[str, ...]


def expand(plan: BenchmarkPlan, models: Mapping[str, Model], runtimes: Sequence[Runtime]) -> Expansion:
    """Every model × recipe × runtime of the plan that fits together.

    A runtime that reads several formats runs a model in the first of them that the model has.

    Args:
        plan: what was asked.
        models: the plan's models by name.
        runtimes: the plan's runtimes.

    Raises:
        InputError: nothing is left to measure.
        RecipeError: a recipe that nothing asked for could take.
    """
    recipes = tuple(dict.fromkeys((Recipe(), *(canonical(recipe) for recipe in plan.recipes))))
    points: dict[OperatingPoint, None] = {}
    left_out: dict[Recipe, list[str]] = {}
    for name in dict.fromkeys(plan.models):
        for recipe in recipes:
            fitting, reasons = _fitting(models[name], recipe, runtimes)
            if not fitting:
                left_out.setdefault(recipe, []).append(f"{name} with {recipe} is left out. {reasons[0]}")
            for runtime, fmt in fitting:
                variant = Variant(plan.task, name, recipe, fmt)
                target = Target(HOST, runtime.name, runtime.backend, plan.threads, precision(recipe, fmt))
                points[OperatingPoint(variant, target, plan.scenario)] = None
    if not points:
        raise InputError("Nothing to measure: the plan names no model or no runtime that can take one.")
    taken = {point.variant.recipe for point in points}
    for recipe, sentences in left_out.items():
        if recipe not in taken:
            raise RecipeError(sentences[0])
    return Expansion(tuple(points), tuple(sentence for group in left_out.values() for sentence in group))


def _fitting(model: Model, recipe: Recipe, runtimes: Sequence[Runtime]) -> tuple[list[tuple[Runtime, str]], list[str]]:
    """The (runtime, format) pairs that can take a model with a recipe, and why the others cannot."""
    fitting: list[tuple[Runtime, str]] = []
    reasons: list[str] = []
    for runtime in runtimes:
        fmt = next((fmt for fmt in runtime.formats if fmt in model.dense.artifacts), None)
        if fmt is None:
            continue
        try:
            for step in resolve(recipe, fmt):
                _check_master(model, step)
        except RecipeError as error:
            reasons.append(str(error))
        else:
            fitting.append((runtime, fmt))
    return fitting, reasons or ["No asked runtime runs its format."]


def _check_master(model: Model, step: ResolvedStep) -> None:
    """Refuse a step that starts from a checkpoint the model does not ship, before anything is run."""
    asked = dict(step.options)[step.method.options[0].name] if step.method.starts else ""
    there = [str(checkpoint.nominal) for checkpoint in model.checkpoints if checkpoint.nominal]
    if asked and asked not in there:
        raise RecipeError(
            f"{model.name} does not ship a network pruned by {asked} %; it ships {', '.join(there) or 'none'} %."
        )
