"""`odviz list`: tasks, models, runtimes, compression methods and devices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from odviz.cli.context import Output, note, say, table, with_json
from odviz.cli.devices import readable_devices, show_devices
from odviz.cli.types import TEXT
from odviz.compression import METHODS
from odviz.domain.model import Model
from odviz.metrics import METRICS
from odviz.services import catalogue
from odviz.tasks import TASKS
from odviz.units import figure, percent


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of things to choose from.

    Attributes:
        load: the things; its argument is the task whose models are wanted, or None for all.
        show: writes them as a table.
        fields: attributes written as JSON; all by default.
    """

    load: Callable[[str | None], Sequence[Any]]
    show: Callable[[Sequence[Any]], None]
    fields: Sequence[str] = ()

    def documents(self, things: Sequence[Any]) -> Sequence[Any]:
        """The things for JSON."""
        return [{name: getattr(thing, name) for name in self.fields} for thing in things] if self.fields else things


def _models_of(task: str | None) -> list[Model]:
    """The models of one task or of all; a note for each of the user's that cannot be loaded."""
    models: list[Model] = []
    for name in [TASKS[task].name] if task else TASKS.names():
        models += catalogue.models(name)
        for error in catalogue.model_errors(name):
            note(str(error))
    return models


def _show_tasks(tasks: Sequence[Any]) -> None:
    rows = [(task.name, task.summary, METRICS[task.metric].title) for task in tasks]
    table("Tasks", ("Name", "What it does", "Metric"), rows)


def _show_models(models: Sequence[Model]) -> None:
    rows = [
        (
            model.task,
            model.name,
            "" if model.dense.test_accuracy is None else percent(model.dense.test_accuracy, 1),
            f"{model.dense.macs / 1e6:.3g} M",
            f"{model.dense.parameters / 1e3:.4g} k",
            ", ".join(f"{figure(file.size_bytes, 'B')} {format}" for format, file in model.dense.artifacts.items()),
            _pruned(model),
        )
        for model in models
    ]
    columns = ("Task", "Name", "Metric", "MACs", "Parameters", "Files", "Pruned by")
    table("\nModels", columns, rows, right=columns[2:5])


def _pruned(model: Model) -> str:
    percents = ", ".join(str(checkpoint.nominal) for checkpoint in model.checkpoints[1:])
    return f"{percents} %" if percents else ""


def _show_runtimes(runtimes: Sequence[catalogue.RuntimeStatus]) -> None:
    rows = [
        (runtime.name, runtime.version or "not here", ", ".join(sorted(runtime.formats)), runtime.reason)
        for runtime in runtimes
    ]
    table("\nRuntimes", ("Name", "Version", "Formats", ""), rows)


def _show_methods(methods: Sequence[Any]) -> None:
    def options(method: Any) -> str:
        texts = (f"{option.name} ({option.default or 'must be given'}): {option.doc}" for option in method.options)
        return "; ".join(texts)

    rows = [(method.name, ", ".join(sorted(method.formats)), method.summary, options(method)) for method in methods]
    columns = ("Name", "Formats", "What it does", "Options")
    table("\nCompression methods (join them with '+' to a recipe)", columns, rows)


def _show_devices(devices: Sequence[Any]) -> None:
    say("")
    show_devices(devices)


_KINDS = {
    "tasks": _Kind(lambda _: tuple(TASKS), _show_tasks, ("name", "title", "summary", "metric")),
    "models": _Kind(_models_of, _show_models),
    "runtimes": _Kind(lambda _: catalogue.runtimes(), _show_runtimes),
    "methods": _Kind(lambda _: tuple(METHODS), _show_methods, ("name", "title", "summary", "options")),
    "devices": _Kind(lambda _: readable_devices(), _show_devices),
}


@click.command("list")
@click.argument("kind", type=click.Choice(tuple(_KINDS)), required=False)
@click.option("--task", metavar="TASK", type=TEXT, help="Only the models of this task.")
@with_json
def list_(kind: str | None, task: str | None) -> Output:
    """List tasks, models, runtimes, compression methods and devices.

    KIND is one of them; without it, all are listed.
    """
    things = {name: entry.load(task) for name, entry in _KINDS.items() if kind in (None, name)}

    def show() -> None:
        for name, values in things.items():
            _KINDS[name].show(values)

    return Output({name: _KINDS[name].documents(values) for name, values in things.items()}, show)
