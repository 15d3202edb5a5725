"""`odviz parity`: whether the programs that run a variant's file agree about it."""

from __future__ import annotations

from functools import reduce

import click

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.cli.context import Command, Output, say, table, with_json, with_store
from odviz.cli.progress_bar import ProgressBar
from odviz.cli.types import RECIPE, TEXT, Whole
from odviz.domain.errors import InputError
from odviz.domain.model import Artifact, Variant
from odviz.domain.parity import ParityReport
from odviz.domain.recipe import Recipe
from odviz.formats import FORMATS
from odviz.report import parity_text
from odviz.services import catalogue, parity
from odviz.store import Store
from odviz.tasks import TASKS

_MOST_THREADS = 1024


_NAMED_BY = (
    click.argument("name", metavar="ID|TASK", type=TEXT),
    click.argument("model", metavar="[MODEL]", required=False, type=TEXT),
    click.option(
        "--recipe", "recipes", type=RECIPE, metavar="RECIPE", help="Made by this recipe; by default uncompressed."
    ),
    click.option("--format", type=click.Choice(FORMATS.names()), help="Of the file, where the variant has several."),
    click.option("--threads", type=Whole(1, _MOST_THREADS), default=1, show_default=True, help="In one inference."),
)


def variant_options(command: Command) -> Command:
    """Add what names a variant for `meant_variant`, and how many threads run it."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(_NAMED_BY), command)


@click.command("parity")
@variant_options
@with_json
@with_store
def parity_(
    store: Store,
    name: str,
    model: str | None,
    recipes: tuple[Recipe, ...] | None,
    format: str | None,
    threads: int,
) -> Output:
    """Compare the programs that run a variant's file: answers, the first layer that differs, and why.

    The variant is one of the benchmark ID, or of a TASK, your own data included. Exits with 1 if they disagree.
    """
    variant, artifact = meant_variant(store, name, model, recipes[0] if recipes else Recipe(), format)
    with ProgressBar() as report:
        compared = parity.compare(store, variant, artifact, threads, report)
    return Output(compared, lambda: _show(compared), 1 if compared.disagreeing else 0)


def meant_variant(
    store: Store, name: str, model: str | None, recipe: Recipe, format: str | None
) -> tuple[Variant, Artifact | None]:
    """The variant of a task or of a benchmark that is meant, and the file that was measured; None to make it.

    Raises:
        UnknownName: no such benchmark or model.
        InputError: none or several variants are meant.
    """
    if name in TASKS.names():
        return _of_task(name, model, recipe, format), None
    return _of_benchmark(store, name, model, recipe, format)


def _of_task(task: str, model: str | None, recipe: Recipe, format: str | None) -> Variant:
    models = catalogue.models(task)
    names = [one.name for one in models]
    if model is None and len(names) != 1:
        raise InputError(f"Name one of the models of {task}: {', '.join(names)}.")
    chosen = catalogue.model(task, model or names[0])
    return Variant(task, chosen.name, recipe, format or next(iter(chosen.dense.artifacts)))


def _of_benchmark(
    store: Store, prefix: str, model: str | None, recipe: Recipe, format: str | None
) -> tuple[Variant, Artifact]:
    """The variant that is meant, and the file that was measured.

    Raises:
        UnknownName: no such benchmark.
        InputError: none or several variants are meant.
    """
    files = load_benchmark_data(store, prefix).files
    meant = {
        point.variant: stored.file
        for point, stored in files.items()
        if model in (None, point.variant.model)
        and recipe == point.variant.recipe
        and format in (None, point.variant.format)
    }
    if len(meant) != 1:
        labels = ", ".join(dict.fromkeys(variant.label for variant in meant or [point.variant for point in files]))
        raise InputError(
            f"{'Several variants are' if meant else 'No variant is'} meant; name one by its model, --recipe and "
            f"--format: {labels}."
        )
    return next(iter(meant.items()))


def _show(report: ParityReport) -> None:
    say(parity_text.headline(report))
    headings, rows = parity_text.runtime_rows(report)
    table("", headings, rows, right=headings[2:6])
    for row in report.disagreeing:
        for sentence in filter(None, (parity_text.cause(row), parity_text.where(row))):
            say(f"{row.runtime}: {sentence}")
        table("", parity_text.TRIED, parity_text.experiment_rows(row), right=parity_text.TRIED[1:3])
    if report.disagreeing:
        say(parity_text.EXPLANATION)
    if report.cut_short:
        say("Time ran out before all was tried.")
