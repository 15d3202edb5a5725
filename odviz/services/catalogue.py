"""The models and runtimes that a person chooses from."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.domain.errors import FileRefused, UnknownName
from odviz.domain.model import Model
from odviz.library import models as library
from odviz.runtimes import RUNTIMES
from odviz.tasks import TASKS


@dataclass(frozen=True, slots=True)
class RuntimeStatus:
    """A runtime as a person chooses it.

    Attributes:
        name: as typed.
        title: as shown.
        formats: names of those it reads, the preferred one first.
        backend: where it computes ("cpu").
        version: installed version; empty if it is not available.
        reason: why it is not available, and what would help; empty if it is.
    """

    name: str
    title: str
    formats: tuple[str, ...]
    backend: str
    version: str
    reason: str


def models(task_name: str) -> tuple[Model, ...]:
    """Every model of a task that can be loaded, built-in and the user's own, by name.

    Raises:
        UnknownName: no such task.
        IntegrityError: the record of a built-in model is not the recorded one.
    """
    return library.load_models(TASKS[task_name].name)[0]


def model_errors(task_name: str) -> tuple[FileRefused, ...]:
    """Why models of the user's own cannot be loaded, one error a model.

    Raises:
        UnknownName: no such task.
        IntegrityError: the record of a built-in model is not the recorded one.
    """
    return library.load_models(TASKS[task_name].name)[1]


def model(task_name: str, name: str) -> Model:
    """One model.

    Raises:
        UnknownName: no such task, or the task has no such model.
        FileRefused: its record cannot be read, or is not the recorded one.
    """
    return library.load_model(TASKS[task_name].name, name)


def runtimes() -> tuple[RuntimeStatus, ...]:
    """Every runtime that runs models."""
    return tuple(runtime(name) for name in _runtime_names())


def runtime(name: str) -> RuntimeStatus:
    """One runtime that runs models.

    Raises:
        UnknownName: with the runtimes that exist.
    """
    names = _runtime_names()
    if name not in names:
        raise UnknownName("runtime", name, names)
    runtime = RUNTIMES[name]
    availability = runtime.available()
    return RuntimeStatus(
        runtime.name, runtime.title, runtime.formats, runtime.backend, availability.version, availability.reason
    )


def _runtime_names() -> tuple[str, ...]:
    """All but the null runtime, which serves to time the harness."""
    return tuple(name for name in RUNTIMES.names() if name != "null")
