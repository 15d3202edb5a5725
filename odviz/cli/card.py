"""`odviz card`: the card of a model or of data, with what is missing and who must say it."""

from __future__ import annotations

from pathlib import Path

import click

from odviz.cli.context import with_store, write_text
from odviz.cli.types import TEXT
from odviz.report.card_files import CardFormat, written
from odviz.services import cards
from odviz.store import Store


@click.command("card")
@click.argument("task", metavar="TASK", type=TEXT)
@click.argument("model", metavar="[MODEL]", type=TEXT, default="")
@click.option(
    "--format",
    type=click.Choice([format.value for format in CardFormat]),
    default=CardFormat.MARKDOWN.value,
    show_default=True,
    help="md and html are for people; croissant is the JSON-LD of data, bom the CycloneDX file of a model.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file; by default the terminal.")
@with_store
def card_(store: Store, task: str, model: str, format: str, output: Path | None) -> None:
    """Write the card of a MODEL, or of the data of a TASK; your own, too.

    Figures are those of the newest complete benchmark of the model's files.
    """
    card = cards.model_card(store, task, model) if model else cards.data_card(store, task)
    write_text(output, written(card, CardFormat(format)))
