"""`odviz why`: why a variant is as fast as it is."""

from __future__ import annotations

import click

from odviz.cli.context import Output, say, table, with_json, with_store
from odviz.cli.parity import meant_variant, variant_options
from odviz.cli.progress_bar import ProgressBar
from odviz.domain.errors import InputError
from odviz.domain.recipe import Recipe
from odviz.domain.why import WhyReport
from odviz.report import why_text
from odviz.runtimes import RUNTIMES
from odviz.services import why
from odviz.store import Store


@click.command("why")
@variant_options
@click.option("--runtime", type=click.Choice(RUNTIMES.names()), help="By default the first that prefers the format.")
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
