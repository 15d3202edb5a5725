"""`odviz variants`: make variants without timing them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from odviz.cli.context import Output, note, say, table, with_json
from odviz.cli.progress_bar import ProgressBar
from odviz.cli.types import TEXT, recipe_option
from odviz.compression.make import sensitivities
from odviz.domain.recipe import Recipe
from odviz.formats import FORMATS
from odviz.report import sensitivity_table
from odviz.services import suggestions
from odviz.services.variants import Variants, make_all
from odviz.store import StoredArtifact
from odviz.units import figure, percent


@click.command("variants")
@click.argument("task", metavar="TASK", type=TEXT)
@click.argument("models", metavar="[MODEL]...", nargs=-1, type=TEXT)
@recipe_option
@click.option("--format", "formats", type=click.Choice(FORMATS.names()), multiple=True, help="Only this format.")
@with_json
def variants_(
    task: str, models: tuple[str, ...], recipes: tuple[tuple[Recipe, ...], ...], formats: Sequence[str]
) -> Output:
    """Make variants of a TASK's models without timing them, and show size, MACs and operators of each file.

    The files are kept; their paths are shown. `odviz bench` finds them again.
    """
    named = models or suggestions.models(task, quick=False)
    chosen = tuple(recipe for group in recipes for recipe in group) or suggestions.recipes(task, False, named)
    with ProgressBar() as report:
        variants = make_all(task, named, chosen, formats or FORMATS.names(), report)
    return Output(variants, lambda: _show(variants))


def _show(variants: Variants) -> None:
    columns = ("Variant", "File", "Compressed", "Parameters", "Non-zero", "MACs", "Peak activations", "Quantized", "")
    table("Variants", columns, map(_row, variants.files), right=columns[1:7])
    for artifact in variants.files:
        say(f"{artifact.variant}: {artifact.file.path}")
        if rows := sensitivity_table.rows(sensitivities(artifact.file)):
            table(
                f"{artifact.variant}: sensitivity",
                sensitivity_table.HEADINGS,
                rows,
                right=sensitivity_table.HEADINGS[1:3],
            )
    for key, failure in variants.failures.items():
        note(f"{key}: {failure.reason}")


def _row(artifact: StoredArtifact) -> tuple[str, ...]:
    facts = artifact.facts
    return (
        artifact.variant,
        figure(facts.file_bytes, "B"),
        figure(facts.compressed_bytes, "B"),
        f"{facts.parameters:,}",
        f"{facts.nonzero_parameters:,}",
        f"{facts.macs:,}",
        "unknown" if facts.peak_activation_bytes is None else figure(facts.peak_activation_bytes, "B"),
        f"{percent(facts.quantized_ops)} of {facts.compute_ops}",
        " ".join(artifact.notes),
    )
