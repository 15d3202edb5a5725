"""`odviz bench`, `variants`, `continue`, `cancel`, `delete`: make variants, measure them, be rid of figures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.cli.context import Settings, emit_json, json_option, note, say, table
from odviz.cli.results import show_result
from odviz.cli.types import DURATION, RECIPE, SHARE, TEXT
from odviz.domain.errors import OdvizError, RunFailed
from odviz.domain.plan import QUICK, THOROUGH, BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.domain.result import State
from odviz.execution.progress import Phase
from odviz.execution.progress import Progress as Snapshot
from odviz.formats import FORMATS
from odviz.services import benchmark, catalogue, suggestions
from odviz.services import variants as making
from odviz.store import Store
from odviz.units import figure, percent

recipe_option = click.option(
    "--recipe",
    "recipes",
    type=RECIPE,
    multiple=True,
    help="A compression recipe such as int8-static or 'prune-structured:50+int8-static', a named one as 'till=…', or "
    "@FILE with one per line; may be given several times. By default a sensible set. See `odviz list methods`.",
)
wait_option = click.option(
    "--wait", is_flag=True, help="If another odviz is measuring, wait for it instead of giving up."
)


@click.command()
@click.argument("task", metavar="TASK")
@click.argument("models", metavar="[MODEL]...", nargs=-1)
@recipe_option
@click.option("--quick", is_flag=True, help="Two models, few recipes, wider intervals: about a minute.")
@click.option("--runtime", "runtimes", metavar="NAME", multiple=True, help="Only this runtime; may be repeated.")
@click.option("--threads", type=click.IntRange(1, 256), default=1, show_default=True, help="Threads in an inference.")
@click.option("--time", "seconds", type=DURATION, help="Stop timing after this long (30s, 5min) even if less is known.")
@click.option("--confidence", type=SHARE, help="Time until every median is known to within ± this share (2%).")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of every shuffle.")
@wait_option
@json_option
@click.pass_obj
def bench(
    settings: Settings,
    task: str,
    models: tuple[str, ...],
    recipes: tuple[tuple[Recipe, ...], ...],
    quick: bool,
    runtimes: tuple[str, ...],
    threads: int,
    seconds: float | None,
    confidence: float | None,
    seed: int,
    wait: bool,
    as_json: bool,
) -> None:
    """Measure compressed variants of a TASK's models here, and say which are on the Pareto front.

    Without MODEL, every model of the task is measured. Each variant's answers are checked before it is timed; the
    uncompressed network is always measured beside its variants. Everything is kept: see `odviz benchmarks`.
    """
    effort = QUICK if quick else THOROUGH
    effort = replace(effort, time_s=seconds or effort.time_s, confidence=confidence or effort.confidence)
    chosen = tuple(recipe for group in recipes for recipe in group)
    named = models or suggestions.models(task, quick)
    plan = BenchmarkPlan(
        task=catalogue.task(task).name,
        models=named,
        recipes=chosen or suggestions.recipes(task, quick, named),
        runtimes=runtimes or suggestions.runtimes(quick),
        threads=threads,
        effort=effort,
        seed=seed,
    )
    with settings.store() as store:
        submitted = benchmark.submit(store, plan)
        if chosen:
            for sentence in submitted.expansion.left_out:
                note(sentence)
        note(f"Benchmark {submitted.id}: {len(submitted.expansion.points)} operating points.")
        try:
            _run(store, submitted.id, wait)
        except (OdvizError, KeyboardInterrupt):
            if store.load(submitted.id).state is State.QUEUED:  # nobody would ever run it
                benchmark.discard(store, submitted.id)
            raise
        evidence = load_benchmark_data(store, submitted.id)
    _tell(evidence, as_json)


class bar:
    """A progress bar on standard error, a line per phase; silent where that is no terminal."""

    def __enter__(self) -> Callable[[Snapshot], None]:
        self._progress = Progress(
            TextColumn("{task.description:<18}"),
            BarColumn(),
            TextColumn("{task.completed:>4}/{task.total:<4}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[label]}", style="dim"),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._rows: dict[Phase, TaskID] = {}
        self._progress.start()
        return self._report

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _report(self, snapshot: Snapshot) -> None:
        for phase, row in self._rows.items():
            if phase is not snapshot.phase:
                self._progress.stop_task(row)
        if snapshot.phase not in self._rows:
            self._rows[snapshot.phase] = self._progress.add_task(snapshot.phase.value, total=snapshot.total, label="")
        self._progress.update(
            self._rows[snapshot.phase], completed=snapshot.done, total=snapshot.total, label=snapshot.label
        )


@click.command()
@click.argument("task", metavar="TASK")
@click.argument("models", metavar="[MODEL]...", nargs=-1)
@recipe_option
@click.option("--format", "formats", type=click.Choice(FORMATS.names()), multiple=True, help="Only this format.")
@json_option
def variants(
    task: str, models: tuple[str, ...], recipes: tuple[tuple[Recipe, ...], ...], formats: Sequence[str], as_json: bool
) -> None:
    """Make variants of a TASK's models without timing them, and say what each file is made of.

    The files are kept; their paths are shown. `odviz bench` finds them again.
    """
    named = models or suggestions.models(task, quick=False)
    chosen = tuple(recipe for group in recipes for recipe in group) or suggestions.recipes(task, False, named)
    with bar() as report:
        made = making.make_all(
            task,
            named,
            chosen,
            formats or FORMATS.names(),
            report,
        )
    if as_json:
        emit_json(made)
        return
    columns = ("Variant", "File", "Compressed", "Parameters", "Non-zero", "MACs", "Peak activations", "Quantized", "")
    rows = [
        (
            each.variant,
            figure(each.facts.file_bytes, "B"),
            figure(each.facts.compressed_bytes, "B"),
            f"{each.facts.parameters:,}",
            f"{each.facts.nonzero_parameters:,}",
            f"{each.facts.macs:,}",
            "unknown" if each.facts.peak_activation_bytes is None else figure(each.facts.peak_activation_bytes, "B"),
            f"{percent(each.facts.quantized_ops)} of {each.facts.compute_ops}",
            " ".join(each.notes),
        )
        for each in made.files
    ]
    table("Variants", columns, rows, right=columns[1:7])
    for each in made.files:
        say(f"{each.variant}: {each.file.path}")
    for key, failure in made.failures.items():
        note(f"{key}: {failure.reason}")


@click.command("continue")
@click.argument("benchmark_id", metavar="ID", type=TEXT)
@wait_option
@json_option
@click.pass_obj
def continue_(settings: Settings, benchmark_id: str, wait: bool, as_json: bool) -> None:
    """Time as much again for the benchmark ID: it was stopped, or something disturbed it."""
    with settings.store() as store:
        record = benchmark.resume(store, benchmark_id)
        try:
            _run(store, record.id, wait)
        except (OdvizError, KeyboardInterrupt):
            if record.state.ended:  # it is this command that queued it
                benchmark.leave(store, record.id)
            raise
        evidence = load_benchmark_data(store, record.id)
    _tell(evidence, as_json)


def _run(store: Store, identity: str, wait: bool) -> None:
    with bar() as report:
        benchmark.run(store, identity, report, wait_s=-1 if wait else 0)


def _tell(evidence: BenchmarkData, as_json: bool) -> None:
    """Show what came out, and leave with what that means for whoever called."""
    result = summarise(evidence)
    if as_json:
        emit_json(result)
    else:
        show_result(evidence)
    if failure := benchmark.went_wrong(result):
        click.get_current_context().exit(RunFailed(failure).exit_code)


@click.command()
@click.argument("benchmark_id", metavar="ID", type=TEXT)
@click.pass_obj
def cancel(settings: Settings, benchmark_id: str) -> None:
    """Ask the queued or running benchmark ID to stop; what it has finished is kept."""
    with settings.store() as store:
        stopped = benchmark.cancel(store, benchmark_id)
    say("It will stop now." if stopped else "It had ended already.")


@click.command()
@click.argument("benchmark_id", metavar="ID", type=TEXT)
@click.pass_obj
def delete(settings: Settings, benchmark_id: str) -> None:
    """Remove the benchmark ID with its figures and samples for good; made files and answers stay."""
    with settings.store() as store:
        say(f"Benchmark {benchmark.delete(store, benchmark_id)} is deleted.")
