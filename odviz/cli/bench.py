"""`odviz bench`, `resume`, `cancel`, `delete`: run benchmarks and delete them."""

from __future__ import annotations

from dataclasses import replace

import click

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.cli.context import Output, id_argument, note, say, with_json, with_store
from odviz.cli.progress_bar import ProgressBar
from odviz.cli.results import show_result
from odviz.cli.stress_options import StressTests, stress_settings
from odviz.cli.types import DURATION, SHARE, TEXT, Whole, recipe_option
from odviz.domain.errors import RunFailed
from odviz.domain.plan import QUICK, THOROUGH, BenchmarkPlan
from odviz.domain.recipe import Recipe
from odviz.domain.result import State
from odviz.services import benchmark, duration, suggestions
from odviz.store import Store
from odviz.tasks import TASKS

wait_option = click.option(
    "--wait", is_flag=True, help="If another odviz is measuring, wait for it instead of giving up."
)


@click.command()
@click.argument("task", metavar="TASK", type=TEXT)
@click.argument("models", metavar="[MODEL]...", nargs=-1, type=TEXT)
@recipe_option
@click.option("--quick", is_flag=True, help="Two models, few recipes, wider intervals: about a minute.")
@click.option(
    "--runtime", "runtimes", metavar="NAME", type=TEXT, multiple=True, help="Only this runtime; may be repeated."
)
@click.option("--threads", type=Whole(1, 256), default=1, show_default=True, help="Threads in an inference.")
@click.option("--time", "seconds", type=DURATION, help="Stop timing after this long (30s, 5min) even if less is known.")
@click.option("--confidence", type=SHARE, help="Time until launches agree on every median to ± this share (2%).")
@click.option("--seed", type=Whole(0), default=0, show_default=True, help="Of every shuffle.")
@click.option("--stress", type=StressTests(), default=(), help="Then also find out how the variants hold up.")
@stress_settings
@wait_option
@with_json
@with_store
def bench(
    store: Store,
    task: str,
    models: tuple[str, ...],
    recipes: tuple[tuple[Recipe, ...], ...],
    quick: bool,
    runtimes: tuple[str, ...],
    threads: int,
    seconds: float | None,
    confidence: float | None,
    seed: int,
    stress: tuple[str, ...],
    settings: dict[str, str],
    wait: bool,
) -> Output:
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
        stress=stress,
        stress_settings=settings,
    )
    submitted = benchmark.submit(store, plan)
    if chosen:
        for sentence in submitted.expansion.left_out:
            note(sentence)
    note(f"Benchmark {submitted.id}: {len(submitted.expansion.points)} operating points. {duration.precision(plan)}")
    try:
        return _run(store, submitted.id, wait)
    except BaseException:
        if store.load(submitted.id).state is State.QUEUED:  # it never started, and no process will run it
            store.delete(submitted.id)
        raise


@click.command()
@id_argument
@wait_option
@with_json
@with_store
def resume(store: Store, benchmark_id: str, wait: bool) -> Output:
    """Resume the benchmark ID: it was stopped, or its intervals are too wide."""
    record = benchmark.resume(store, benchmark_id)
    try:
        return _run(store, record.id, wait)
    except BaseException:
        if record.state.ended:  # this command has queued it
            store.withdraw(record.id)
        raise


def _run(store: Store, benchmark_id: str, wait: bool) -> Output:
    """Run a benchmark; the exit code is that of its main failure."""
    with ProgressBar() as report:
        benchmark.run(store, benchmark_id, report, wait_s=-1 if wait else 0)
    data = load_benchmark_data(store, benchmark_id)
    result = summarise(data)
    failure = benchmark.main_failure(result)
    return Output(result, lambda: show_result(data, result), RunFailed(failure).exit_code if failure else 0)


@click.command()
@id_argument
@with_store
def cancel(store: Store, benchmark_id: str) -> None:
    """Stop the queued or running benchmark ID; finished samples are kept."""
    stopped = benchmark.cancel(store, benchmark_id)
    say("It will stop now." if stopped else "It has already ended.")


@click.command()
@id_argument
@with_store
def delete(store: Store, benchmark_id: str) -> None:
    """Delete the benchmark ID with its samples; made files and predictions are kept."""
    say(f"Benchmark {benchmark.delete(store, benchmark_id)} is deleted.")
