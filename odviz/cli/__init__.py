"""The command line: one command per service of the page."""

from __future__ import annotations

import io
import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from odviz import __version__
from odviz.cli.bench import bench, cancel, delete, resume
from odviz.cli.bundle import bundle_
from odviz.cli.card import card_
from odviz.cli.compare import compare_
from odviz.cli.context import note
from odviz.cli.cost import cost_
from odviz.cli.data import data_
from odviz.cli.devices import devices
from odviz.cli.fronts import front, recommend
from odviz.cli.gate import gate_
from odviz.cli.harm import harm_
from odviz.cli.lessons import lessons
from odviz.cli.listing import list_
from odviz.cli.machine import doctor, verify
from odviz.cli.models import models
from odviz.cli.monitor import monitor_
from odviz.cli.parity import parity_
from odviz.cli.results import benchmarks, export, import_, show
from odviz.cli.serve import serve
from odviz.cli.stress import stress_
from odviz.cli.variants import variants_
from odviz.cli.why import why_
from odviz.domain.errors import OdvizError, RunFailed
from odviz.domain.failure import FailureKind
from odviz.domain.text import shortened
from odviz.execution.session import Terminated
from odviz.worker.failures import describe

EPILOG = """Exit codes: 0 done; 1 something failed or differs; 2 bad input; 3 a runtime or meter is not there;
4 another odviz is measuring; 5 the database or the disk refused; 6 a gate is inconclusive; 130 interrupted."""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
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

COMMANDS = (
    list_,
    variants_,
    bench,
    resume,
    cancel,
    delete,
    benchmarks,
    show,
    front,
    recommend,
    compare_,
    gate_,
    cost_,
    export,
    import_,
    bundle_,
    devices,
    models,
    data_,
    card_,
    monitor_,
    parity_,
    why_,
    harm_,
    stress_,
    lessons,
    serve,
    doctor,
    verify,
)
for command in COMMANDS:
    cli.add_command(command)


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
