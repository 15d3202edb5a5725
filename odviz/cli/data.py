"""`odviz data`: whether the data of a task are good."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.cli.context import Output, say, table, with_json, with_store
from odviz.cli.types import TEXT
from odviz.domain.data_quality import CheckReport, DataReport
from odviz.domain.errors import InputError
from odviz.domain.result import State
from odviz.report import data_text
from odviz.services import data_quality
from odviz.store import Store
from odviz.tasks import TASKS

_EXAMPLES = 3


@click.command("data")
@click.argument("task", metavar="TASK", type=TEXT)
@click.option(
    "--benchmark",
    "benchmark_id",
    metavar="ID",
    type=TEXT,
    help="Whose predictions are used; by default the newest complete one of the task.",
)
@with_json
@with_store
def data_(store: Store, task: str, benchmark_id: str | None) -> Output:
    """Look at the data of a TASK: size, classes, copies, leaks, suspect labels, features, outliers.

    Your own data, too. Indices count from 0.
    """
    name = TASKS[task].name
    benchmark = _benchmark(store, name, benchmark_id)
    report = data_quality.kept(name, benchmark)
    if report is None:
        with _progress() as tell:
            report = data_quality.inspect(name, benchmark, tell)
    seen = report
    return Output(seen, lambda: _show(seen))


def _benchmark(store: Store, task: str, prefix: str | None) -> BenchmarkData | None:
    """The benchmark that is named, or the newest complete one that predicted these items; None if there is none.

    Raises:
        UnknownName: no such benchmark.
        InputError: it predicted other items.
    """
    if prefix is None:
        complete = (record.id for record in store.benchmarks(task=task) if record.state is State.DONE)
        newest = next(complete, None)
        return load_benchmark_data(store, newest) if newest else None
    named = load_benchmark_data(store, prefix)
    if named.record.plan.task != task or not data_quality.predicts_these_items(task, named):
        raise InputError(f"Benchmark {named.record.id} did not predict the test items of {task}.")
    return named


@contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None]]:
    """A bar on standard error; silent where that is no terminal."""
    bar = Progress(
        BarColumn(),
        TextColumn("{task.completed:>2}/{task.total:<2} {task.description}"),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )
    with bar:
        row = bar.add_task("")
        yield lambda done, total, title: bar.update(row, completed=done, total=total, description=title)


def _show(report: DataReport) -> None:
    tests, calibration = report.items
    say(data_text.headline(report))
    table("", ("", "Question", "Answer"), data_text.check_rows(report))
    using = f", predictions of benchmark {report.benchmark}" if report.benchmark else ""
    say(f"{tests:,} test items, {calibration:,} calibration items{using}.")
    for check in report.checks:
        _show_examples(check)


def _show_examples(check: CheckReport) -> None:
    for finding in check.findings:
        rows = [
            (", ".join(f"{item.split} {item.index}" for item in case.items[:4]), case.caption)
            for case in finding.cases[:_EXAMPLES]
        ]
        if rows:
            say(f"\n{finding.message}")
            table("", ("Items", "What is to be seen"), rows)
