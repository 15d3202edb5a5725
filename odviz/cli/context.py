"""What every command shares: the database it was pointed at, and how output is written."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from odviz.domain.codec import to_json
from odviz.domain.target import HOST
from odviz.shipped.paths import own_folder
from odviz.store import Store, open_store

PIPED_WIDTH = 200
"""Columns where there is no terminal to ask: wide enough that no table is cut."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Options given before the command.

    Attributes:
        database: SQLAlchemy URL, or None for the default.
    """

    database: str | None

    def store(self) -> Store:
        """The open database.

        Raises:
            InputError: it would lie in a folder that is none.
            StoreError: it cannot be opened.
        """
        if self.database is None:
            own_folder()  # says what is wrong with it, which the database cannot
        return open_store(self.database)


json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
device_option = click.option(
    "--device", metavar="NAME", default=HOST, show_default=True, help="Machine asked about; see `odviz devices list`."
)
target_option = click.option(
    "--target", metavar="KEY", default="", help="How networks are run on it; by default the best-backed way."
)


def say(text: str) -> None:
    """A line of output."""
    click.echo(text)


def note(text: str) -> None:
    """A line beside the output, which does not spoil `--json` or a pipe."""
    click.echo(text, err=True)


def emit_json(value: Any) -> None:
    """A value as JSON on standard output."""
    click.echo(to_json(value, indent=2))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> None:
    """A table on standard output.

    Args:
        title: above it.
        columns: headings.
        rows: cells as they are shown.
        right: headings whose cells are set flush right.
    """
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)
    grid = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold", title_style="bold")
    for column in columns:
        grid.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*map(Text, row))  # Text: a name with brackets is not markup
    console.print(grid)
