"""`odviz report`: a recommendation, a comparison, a verdict of the gate or a release as one HTML or PDF file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from odviz.analysis.analysis import analyse
from odviz.analysis.comparison import compare
from odviz.analysis.estimates import summarise
from odviz.analysis.gate import comparisons, decide, spent_s
from odviz.analysis.on_device import find_target
from odviz.analysis.recommendation import MARGIN
from odviz.analysis.unlike import Side
from odviz.cli import types
from odviz.cli.compare import SIDE, by_option, compared_details, parse_sides
from odviz.cli.context import device_option, target_option, with_store, write_file
from odviz.cli.fronts import load_newest
from odviz.cli.limits import DecidingCommand, ReadLimits
from odviz.cli.types import TEXT
from odviz.library.files import printable
from odviz.library.policy_toml import load_policy
from odviz.objectives import OBJECTIVES
from odviz.report.commands import recommendation_command, report_command
from odviz.report.comparison_report import Measured, comparison_report, gate_report
from odviz.report.paper.document import Document
from odviz.report.paper.files import ReportFormat, written
from odviz.report.recommendation_report import recommendation_report
from odviz.report.release_report import release_report
from odviz.report.view import AnalysisView, benchmark_view
from odviz.services.release_log import registry
from odviz.store import Store


class ReportPath(click.Path):
    """A file whose ending names a format of reports."""

    name = "FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        endings = [f".{format}" for format in ReportFormat]
        if path.suffix not in endings:
            self.fail(f"{printable(path)} does not end in {' or '.join(endings)}.", param, ctx)
        return path


def _with_out(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option for the file."""
    option = click.option("--out", required=True, type=ReportPath(dir_okay=False), help="Ends in .html or .pdf.")
    return option(command)


@click.group()
def report() -> None:
    """Write a report for people: one HTML or PDF file that says the answer first and opens without a network."""


@report.command(cls=DecidingCommand)
@click.argument("benchmark", metavar="ID|TASK", type=TEXT)
@click.option("--margin", type=types.MARGIN, default=f"{MARGIN:.0%}", show_default=True, help="As `odviz recommend`.")
@device_option
@target_option
@_with_out
@with_store
def recommend(
    store: Store, benchmark: str, margin: float, device: str, target: str, limits: ReadLimits, out: Path
) -> None:
    """Report what `odviz recommend` decides, with charts and the figures of all variants."""
    data = load_newest(store, benchmark)
    result = summarise(data)
    profile, way = find_target(device, target)
    analysis = analyse(data, device=profile, target=way, result=result)
    limited = analysis.under(limits(analysis.objectives), margin)
    view = AnalysisView("report", benchmark_view(data, result, analysis), limited)
    _write(recommendation_report(view, recommendation_command(data.record.id, limited)), out)


@report.command("compare")
@click.argument("base", metavar=SIDE, type=TEXT)
@click.argument("new", metavar=SIDE, type=TEXT)
@by_option
@_with_out
@with_store
def compare_(store: Store, base: str, new: str, by: str, out: Path) -> None:
    """Report what `odviz compare` finds."""
    sides = base_side, new_side = parse_sides(store, base, new)
    compared = compare(*sides)
    details = compared_details(base_side, new_side, compared, by)
    command = report_command("compare", base, new, *(("--by", by) if by else ()))
    _write(comparison_report(compared, details, _measured(sides), command), out)


@report.command("gate")
@click.argument("policy", type=TEXT)
@click.argument("base", metavar=SIDE, type=TEXT)
@click.argument("new", metavar=SIDE, type=TEXT)
@_with_out
@with_store
def gate_(store: Store, policy: str, base: str, new: str, out: Path) -> None:
    """Report the verdict of `odviz gate`; exits with 0 whatever it is."""
    sides = base_side, new_side = parse_sides(store, base, new)
    seconds = spent_s(*(side.data.record for side in sides))
    result = decide(load_policy(policy, OBJECTIVES.names()), comparisons(base_side, new_side), seconds)
    _write(gate_report(result, _measured(sides), report_command("gate", policy, base, new)), out)


@report.command("release")
@click.argument("name", metavar="RELEASE", type=TEXT)
@_with_out
@with_store
def release_(store: Store, name: str, out: Path) -> None:
    """Report a release: its figures as they stood, the verdict on it, what it pins and what happened to it."""
    present = registry(store)
    _write(release_report(present, present.find(name)), out)


def _measured(sides: Sequence[Side]) -> list[Measured]:
    """The benchmarks of both sides, each once."""
    by_id = {side.data.record.id: side.data for side in sides}
    return [(data, summarise(data)) for data in by_id.values()]


def _write(document: Document, out: Path) -> None:
    content = written(document, ReportFormat(out.suffix[1:]))
    write_file(out, content, f": sha256 of the content {document.sha256}")
