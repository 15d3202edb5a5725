"""Expansion of a plan to its operating points; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odviz.compression.recipes import ResolvedStep, canonical, precision, resolve
from odviz.domain.errors import InputError, RecipeError
from odviz.domain.model import Model, Variant
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.domain.target import HOST, OperatingPoint, Target
from odviz.runtimes.base import Runtime


@dataclass(frozen=True, slots=True)
class Expansion:
    """The operating points of a plan.

    Attributes:
        points: each model's parents first.
        left_out: one sentence per model × recipe that no runtime of the plan can run.
    """

    points: tuple[OperatingPoint, ...]
    left_out: tuple[str, ...]


def expand(plan: BenchmarkPlan, models: Mapping[str, Model], runtimes: Sequence[Runtime]) -> Expansion:
    """Every compatible model × recipe × runtime of a plan.

    A runtime that reads several formats runs a model in the first of them that the model has.

    Args:
        plan: the plan.
        models: the plan's models by name.
        runtimes: the plan's runtimes.

    Raises:
        InputError: the plan has no operating point.
        RecipeError: a recipe that can be applied to none of the models for none of the runtimes.
    """
    recipes = tuple(dict.fromkeys((Recipe(), *(canonical(recipe) for recipe in plan.recipes))))
    points: dict[OperatingPoint, None] = {}
    refusals: dict[Recipe, dict[str, RecipeError]] = {}
    for name in dict.fromkeys(plan.models):
        for recipe in recipes:
            compatible, errors = _compatible(models[name], recipe, runtimes)
            if not compatible:
                refusals.setdefault(recipe, {})[name] = errors[0]
            for runtime, format in compatible:
                variant = Variant(plan.task, name, recipe, format)
                target = Target(HOST, runtime.name, runtime.backend, plan.threads, precision(recipe, format))
                points[OperatingPoint(variant, target, plan.scenario)] = None
    if not points:
        raise InputError("Nothing to measure: the plan names no model or no runtime that can run one.")
    measured = {point.variant.recipe for point in points}
    for recipe, by_model in refusals.items():
        if recipe not in measured:
            raise next(iter(by_model.values()))
    sentences = (
        f"{name} with {recipe} is left out. {error}"
        for recipe, by_model in refusals.items()
        for name, error in by_model.items()
    )
    return Expansion(tuple(points), tuple(sentences))


def _compatible(
    model: Model, recipe: Recipe, runtimes: Sequence[Runtime]
) -> tuple[list[tuple[Runtime, str]], list[RecipeError]]:
    """The runtimes that can run a model with a recipe, each with its format, and the errors of the others."""
    compatible: list[tuple[Runtime, str]] = []
    errors: list[RecipeError] = []
    for runtime in runtimes:
        format = next((format for format in runtime.formats if format in model.dense.artifacts), None)
        if format is None:
            continue
        try:
            for step in resolve(recipe, format):
                _check_checkpoint(model, step)
        except RecipeError as error:
            errors.append(error)
        else:
            compatible.append((runtime, format))
    return compatible, errors or [RecipeError("None of the chosen runtimes reads its formats.", recipe=str(recipe))]


def _check_checkpoint(model: Model, step: ResolvedStep) -> None:
    """Refuse a step that starts from a checkpoint that the model does not have."""
    if not step.method.starts:
        return
    option = step.method.options[0].name
    nominal = dict(step.options)[option]
    existing = [str(checkpoint.nominal) for checkpoint in model.checkpoints if checkpoint.nominal]
    if nominal not in existing:
        raise RecipeError(
            f"{model.name} has no checkpoint pruned by {nominal} %; it has {', '.join(existing) or 'none'} %.",
            recipe=str(step),
            method=step.method.name,
            option=option,
        )
