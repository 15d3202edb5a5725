"""`odviz list`: what there is to choose from."""

from __future__ import annotations

import click

from odviz.cli.context import emit_json, json_option, note, say, table
from odviz.cli.devices import show_devices
from odviz.domain.model import Model
from odviz.metrics import METRICS
from odviz.services import catalogue, devices
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
    chosen = (kind,) if kind else KINDS
    if as_json:
        emit_json({name: _values(name, task) for name in chosen})
        return
    for name in chosen:
        _SHOW[name](task)


def _task_names(task: str | None) -> tuple[str, ...]:
    return (catalogue.task(task).name,) if task else tuple(each.name for each in catalogue.tasks())


def _values(kind: str, task: str | None) -> object:
    match kind:
        case "tasks":
            return [
                {"name": each.name, "title": each.title, "summary": each.summary, "metric": each.metric}
                for each in catalogue.tasks()
            ]
        case "models":
            return [model for name in _task_names(task) for model in catalogue.models(name)]
        case "runtimes":
            return [{**_runtime_words(each), "formats": list(each.formats)} for each in catalogue.runtimes()]
        case "methods":
            return [
                {"name": each.name, "title": each.title, "summary": each.summary, "options": list(each.options)}
                for each in catalogue.methods()
            ]
        case _:
            return devices.profiles()[0]


def _runtime_words(runtime: catalogue.RuntimeStatus) -> dict[str, str]:
    return {"name": runtime.name, "title": runtime.title, "version": runtime.version, "reason": runtime.reason}


def _tasks(_: str | None) -> None:
    rows = [(each.name, each.summary, METRICS[each.metric].title) for each in catalogue.tasks()]
    table("Tasks", ("Name", "What it does", "Metric"), rows)


def _models(task: str | None) -> None:
    for name in _task_names(task):
        for error in catalogue.model_errors(name):
            note(str(error))
    rows = [
        (
            model.task,
            model.name,
            "" if model.dense.test_accuracy is None else percent(model.dense.test_accuracy, 1),
            f"{model.dense.macs / 1e6:.3g} M",
            f"{model.dense.parameters / 1e3:.4g} k",
            ", ".join(f"{figure(file.size_bytes, 'B')} {fmt}" for fmt, file in model.dense.artifacts.items()),
            _pruned(model),
        )
        for name in _task_names(task)
        for model in catalogue.models(name)
    ]
    columns = ("Task", "Name", "Accuracy", "MACs", "Parameters", "Files", "Pruned by")
    table("\nModels", columns, rows, right=columns[2:5])


def _pruned(model: Model) -> str:
    percents = ", ".join(str(checkpoint.nominal) for checkpoint in model.checkpoints[1:])
    return f"{percents} %" if percents else ""


def _runtimes(_: str | None) -> None:
    rows = [
        (each.name, each.version or "not here", ", ".join(sorted(each.formats)), each.reason)
        for each in catalogue.runtimes()
    ]
    table("\nRuntimes", ("Name", "Version", "Formats", ""), rows)


def _methods(_: str | None) -> None:
    rows = [
        (
            each.name,
            ", ".join(sorted(each.formats)),
            each.summary,
            "; ".join(f"{option.name} ({option.default or 'must be given'}): {option.doc}" for option in each.options),
        )
        for each in catalogue.methods()
    ]
    table(
        "\nCompression methods (join them with '+' to a recipe)", ("Name", "Formats", "What it does", "Options"), rows
    )


def _devices(_: str | None) -> None:
    say("")
    show_devices(as_json=False)


_SHOW = dict(zip(KINDS, (_tasks, _models, _runtimes, _methods, _devices), strict=True))
