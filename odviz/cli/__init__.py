"""The command line: one command per service of the page."""

from __future__ import annotations

import importlib
import io
import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from odviz import __version__
from odviz.cli.context import note
from odviz.domain.errors import OdvizError, RunFailed, Terminated
from odviz.domain.failure import FailureKind
from odviz.domain.text import shortened
from odviz.worker.failures import describe

EPILOG = """Exit codes: 0 done; 1 something failed or differs; 2 bad input; 3 a runtime or meter is not there;
4 another odviz is measuring; 5 the database or the disk refused; 6 a gate is inconclusive; 130 interrupted."""

COMMANDS = {
    "list": "listing",
    "variants": "variants",
    "bench": "bench",
    "resume": "bench",
    "cancel": "bench",
    "delete": "bench",
    "benchmarks": "benchmarks",
    "label": "benchmarks",
    "show": "results",
    "front": "fronts",
    "recommend": "fronts",
    "compare": "compare",
    "gate": "gate",
    "evidence": "evidence",
    "releases": "releases",
    "cost": "cost",
    "report": "report",
    "export": "results",
    "import": "results",
    "bundle": "bundle",
    "devices": "devices",
    "models": "models",
    "data": "data",
    "card": "card",
    "monitor": "monitor",
    "incidents": "incidents",
    "parity": "parity",
    "why": "why",
    "harm": "harm",
    "stress": "stress",
    "lessons": "lessons",
    "serve": "serve",
    "doctor": "machine",
    "verify": "machine",
}
"""Name of each command to the module of this package that contains it."""


class LazyGroup(click.Group):
    """Imports the module of a command when it is used: all modules together take a second."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"odviz.cli.{COMMANDS[cmd_name]}")
        commands = (member for member in vars(module).values() if isinstance(member, click.Command))
        return next(command for command in commands if command.name == cmd_name)


@click.group(
    cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, "--version", help="Show the version and exit.")
@click.option(
    "--database",
    metavar="URL",
    envvar="ODVIZ_DATABASE",
    show_envvar=True,
    help="SQLAlchemy URL of the database (SQLite or PostgreSQL); by default a file in your data folder.",
)
@click.pass_context
def cli(context: click.Context, database: str | None) -> None:
    """Decide which on-device model to ship: make compressed variants, measure them here, see the Pareto fronts.

    Start with: odviz bench product-images --quick
    """
    context.obj = database


_LONGEST_MESSAGE = 3000
"""Characters of an error: one that repeats what was typed can have any number."""


def _terminate(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    raise Terminated


def main() -> None:
    """Run the command line; an `OdvizError` becomes one line on standard error and an exit code."""
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` ignores the second
            signal.signal(number, _terminate)
    try:
        sys.exit(cli(standalone_mode=False))  # what a command hands to `context.exit`, else None
    except click.ClickException as error:
        message = io.StringIO()
        error.show(message)
        note(shortened(message.getvalue().rstrip("\n"), _LONGEST_MESSAGE))
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        note("odviz: interrupted; what was finished is kept.")
        sys.exit(130)
    except OdvizError as error:
        note(f"odviz: {shortened(str(error), _LONGEST_MESSAGE)}")
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of our output, such as `head`, has gone
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if (failure := describe(error)).kind is not FailureKind.OUT_OF_MEMORY:
            raise
        note(f"odviz: {failure.reason}")
        sys.exit(RunFailed.exit_code)
