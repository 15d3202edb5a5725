"""`odviz models`: models and data of a person's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from odviz.cli.choices import choice_options
from odviz.cli.context import Output, note, say, table, with_json, with_store
from odviz.cli.types import TEXT
from odviz.domain.model import Model
from odviz.domain.own_task import Choices, OwnTask, Trial
from odviz.formats import FORMATS
from odviz.library.own_tasks import own_tasks
from odviz.metrics import METRICS
from odviz.services import own_models
from odviz.services.description import FIELDS, describe
from odviz.store import Store
from odviz.units import figure

_FILE = click.Path(path_type=Path)


@click.group(invoke_without_command=True)
@click.pass_context
def models(context: click.Context) -> None:
    """Add, list, show and remove models and data of your own."""
    if context.invoked_subcommand is None:
        context.invoke(list_models)


def _described(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each field that a person fills in."""
    for field in reversed(FIELDS):
        command = click.option(field.option, field.name, type=TEXT, help=field.help)(command)
    return command


def _chosen(description: Mapping[str, str | None]) -> dict[str, str]:
    """What was typed."""
    return {name: text for name, text in description.items() if text is not None}


@models.command("add")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option(
    "--data",
    type=_FILE,
    help="Labelled items: a folder or zip of images or sounds, one folder per class; a table; or .npz with x and y. "
    "Without data the inputs are random.",
)
@click.option("--calibration", type=_FILE, help="Items for the quantizers alone; by default a part of the data.")
@click.option("--task", type=TEXT, default="", help="A built-in task or data of your own, whose items it takes.")
@click.option("--name", type=TEXT, default="", help="Of the model and its data; by default the name of the file.")
@click.option("--title", type=TEXT, default="", help="As shown.")
@_described
@choice_options
@with_json
def add_model(
    files: tuple[Path, ...],
    data: Path | None,
    calibration: Path | None,
    task: str,
    name: str,
    title: str,
    choices: Choices,
    **description: str | None,
) -> Output:
    """Add a network of your own: one FILE, or an ONNX and a TFLite file of the same network.

    How the items have to be given to it is found by trying them, and shown. Then measure it: `odviz bench NAME`.
    """
    added = own_models.add(files, data, name=name, title=title, choices=choices, calibration=calibration, task=task)
    if chosen := _chosen(description):
        describe(added.task, added.model, chosen)
    return Output(added, lambda: _show_added(added))


@models.command("correct")
@click.argument("name", type=TEXT)
@choice_options
@with_json
def correct_model(name: str, choices: Choices) -> Output:
    """Say how the items of the model NAME of your own are prepared and its outputs read, where it was found otherwise.

    It is tried again with the items that were kept; a way in which the model is at chance level changes nothing.
    """
    corrected = own_models.correct(name, choices)
    return Output(corrected, lambda: _show_added(corrected))


@models.command("describe")
@click.argument("name", type=TEXT)
@click.option("--task", type=TEXT, default="", help="Of the model; by default the data that it was added with.")
@_described
@with_json
def describe_model(name: str, task: str, **description: str | None) -> Output:
    """Say for its card what only you know of the model NAME of your own; what is left out stays."""
    model = describe(task or name, name, _chosen(description))
    rows = [(field.title, getattr(model, field.name) or "not known") for field in FIELDS]
    return Output(
        {field.name: getattr(model, field.name) for field in FIELDS},
        lambda: table(model.title, ("Field", "Text"), rows),
    )


@models.command("list")
@with_json
def list_models() -> Output:
    """List the models of your own."""
    for error in own_tasks()[1]:
        note(str(error))
    own = own_models.models()
    return Output(own, lambda: _show_list(own))


@models.command("show")
@click.argument("name", type=TEXT)
@with_json
def show_model(name: str) -> Output:
    """Show what is known of the data NAME of your own."""
    record = own_models.own_task(name)
    return Output(record, lambda: _show_task(record))


@models.command("remove")
@click.argument("name", type=TEXT)
@click.option("--task", type=TEXT, default="", help="Of the model; by default the data that it was added with.")
@with_store
def remove_model(store: Store, name: str, task: str) -> None:
    """Remove the model NAME of your own; benchmarks that measured it keep their figures."""
    losing = own_models.remove(store, task or name, name)
    note(f"Removed {name}." + (f" Benchmarks that measured it: {', '.join(losing)}." if losing else ""))


def _show_added(added: own_models.Added) -> None:
    understanding = added.understanding
    say(
        f"{added.model}: {understanding.test_items:,} items test, {understanding.calibration_items:,} others calibrate."
    )
    say(f"Items of {' × '.join(map(str, understanding.shape))}; prepared: {understanding.preparation.label}.")
    say(f"Scores: its output {understanding.output!r}; {METRICS[understanding.metric].noun}.")
    for format, layout in understanding.layouts.items():
        say(f"{FORMATS[format].title}: {layout}.")
    for remark in understanding.remarks:
        say(remark)
    metric = METRICS[understanding.metric]
    if rows := [_trial_row(trial, metric.unit) for trial in understanding.trials]:
        table("What was tried", ("Way", metric.title, "95 % interval", "Items"), rows, right=("Items",))
    say(f"Next: odviz bench {added.task} --quick")


def _trial_row(trial: Trial, unit: str) -> tuple[str, ...]:
    return (
        trial.title,
        figure(trial.value, unit),
        f"{figure(trial.low, unit)} to {figure(trial.high, unit)}",
        str(trial.items),
    )


def _show_list(own: tuple[Model, ...]) -> None:
    rows = [
        (model.name, model.title, model.task, ", ".join(FORMATS[name].title for name in model.dense.artifacts),
         f"{model.dense.macs:,}", f"{model.dense.parameters:,}")
        for model in own
    ]  # fmt: skip
    columns = ("Name", "Title", "Data", "Formats", "MACs", "Parameters")
    table("Models of your own", columns, rows, right=columns[-2:])


def _show_task(record: OwnTask) -> None:
    shape = " × ".join(map(str, record.shape))
    say(f"{record.title}: items of {shape} ({record.dtype}); {METRICS[record.metric].title}.")
    say(f"Prepared: {record.preparation.label}. Classes: {', '.join(record.classes)}.")
    for remark in record.remarks:
        say(remark)
    table("Files", ("File", "sha256"), record.sources)
