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
from odviz.library.sources import Source, sources
from odviz.metrics import METRICS
from odviz.runtimes import RUNTIMES
from odviz.services import catalogue
from odviz.tasks import TASKS


def task(name: str) -> str:
    """Title of a task."""
    return _known(lambda: TASKS[name].title, name)


def groups(name: str) -> str:
    """Plural noun for the groups of a task's test items, such as people; "groups" where the task does not say."""
    return _known(lambda: TASKS[name].groups, "") or "groups"


def quality(task_name: str, value: float) -> str:
    """What a value of the task's metric means in plain words; empty where the metric does not say."""
    return _known(lambda: METRICS[TASKS[task_name].metric].describe(value), "")


def model(task_name: str, name: str) -> str:
    """Title of a model."""
    return _known(lambda: _title(sources(), task_name, name), name)


@cache
def _title(_sources: tuple[Source, ...], task_name: str, name: str) -> str:
    """Title of a model, cached: a page shows up to ten thousand variants."""
    return catalogue.model(task_name, name).title


def runtime(name: str) -> str:
    """Title of a runtime."""
    return _known(lambda: RUNTIMES[name].title, name)


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


def _known(text: Callable[[], str], default: str) -> str:
    """A text about something that may no longer exist, or the default."""
    try:
        return text()
    except OdvizError:
        return default


def _step(step: Step) -> str:
    """Title of a step with its options ("Structured pruning 50 %")."""
    try:
        method = METHODS[step.method]
    except OdvizError:
        return str(step)
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
