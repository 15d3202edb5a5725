"""Benchmarks: submit, run, resume, cancel and delete them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from odviz.analysis.candidates import OWN_FAULT
from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import InputError, MeasuredElsewhere, Unavailable
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import BenchmarkResult, State
from odviz.domain.target import OperatingPoint
from odviz.execution.compatibility import changed, made_of, mixture
from odviz.execution.executor import execute
from odviz.execution.expand import Expansion, expand
from odviz.execution.progress import Progress
from odviz.execution.session import BenchmarkSession
from odviz.measurement.environment import snapshot
from odviz.metrics import METRICS
from odviz.runtimes import RUNTIMES
from odviz.runtimes.base import Runtime
from odviz.services import catalogue
from odviz.store import BenchmarkRecord, Store
from odviz.stress import STRESS_TESTS
from odviz.stress.settings import NO_SETTINGS, option_of
from odviz.tasks import TASKS

_NOTHING_MEASURED = Failure(FailureKind.ERROR, "Nothing was measured.")


@dataclass(frozen=True, slots=True)
class Submitted:
    """A queued benchmark.

    Attributes:
        id: of the benchmark.
        expansion: its operating points, and which combinations were left out and why.
    """

    id: str
    expansion: Expansion


def usable_runtimes() -> tuple[catalogue.RuntimeStatus, ...]:
    """The runtimes that are installed and work on this machine.

    Raises:
        Unavailable: none is, with the reason of each.
    """
    runtimes = catalogue.runtimes()
    usable = tuple(runtime for runtime in runtimes if not runtime.reason)
    if not usable:
        reasons = " ".join(f"{runtime.title}: {runtime.reason}" for runtime in runtimes)
        raise Unavailable(f"No runtime can be used here. {reasons}")
    return usable


def check(plan: BenchmarkPlan) -> Expansion:
    """Expand a plan into the operating points that it would measure on this machine.

    Raises:
        UnknownName: a task, model, runtime, method or stress test does not exist.
        RecipeError: a recipe cannot be applied.
        Unavailable: a runtime cannot be used here, with the reason.
        InputError: there is no operating point, or the task does not fit a stress test.
    """
    check_stress(plan.task, plan.stress, plan.stress_settings)
    models = {name: catalogue.model(plan.task, name) for name in plan.models}
    runtimes = [_usable(name) for name in plan.runtimes]
    return expand(plan, models, runtimes)


def check_stress(task: str, tests: Sequence[str], settings: Mapping[str, str]) -> None:
    """Check that stress tests can be run on a task with some settings.

    Args:
        task: name of the task.
        tests: names of the tests.
        settings: as typed, by name.

    Raises:
        UnknownName: a test, or a data set that a setting names, does not exist.
        InputError: a test cannot be run on the task so, with the reason; or a setting is of none of the tests.
    """
    known = {setting.name for name in tests for setting in STRESS_TESTS[name].settings}
    if unused := next((name for name in settings if name not in known), None):
        raise InputError(f"{option_of(unused)} is a setting of none of the stress tests that are to be run.")
    for name in tests:
        if reason := STRESS_TESTS[name].refused(TASKS[task], settings):
            raise InputError(f"{STRESS_TESTS[name].title} ({name}) cannot be run on {task} so. {reason}")
        if reason := unsupported_stress(task, name):
            raise InputError(f"{STRESS_TESTS[name].title} ({name}) cannot be run on {task}. {reason}")


def unsupported_stress(task: str, test: str) -> str:
    """Why a stress test cannot be run on a task, as a sentence; empty if it can.

    Raises:
        UnknownName: the task or the test does not exist.
    """
    plugin = TASKS[task]
    return STRESS_TESTS[test].unsupported(plugin, METRICS[plugin.metric])


def submit(store: Store, plan: BenchmarkPlan) -> Submitted:
    """Check a plan and append it to the queue.

    Raises:
        OdvizError: see `check`; nothing is stored then.
    """
    expansion = check(plan)
    return Submitted(store.create_benchmark(plan, expansion.points), expansion)


def run(
    store: Store,
    benchmark: str,
    report: Callable[[Progress], None] = lambda _: None,
    on_session: Callable[[BenchmarkSession], None] = lambda _: None,
    wait_s: float = 0.0,
    server: int = 0,
) -> None:
    """Run a queued benchmark in this process.

    Args:
        store: that holds it.
        benchmark: its id.
        report: called with every new snapshot of the progress.
        on_session: called with the session, whose `cancel` may be called from any thread.
        wait_s: longest wait for another odviz that is measuring, in seconds; negative for no limit.
        server: id of the process that draws pages meanwhile; 0 if there is none.

    Raises:
        Busy: another odviz is measuring; the benchmark stays queued.
    """
    execute(store, benchmark, TASKS[store.load(benchmark).plan.task], report, on_session, wait_s, server=server)


def resume(
    store: Store, prefix: str, stress: Sequence[str] = (), settings: Mapping[str, str] = NO_SETTINGS
) -> BenchmarkRecord:
    """Queue an ended benchmark again; its new samples are added to those it has.

    This narrows the intervals of a complete benchmark and completes one that was stopped. A queued one stays as it is.

    Args:
        store: that holds it.
        prefix: first letters of its id.
        stress: names of stress tests that are added to its plan; then nothing else is measured again.
        settings: of these tests, as typed, by name.

    Raises:
        UnknownName: there is no such benchmark or stress test.
        MeasuredElsewhere: another machine measured it.
        InputError: it is running, a stress test does not fit, or something that its figures depend on has changed.
    """
    record = store.load(prefix)
    check_stress(record.plan.task, stress, settings)
    _check_same(record.plan, stress, settings)
    if record.state is State.QUEUED:
        return record
    if record.imported:
        raise MeasuredElsewhere(record.id, record.environment.cpu if record.environment else "")
    points = store.points(record.id)
    if record.environment and (changes := changed(record.environment, _environment(record, points), points)):
        raise InputError(mixture(record.id, changes))
    store.reopen(record.id, stress=stress, settings=settings)
    return record


def _check_same(plan: BenchmarkPlan, tests: Sequence[str], settings: Mapping[str, str]) -> None:
    """Check that tests that were run are not run on further variants in another way.

    Raises:
        InputError: a setting has changed.
    """
    for name in set(tests) & set(plan.stress):
        for setting in STRESS_TESTS[name].settings:
            if setting.name in settings and setting.read(settings) != setting.read(plan.stress_settings):
                was = plan.stress_settings.get(setting.name) or "its default"
                raise InputError(f"{STRESS_TESTS[name].title} was run with {setting.option} at {was}: keep it.")


def _environment(record: BenchmarkRecord, points: Sequence[OperatingPoint]) -> BenchmarkEnvironment:
    """The environment that would be recorded if the benchmark ran now."""
    return BenchmarkEnvironment.of(
        snapshot(), TASKS[record.plan.task].test().fingerprint, made_of(points, record.plan.stress)
    )


def main_failure(result: BenchmarkResult) -> Failure | None:
    """The failure to report for a benchmark; None if it measured what it was to measure.

    A variant that a runtime does not support, or whose predictions are wrong, is a finding and no failure of the
    benchmark, unless no variant has estimates. A failed run is one, also where other runs gave the variant figures.
    """
    if result.failure:
        return result.failure
    failures = [point.failure for point in result.points if point.failure]
    if not any(point.usable for point in result.points):
        return failures[0] if failures else _NOTHING_MEASURED
    failures += [note.failure for point in result.points for note in point.notes if note.failure]
    return next((failure for failure in failures if failure.kind not in OWN_FAULT), None)


def cancel(store: Store, prefix: str) -> bool:
    """Ask a queued or running benchmark to stop; works from any process.

    Returns:
        Whether there was anything to stop.
    """
    return store.request_cancel(store.identify(prefix))


def delete(store: Store, prefix: str) -> str:
    """Delete a benchmark, even if its record is damaged; made files and predictions are kept.

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
    runtime = catalogue.runtime(name)
    if runtime.reason:
        raise Unavailable(f"{runtime.title} cannot be used here: {runtime.reason}")
    return RUNTIMES[name]
