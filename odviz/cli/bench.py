"""`odviz bench`, `resume`, `cancel`, `delete`: run benchmarks and delete them."""

from __future__ import annotations

from dataclasses import replace

import click

from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.cli.context import Settings, emit_json, json_option, note, say
from odviz.cli.progress_bar import ProgressBar
from odviz.cli.results import show_result
from odviz.cli.types import DURATION, SHARE, TEXT, recipe_option
from odviz.domain.errors import OdvizError, RunFailed
from odviz.domain.plan import QUICK, THOROUGH, BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.domain.result import State
from odviz.services import benchmark, suggestions
from odviz.store import Store
from odviz.tasks import TASKS

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
@click.option("--confidence", type=SHARE, help="Time until launches agree on every median to ± this share (2%).")
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
    """Benchmark compressed variants of a TASK's models on this machine, and show the Pareto fronts.

    Without MODEL, every model of the task is measured. The predictions of each variant are checked before it is timed;
    the uncompressed network is always measured beside its variants. All results are kept: see `odviz benchmarks`.
    """
    effort = QUICK if quick else THOROUGH
    effort = replace(effort, time_s=seconds or effort.time_s, confidence=confidence or effort.confidence)
    chosen = tuple(recipe for group in recipes for recipe in group)
    named = models or suggestions.models(task, quick)
    plan = BenchmarkPlan(
        task=TASKS[task].name,
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
            if store.load(submitted.id).state is State.QUEUED:  # it never started, and no process will run it
                store.delete(submitted.id)
            raise
        data = load_benchmark_data(store, submitted.id)
    _show(data, as_json)


@click.command()
@click.argument("benchmark_id", metavar="ID", type=TEXT)
@wait_option
@json_option
@click.pass_obj
def resume(settings: Settings, benchmark_id: str, wait: bool, as_json: bool) -> None:
    """Resume the benchmark ID: it was stopped, or its intervals are too wide."""
    with settings.store() as store:
        record = benchmark.resume(store, benchmark_id)
        try:
            _run(store, record.id, wait)
        except (OdvizError, KeyboardInterrupt):
            if record.state.ended:  # this command has queued it
                store.withdraw(record.id)
            raise
        data = load_benchmark_data(store, record.id)
    _show(data, as_json)


def _run(store: Store, identity: str, wait: bool) -> None:
    with ProgressBar() as report:
        benchmark.run(store, identity, report, wait_s=-1 if wait else 0)


def _show(data: BenchmarkData, as_json: bool) -> None:
    """Show the results and exit with the code of the main failure."""
    result = summarise(data)
    if as_json:
        emit_json(result)
    else:
        show_result(data)
    if failure := benchmark.main_failure(result):
        click.get_current_context().exit(RunFailed(failure).exit_code)


@click.command()
@click.argument("benchmark_id", metavar="ID", type=TEXT)
@click.pass_obj
def cancel(settings: Settings, benchmark_id: str) -> None:
    """Stop the queued or running benchmark ID; finished samples are kept."""
    with settings.store() as store:
        stopped = benchmark.cancel(store, benchmark_id)
    say("It will stop now." if stopped else "It has already ended.")


@click.command()
@click.argument("benchmark_id", metavar="ID", type=TEXT)
@click.pass_obj
def delete(settings: Settings, benchmark_id: str) -> None:
    """Delete the benchmark ID with its samples; made files and predictions are kept."""
    with settings.store() as store:
        say(f"Benchmark {benchmark.delete(store, benchmark_id)} is deleted.")
