"""`odviz why`: why a variant is as fast as it is."""

from __future__ import annotations

import click

from odviz.cli.context import Output, say, table, with_json, with_store
from odviz.cli.parity import meant_variant
from odviz.cli.progress_bar import ProgressBar
from odviz.cli.types import RECIPE, TEXT, Whole
from odviz.domain.errors import InputError
from odviz.domain.recipe import Recipe
from odviz.domain.why import WhyReport
from odviz.formats import FORMATS
from odviz.report import why_text
from odviz.runtimes import RUNTIMES
from odviz.services import why
from odviz.store import Store

_MOST_THREADS = 1024


@click.command("why")
@click.argument("name", metavar="ID|TASK", type=TEXT)
@click.argument("model", metavar="[MODEL]", required=False, type=TEXT)
@click.option(
    "--recipe", "recipes", type=RECIPE, metavar="RECIPE", help="Made by this recipe; by default uncompressed."
)
@click.option("--format", type=click.Choice(FORMATS.names()), help="Of the file, where the variant has several.")
@click.option("--runtime", type=click.Choice(RUNTIMES.names()), help="By default the first that prefers the format.")
@click.option("--threads", type=Whole(1, _MOST_THREADS), default=1, show_default=True, help="In one inference.")
@with_json
@with_store
def why_(
    store: Store,
    name: str,
    model: str | None,
    recipes: tuple[Recipe, ...] | None,
    format: str | None,
    runtime: str | None,
    threads: int,
) -> Output:
    """Say why a variant is as fast as it is: time by operator before and after, and experiments that show the cause.

    The variant is one of the benchmark ID, or of a TASK, your own data included.
    """
    variant, artifact = meant_variant(store, name, model, recipes[0] if recipes else Recipe(), format)
    readers = [one for one in RUNTIMES if variant.format in one.formats and one.snippet and one.available()]
    if not readers:
        raise InputError(f"No runtime here reads {variant.format} files.")
    first = min(readers, key=lambda one: one.formats.index(variant.format)).name
    with ProgressBar() as report:
        explained = why.explain(variant, artifact, runtime or first, threads, report)
    return Output(explained, lambda: _show(explained))


def _show(report: WhyReport) -> None:
    say(why_text.sentence(report))
    for line in (*why_text.further(report), why_text.macs(report)):
        if line:
            say(line)
    table("", why_text.OPERATORS, why_text.operator_rows(report.own, report.parent), right=why_text.OPERATORS[2:])
    table("", why_text.TRIED, why_text.experiment_rows(report), right=why_text.TRIED[1:4])
    say(why_text.limits(report))
    if report.cut_short:
        say("Time ran out before all was tried.")
