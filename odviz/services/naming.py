"""What things are called in front of people, with the exact term kept beside it by whoever shows it."""

from __future__ import annotations

from functools import cache

from odviz.compression import METHODS
from odviz.domain.errors import OdvizError
from odviz.domain.recipe import MAIN, Recipe, Step
from odviz.domain.target import OperatingPoint
from odviz.library.sources import Source, sources
from odviz.runtimes import RUNTIMES
from odviz.services import catalogue


def task(name: str) -> str:
    """Title of a task; a name that is no longer known stands for itself."""
    try:
        return catalogue.task(name).title
    except OdvizError:
        return name


def groups(name: str) -> str:
    """What the held-out items of a task come from, in the plural; a task that is no longer known says "groups"."""
    try:
        return catalogue.task(name).groups or "groups"
    except OdvizError:
        return "groups"


def model(task_name: str, name: str) -> str:
    """Title of a model; a name that is no longer known stands for itself."""
    try:
        return _title(sources(), task_name, name)
    except OdvizError:
        return name


@cache
def _title(_sources: tuple[Source, ...], task_name: str, name: str) -> str:
    """A model's title, read once for the sources of the library: a page names ten thousand variants."""
    return catalogue.model(task_name, name).title


def runtime(name: str) -> str:
    """Title of a runtime; a name that is no longer known stands for itself."""
    try:
        return RUNTIMES[name].title
    except OdvizError:
        return name


def recipe(value: Recipe) -> str:
    """What a recipe does, in words: its person's name for it, or the titles of its steps."""
    if value.name:
        return value.name
    return " + ".join(map(_step, value.steps)) or "Uncompressed"


def variant(value: OperatingPoint) -> str:
    """One operating point where the runtime is said elsewhere: model, and what was done to it."""
    return f"{model(value.variant.task, value.variant.model)} · {recipe(value.variant.recipe)}"


def point(value: OperatingPoint) -> str:
    """One operating point where the task is clear: model, what was done to it, runtime."""
    return f"{variant(value)} · {runtime(value.target.runtime)}"


def _step(step: Step) -> str:
    """A step's title with the options that were chosen ("Structured pruning 50 %")."""
    try:
        method = METHODS[step.method]
    except OdvizError:
        return str(step)
    main = method.options[0] if method.options else None
    chosen = []
    for key, value in step.options:
        is_main = main is not None and key in (MAIN, main.name)
        percent = is_main and main is not None and main.name == "percent"
        chosen.append(f"{value} %" if percent else value if is_main else f"{key} {value}")
    return " ".join((method.title, ", ".join(chosen))).strip()
