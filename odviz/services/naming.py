"""Titles for tasks, models, recipes, runtimes, targets and operating points.

A name that no longer exists, for example in an old benchmark, is its own title.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from odviz.compression import METHODS
from odviz.domain.device import UNKNOWN_THREADS, DeviceTarget
from odviz.domain.errors import OdvizError
from odviz.domain.recipe import MAIN, Recipe, Step
from odviz.domain.target import OperatingPoint
from odviz.library.models import load_model
from odviz.library.sources import Source, sources
from odviz.metrics import METRICS
from odviz.runtimes import RUNTIMES
from odviz.tasks import TASKS

Name = Callable[[OperatingPoint], str]
"""How a point is called where a text is written."""


def task(name: str) -> str:
    """Title of a task."""
    return TASKS[name].title if name in TASKS else name


def groups(name: str) -> str:
    """Plural noun for the groups of a task's test items, such as people; "groups" where the task does not say."""
    return (TASKS[name].groups if name in TASKS else "") or "groups"


def has_fixed_groups(name: str) -> bool:
    """Whether the groups of a task's test items are all that there are, such as age bands."""
    return name in TASKS and TASKS[name].fixed_groups


def classes(name: str) -> tuple[str, ...]:
    """Names of the classes of a task, in index order; empty for a task without classes, or one that was removed."""
    try:
        return TASKS[name].classes()
    except OdvizError:
        return ()


def metric(name: str) -> str:
    """Title of a task's metric, such as "Balanced accuracy"; "Accuracy" for a removed task."""
    return METRICS[TASKS[name].metric].title if name in TASKS else "Accuracy"


def quality(task_name: str, value: float) -> str:
    """What a value of the task's metric means in plain words; empty where the metric does not say."""
    return METRICS[TASKS[task_name].metric].describe(value) if task_name in TASKS else ""


def model(task_name: str, name: str) -> str:
    """Title of a model."""
    try:
        return _title(sources(), task_name, name)
    except OdvizError:
        return name


@cache
def _title(_sources: tuple[Source, ...], task_name: str, name: str) -> str:
    """Title of a model, cached: a page shows up to ten thousand variants."""
    return load_model(task_name, name).title


def runtime(name: str) -> str:
    """Title of a runtime."""
    return RUNTIMES[name].title if name in RUNTIMES else name


def recipe(recipe: Recipe) -> str:
    """The name given to a recipe, or else the titles of its steps."""
    if recipe.name:
        return recipe.name
    return " + ".join(map(_step, recipe.steps)) or "Uncompressed"


def variant(point: OperatingPoint) -> str:
    """Title of an operating point without its runtime: model and recipe."""
    return f"{model(point.variant.task, point.variant.model)} · {recipe(point.variant.recipe)}"


def point(point: OperatingPoint) -> str:
    """Title of an operating point: model, recipe, runtime."""
    return f"{variant(point)} · {runtime(point.target.runtime)}"


def target(target: DeviceTarget) -> str:
    """A target in words: runtime, processor, threads."""
    threads = target.target.threads
    suffix = "" if threads == UNKNOWN_THREADS else f", {threads} thread{'s' if threads > 1 else ''}"
    return f"{target.target.runtime} on {target.target.backend.upper()}{suffix}"


def _step(step: Step) -> str:
    """Title of a step with its options ("Structured pruning 50 %")."""
    if step.method not in METHODS:
        return str(step)
    method = METHODS[step.method]
    main_option = method.options[0] if method.options else None
    options = []
    for key, value in step.options:
        if main_option is None or key not in (MAIN, main_option.name):
            options.append(f"{key} {value}")
        elif main_option.name == "percent":
            options.append(f"{value} %")
        else:
            options.append(value)
    return " ".join((method.title, ", ".join(options))).strip()
