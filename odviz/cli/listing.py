"""`odviz list`: tasks, models, runtimes, compression methods and devices."""

from __future__ import annotations

import click

from odviz.cli.context import emit_json, json_option, note, say, table
from odviz.cli.devices import show_devices
from odviz.compression import METHODS
from odviz.domain.model import Model
from odviz.metrics import METRICS
from odviz.services import catalogue, devices
from odviz.tasks import TASKS
from odviz.units import figure, percent

KINDS = ("tasks", "models", "runtimes", "methods", "devices")


@click.command("list")
@click.argument("kind", type=click.Choice(KINDS), required=False)
@click.option("--task", metavar="TASK", help="Only the models of this task.")
@json_option
def list_(kind: str | None, task: str | None, as_json: bool) -> None:
    """List tasks, models, runtimes, compression methods and devices.

    KIND is one of them; without it, all are listed.
    """
    kinds = (kind,) if kind else KINDS
    if as_json:
        emit_json({name: _values(name, task) for name in kinds})
        return
    for name in kinds:
        _SHOW[name](task)


def _task_names(task: str | None) -> tuple[str, ...]:
    return (TASKS[task].name,) if task else TASKS.names()


def _models_of(task: str | None) -> list[Model]:
    """The models of one task or of all; a note for each of the user's that cannot be loaded."""
    models: list[Model] = []
    for name in _task_names(task):
        models += catalogue.models(name)
        for error in catalogue.model_errors(name):
            note(str(error))
    return models


def _values(kind: str, task: str | None) -> object:
    match kind:
        case "tasks":
            return [
                {"name": task.name, "title": task.title, "summary": task.summary, "metric": task.metric}
                for task in TASKS
            ]
        case "models":
            return _models_of(task)
        case "runtimes":
            return catalogue.runtimes()
        case "methods":
            return [
                {
                    "name": method.name,
                    "title": method.title,
                    "summary": method.summary,
                    "options": list(method.options),
                }
                for method in METHODS
            ]
        case _:
            return devices.profiles()[0]


def _tasks(_: str | None) -> None:
    rows = [(task.name, task.summary, METRICS[task.metric].title) for task in TASKS]
    table("Tasks", ("Name", "What it does", "Metric"), rows)


def _models(task: str | None) -> None:
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
        for model in _models_of(task)
    ]
    columns = ("Task", "Name", "Accuracy", "MACs", "Parameters", "Files", "Pruned by")
    table("\nModels", columns, rows, right=columns[2:5])


def _pruned(model: Model) -> str:
    percents = ", ".join(str(checkpoint.nominal) for checkpoint in model.checkpoints[1:])
    return f"{percents} %" if percents else ""


def _runtimes(_: str | None) -> None:
    rows = [
        (runtime.name, runtime.version or "not here", ", ".join(sorted(runtime.formats)), runtime.reason)
        for runtime in catalogue.runtimes()
    ]
    table("\nRuntimes", ("Name", "Version", "Formats", ""), rows)


def _methods(_: str | None) -> None:
    rows = [
        (
            method.name,
            ", ".join(sorted(method.formats)),
            method.summary,
            "; ".join(
                f"{option.name} ({option.default or 'must be given'}): {option.doc}" for option in method.options
            ),
        )
        for method in METHODS
    ]
    table(
        "\nCompression methods (join them with '+' to a recipe)", ("Name", "Formats", "What it does", "Options"), rows
    )


def _devices(_: str | None) -> None:
    say("")
    show_devices(as_json=False)


_SHOW = dict(zip(KINDS, (_tasks, _models, _runtimes, _methods, _devices), strict=True))
