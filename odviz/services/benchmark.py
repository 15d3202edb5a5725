"""Ask for a benchmark, run it, stop it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from odviz.analysis.candidates import OWN_FAULT
from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import InputError, Unavailable
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import BenchmarkResult, State
from odviz.domain.target import OperatingPoint
from odviz.execution.compatibility import changed, made_of, mixture
from odviz.execution.executor import execute
from odviz.execution.expand import Expansion, expand
from odviz.execution.progress import Progress
from odviz.execution.session import Session
from odviz.measurement.environment import snapshot
from odviz.runtimes import RUNTIMES
from odviz.runtimes.base import Runtime
from odviz.services import catalogue
from odviz.store import BenchmarkRecord, DamagedRecord, Store
from odviz.tasks import TASKS

_NOTHING = Failure(FailureKind.ERROR, "Nothing was measured.")


@dataclass(frozen=True, slots=True)
class Submitted:
    """A benchmark in the queue.

    Attributes:
        id: its id.
        expansion: what it will measure, and what was left out and why.
    """

    id: str
    expansion: Expansion


def usable_runtimes() -> tuple[catalogue.RuntimeStatus, ...]:
    """The runtimes that are there.

    Raises:
        Unavailable: none is.
    """
    runtimes = catalogue.runtimes()
    there = tuple(runtime for runtime in runtimes if not runtime.reason)
    if not there:
        raise Unavailable("No runtime can be used here. " + " ".join(f"{e.title}: {e.reason}" for e in runtimes))
    return there


def recent(store: Store, limit: int | None = None, task: str | None = None) -> tuple[BenchmarkRecord, ...]:
    """Benchmarks, newest first; those whose process died are ended first, so that none seems to run for ever."""
    store.recover()
    return store.benchmarks(limit, task)


def listed(
    store: Store, limit: int | None = None, task: str | None = None
) -> tuple[BenchmarkRecord | DamagedRecord, ...]:
    """The same, with those whose record cannot be read in their place among the others."""
    store.recover()
    return store.listed(limit, task)


def check(plan: BenchmarkPlan) -> Expansion:
    """What a plan would measure here.

    Raises:
        UnknownName: a task, model, runtime or method that does not exist.
        RecipeError: a recipe that cannot be applied.
        Unavailable: a runtime that is not there, with the reason.
        InputError: nothing to measure.
    """
    models = {name: catalogue.model(plan.task, name) for name in plan.models}
    runtimes = [_usable(name) for name in plan.runtimes]
    return expand(plan, models, runtimes)


def submit(store: Store, plan: BenchmarkPlan) -> Submitted:
    """Check a plan and put it at the end of the queue.

    Raises:
        OdvizError: see `check`; nothing is stored then.
    """
    expansion = check(plan)
    benchmark = store.create_benchmark(plan)
    store.set_points(benchmark, expansion.points)
    return Submitted(benchmark, expansion)


def run(
    store: Store,
    benchmark: str,
    report: Callable[[Progress], None] = lambda _: None,
    on_session: Callable[[Session], None] = lambda _: None,
    wait_s: float = 0.0,
) -> None:
    """Run a queued benchmark here and now.

    Args:
        store: where it is.
        benchmark: its id.
        report: is given every new snapshot of the progress.
        on_session: is given the session, whose `cancel` may be called from any thread.
        wait_s: how long to wait for another odviz that is measuring; negative for as long as it takes.

    Raises:
        Busy: another odviz is measuring; the benchmark stays queued.
    """
    execute(store, benchmark, TASKS[store.load(benchmark).plan.task], report, on_session, wait_s)


def resume(store: Store, prefix: str) -> BenchmarkRecord:
    """Put a benchmark that has ended in the queue once more: it times as much again, on top of what it has.

    That narrows intervals that something disturbed, and finishes one that was stopped. One that waits stays as it is.

    Raises:
        UnknownName: there is no such benchmark.
        InputError: it is running, or figures taken now would not be of the same thing.
    """
    record = store.load(prefix)
    if record.state is State.QUEUED:
        return record
    points = store.points(record.id)
    if record.environment and (changes := changed(record.environment, _environment(record, points), points)):
        raise InputError(mixture(record.id, changes))
    store.reopen(record.id)
    return record


def leave(store: Store, benchmark: str) -> None:
    """Take a benchmark that was to go on, and has not begun to, out of the queue: it stands as it did before."""
    store.withdraw(benchmark)


def _environment(record: BenchmarkRecord, points: Sequence[OperatingPoint]) -> BenchmarkEnvironment:
    """The environment that would be recorded if the benchmark ran now."""
    return BenchmarkEnvironment.of(snapshot(), TASKS[record.plan.task].test().fingerprint, made_of(points))


def discard(store: Store, benchmark: str) -> None:
    """Remove a benchmark that was never run."""
    store.delete(benchmark)


def went_wrong(result: BenchmarkResult) -> Failure | None:
    """Why a measurement is not what was asked for: it ended early, or a variant failed, or none has figures.

    A variant that a runtime cannot run, or that answers wrongly, is what was to be found out, unless all are.
    """
    if result.failure:
        return result.failure
    failures = [each.failure for each in result.points if each.failure]
    if not any(each.usable for each in result.points):
        return failures[0] if failures else _NOTHING
    return next((each for each in failures if each.kind not in OWN_FAULT), None)


def cancel(store: Store, prefix: str) -> bool:
    """Ask a queued or running benchmark to stop, from any process.

    Returns:
        Whether there was anything to stop.
    """
    return store.request_cancel(store.identify(prefix))


def delete(store: Store, prefix: str) -> str:
    """Remove a benchmark, also one whose record is damaged; made files and answers stay.

    Returns:
        Its id.

    Raises:
        UnknownName: there is no such benchmark.
        InputError: it is running.
    """
    identity = store.identify(prefix)
    store.delete(identity)
    return identity


def _usable(name: str) -> Runtime:
    runtime = RUNTIMES[name]
    availability = runtime.available()
    if not availability:
        raise Unavailable(f"{runtime.title} cannot be used here: {availability.reason}")
    return runtime
