"""What commands share: options, the database, an analysis on a device, and how output is written."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import wraps
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from odviz.cli.types import TEXT
from odviz.domain.errors import StoreError
from odviz.domain.target import HOST, OperatingPoint
from odviz.domain.text import INVISIBLE, visible
from odviz.library.files import atomic_write, printable
from odviz.serialization import to_json

if TYPE_CHECKING:
    from odviz.analysis.analysis import Analysis
    from odviz.analysis.benchmark_data import BenchmarkData

PIPED_WIDTH = 320
"""Columns where there is no terminal to ask: wide enough that no table is cut."""

Command = Callable[..., Any]

label: Callable[[OperatingPoint], str] = attrgetter("label")
"""The name of an operating point in the terminal."""

id_argument = click.argument("benchmark_id", metavar="ID", type=TEXT)
device_option = click.option(
    "--device",
    metavar="NAME",
    type=TEXT,
    default=HOST,
    show_default=True,
    help="Machine asked about; see `odviz devices list`.",
)
target_option = click.option(
    "--target", metavar="KEY", type=TEXT, default="", help="How networks are run on it; by default the best-backed way."
)


def variant_option(meaning: str) -> Callable[[Command], Command]:
    """The option `--variant`, a part of the name of variants, with what a command does with them."""
    return click.option("--variant", metavar="TEXT", type=TEXT, default="", help=f"Part of the name of {meaning}")


@dataclass(frozen=True, slots=True)
class Output:
    """What a command has found.

    Attributes:
        document: written with `--json`.
        show: writes it for people.
        exit_code: of the command.
    """

    document: object
    show: Callable[[], None]
    exit_code: int = 0


def with_json(command: Command) -> Command:
    """Add the option `--json` to a command that returns its `Output`."""

    @click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
    @wraps(command)
    def run(as_json: bool, **options: Any) -> None:
        output: Output = command(**options)
        if as_json:
            emit_json(output.document)
        else:
            output.show()
        click.get_current_context().exit(output.exit_code)

    return run


def with_store(command: Command) -> Command:
    """Pass the open database to a command as its first argument."""

    @wraps(command)
    def run(**options: Any) -> Any:
        from odviz.store import open_store  # `--help` needs no database, whose libraries take longer than all the rest

        with open_store(click.get_current_context().obj) as store:
            return command(store, **options)

    return run


def analysis_on(data: BenchmarkData, device: str, target: str) -> Analysis:
    """The analysis of a benchmark on a device and a target, both by name.

    Raises:
        UnknownName: no such device or target.
    """
    from odviz.analysis.analysis import analyse
    from odviz.analysis.on_device import find_target

    profile, way = find_target(device, target)
    return analyse(data, device=profile, target=way)


def say(text: str) -> None:
    """A line of output.

    Raises:
        StoreError: it cannot be written.
    """
    with _output() as out:
        click.echo(visible(text), file=out)


def note(text: str) -> None:
    """A line beside the output, which does not spoil `--json` or a pipe."""
    click.echo(visible(text), err=True)


def write_file(path: Path, content: bytes, remark: str = "") -> None:
    """Write a file that a person named, or nothing if it cannot be written whole, and tell where it is.

    Args:
        path: of the file; a pipe or a device is written to as it is.
        content: of the file.
        remark: follows its path in what is told.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            target = path.resolve()
            permissions = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
            with atomic_write(target) as file:
                file.write(content)
            target.chmod(permissions)
    except OSError as error:
        raise StoreError(f"{printable(path)} cannot be written: {error.strerror or error}.") from error
    note(f"Written to {printable(path)}{remark}.")


def write_text(path: Path | None, text: str) -> None:
    """Write a text to a file that a person named, or to standard output if they named none.

    Raises:
        StoreError: it cannot be written.
    """
    text = text.rstrip("\n")
    if path is None:
        say(text)
    else:
        write_file(path, f"{text}\n".encode())


def emit_json(value: Any) -> None:
    """A value as JSON on standard output, spelled out where a character is invisible or that cannot hold it.

    Raises:
        StoreError: it cannot be written.
    """
    with _output() as out:
        click.echo(_spelled_out(to_json(value, indent=2), out.encoding or "utf-8"), file=out)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> None:
    """A table on standard output.

    Args:
        title: above it.
        columns: headings.
        rows: cells as they are shown.
        right: headings whose cells are set flush right.

    Raises:
        StoreError: it cannot be written.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(
        title=visible(title), title_justify="left", box=None, pad_edge=False, header_style="bold", title_style="bold"
    )
    for column in columns:
        grid.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(visible(cell)) for cell in row))  # Text: a name with brackets is not markup
    with _output() as out:
        Console(file=out, width=None if out.isatty() else PIPED_WIDTH, highlight=False).print(grid)


def _umask() -> int:
    """The permissions that files of this process do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def _output() -> Iterator[TextIO]:
    """Standard output, for as long as something is written to it; "?" stands for what it cannot hold.

    Raises:
        StoreError: it is closed, or what it goes to is full.
    """
    out = sys.stdout
    if out is None:  # `odviz benchmarks >&-`
        raise StoreError("The output has nowhere to go: standard output is closed.")
    if isinstance(out, io.TextIOWrapper) and out.errors in ("strict", "surrogateescape"):
        out.reconfigure(errors="replace")
    try:
        yield out
    except BrokenPipeError:  # the reader has seen enough, which is no failure
        raise
    except OSError as error:
        _give_up(out)
        raise StoreError(f"The output cannot be written: {error.strerror or error}.") from error


def _give_up(out: TextIO) -> None:
    """Let what is still held go nowhere: Python writes it when it ends, and would fail again, aloud."""
    with suppress(OSError):  # a stream that is no file holds nothing back
        number, nowhere = out.fileno(), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def _spelled_out(text: str, encoding: str) -> str:
    r"""JSON with invisible characters spelled as "\u202e", and all beyond ASCII where an encoding cannot hold them."""
    text = INVISIBLE.sub(lambda match: json.dumps(match[0])[1:-1], text)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)
    return text
