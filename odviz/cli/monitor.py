"""`odviz monitor`: whether a device still answers as the variant did in its benchmark."""

from __future__ import annotations

from pathlib import Path

import click

from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.analysis.monitoring import monitor, reference_of
from odviz.cli.context import Output, say, table, with_json, with_store
from odviz.cli.types import DURATION, TEXT
from odviz.domain.errors import InputError
from odviz.domain.monitoring import MonitorReport
from odviz.domain.target import OperatingPoint
from odviz.library.answer_log import read_log
from odviz.report import monitor_text
from odviz.store import Store
from odviz.tasks import TASKS


@click.command("monitor")
@click.argument("log", type=click.Path(path_type=Path))
@click.option("--benchmark", "benchmark_id", metavar="ID", type=TEXT, required=True, help="That has the variant.")
@click.option(
    "--variant",
    metavar="TEXT",
    type=TEXT,
    default="",
    help="Part of the name of the variant that wrote the log: 'resnet-8 int8-static · litert'.",
)
@click.option(
    "--deadline",
    type=DURATION,
    default=None,
    help="Time that no more than 1 % of the answers may exceed: 50ms; by default the measured p50 and p90 count.",
)
@with_json
@with_store
def monitor_(store: Store, log: Path, benchmark_id: str, variant: str, deadline: float | None) -> Output:
    """Compare what a device answered (LOG: JSON lines or CSV, see docs/monitoring.md) with the benchmark.

    Exits with 1 on an alarm: classes, confidence, latency or accuracy are not what they were.
    """
    data = load_benchmark_data(store, benchmark_id)
    point = _point(data, variant)
    reference = reference_of(data, summarise(data), point)
    report = monitor(data.record.id, point, reference, read_log(log, TASKS[data.record.plan.task].classes()), deadline)
    return Output(report, lambda: show(report), 1 if report.alarms else 0)


def _point(data: BenchmarkData, text: str) -> OperatingPoint:
    """The only variant whose name has this text in it.

    Raises:
        InputError: none has, or several have.
    """
    points = [point for point in data.points if text in point.label]
    if len(points) != 1:
        labels = ", ".join(point.label for point in points or data.points)
        raise InputError(f"Name one variant with --variant; {'these match' if points else 'none matches'}: {labels}.")
    return points[0]


def show(report: MonitorReport) -> None:
    """Write a report for people."""
    say(monitor_text.headline(report))
    for warning in monitor_text.warnings(report):
        say(warning)
    if report.alarms:
        table("Alarms", monitor_text.ALARMS, monitor_text.alarm_rows(report), right=monitor_text.ALARMS[1:3])
    table("", monitor_text.ACCURACY, monitor_text.accuracy_rows(report), right=monitor_text.ACCURACY[1:])
    say(monitor_text.accuracy_note(report))
    say(monitor_text.NOTE)
