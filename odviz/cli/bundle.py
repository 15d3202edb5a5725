"""`odviz bundle`: everything that it takes to run a variant on a device, in one archive."""

from __future__ import annotations

from pathlib import Path

import click

from odviz.analysis.analysis import Analysis
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.candidates import Candidate
from odviz.cli.context import analysis_on, device_option, id_argument, target_option, with_store, write_file
from odviz.cli.types import RECIPE, TEXT
from odviz.domain.errors import InputError
from odviz.domain.recipe import Recipe
from odviz.report.bundle import bundle
from odviz.store import Store


@click.command("bundle")
@id_argument
@click.option("--model", type=TEXT, metavar="MODEL", help="Of this model; by default the recommended variant.")
@click.option("--recipe", "recipes", type=RECIPE, metavar="RECIPE", help="Made by this recipe.")
@click.option("--runtime", type=TEXT, metavar="NAME", help="Run by this runtime, where several ran it.")
@device_option
@target_option
@click.option("--output", type=click.Path(path_type=Path), help="A file or a folder; by default this folder.")
@with_store
def bundle_(
    store: Store,
    benchmark_id: str,
    model: str | None,
    recipes: tuple[Recipe, ...] | None,
    runtime: str | None,
    device: str,
    target: str,
    output: Path | None,
) -> None:
    """Write a variant of the benchmark ID as a zip: model, labels, preparation, code for the device, card, checksums.

    By default the recommended variant, for this machine.
    """
    data = load_benchmark_data(store, benchmark_id)
    analysis = analysis_on(data, device, target)
    made = bundle(data, analysis, _candidate(analysis, model, recipes or (), runtime))
    path = Path(made.name) if output is None else output / made.name if output.is_dir() else output
    write_file(path, made.content)


def _candidate(analysis: Analysis, model: str | None, recipes: tuple[Recipe, ...], runtime: str | None) -> Candidate:
    """The recommended candidate, or the one that the options name.

    Raises:
        InputError: nothing is recommended, or none or several candidates are meant.
    """
    if not (model or recipes or runtime):
        if analysis.recommendation is None:
            raise InputError("No variant is recommended here; name one by --model and --recipe.")
        return analysis.recommendation.candidate
    meant = [
        candidate
        for candidate in analysis.candidates
        if model in (None, candidate.host_point.variant.model)
        and (not recipes or candidate.host_point.variant.recipe in recipes)
        and runtime in (None, candidate.host_point.target.runtime)
    ]
    if len(meant) != 1:
        labels = ", ".join(candidate.host_point.label for candidate in meant or analysis.candidates)
        raise InputError(
            f"{'Several variants are' if meant else 'No variant is'} meant; name one by --model, --recipe and "
            f"--runtime: {labels}."
        )
    return meant[0]
