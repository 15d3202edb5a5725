"""What there is to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.compression import METHODS
from odviz.compression.base import Method
from odviz.domain.model import Model
from odviz.library import models as shipped
from odviz.library.paths import models_dir
from odviz.runtimes import RUNTIMES
from odviz.tasks import TASKS
from odviz.tasks.base import Task


@dataclass(frozen=True, slots=True)
class RuntimeStatus:
    """A runtime as a person chooses it.

    Attributes:
        name: as typed.
        title: as shown.
        formats: names of those it reads, the preferred one first.
        backend: where it computes ("cpu").
        version: installed version; empty when it is not there.
        reason: why it is not there, and what would help.
    """

    name: str
    title: str
    formats: tuple[str, ...]
    backend: str
    version: str
    reason: str


def tasks() -> tuple[Task, ...]:
    """Every task."""
    return tuple(TASKS)


def task(name: str) -> Task:
    """One task.

    Raises:
        UnknownName: with the tasks that exist.
    """
    return TASKS[name]


def models(task_name: str) -> tuple[Model, ...]:
    """Every model of a task, by name.

    Raises:
        UnknownName: no such task.
        IntegrityError: a model's record is not the shipped one.
    """
    folder = models_dir()
    return tuple(
        shipped.load_model(folder, TASKS[task_name].name, name) for name in shipped.model_names(folder, task_name)
    )


def model(task_name: str, name: str) -> Model:
    """One model.

    Raises:
        UnknownName: no such task, or the task has no such model.
        IntegrityError: its record is not the shipped one.
    """
    return shipped.load_model(models_dir(), TASKS[task_name].name, name)


def runtimes() -> tuple[RuntimeStatus, ...]:
    """Every runtime that measures something; the null runtime, which times the harness, is not among them."""
    return tuple(runtime(name) for name in RUNTIMES.names() if name != "null")


def runtime(name: str) -> RuntimeStatus:
    """One runtime.

    Raises:
        UnknownName: with the runtimes that exist.
    """
    runtime = RUNTIMES[name]
    there = runtime.available()
    return RuntimeStatus(runtime.name, runtime.title, runtime.formats, runtime.backend, there.version, there.reason)


def methods() -> tuple[Method, ...]:
    """Every compression method."""
    return tuple(METHODS)
