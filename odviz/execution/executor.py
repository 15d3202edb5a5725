"""Runs one benchmark from its claim to its end, holding the machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from odviz.arrays import Array
from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import InputError, OdvizError, RunFailed, Terminated
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import State
from odviz.domain.target import OperatingPoint
from odviz.execution import predictions
from odviz.execution.address_space import check_address_space
from odviz.execution.child import Child
from odviz.execution.compatibility import changed, made_of, mixture
from odviz.execution.contest import Contest
from odviz.execution.energy import measure_energy
from odviz.execution.latency import Timing
from odviz.execution.lease import lease
from odviz.execution.prepare import prepare
from odviz.execution.progress import Progress
from odviz.execution.session import CANCELLED, INTERRUPTED, BenchmarkSession
from odviz.execution.stress import run_stress_tests
from odviz.library.items import shapes
from odviz.library.scratch import temporary_folder
from odviz.metrics import METRICS
from odviz.stats import usual_full_speed_ns
from odviz.store import Owner, Store
from odviz.stress.base import StressData
from odviz.tasks.base import Examples, Task
from odviz.worker.failures import describe
from odviz.worker.protocol import DescribeHost

ITEMS = 16
"""Number of test items that a timed child rotates through, so that no single input decides a figure."""


def execute(
    store: Store,
    benchmark: str,
    task: Task,
    report: Callable[[Progress], None],
    on_session: Callable[[BenchmarkSession], None] = lambda _: None,
    wait_s: float = 0.0,
    make_child: Callable[..., Child] = Child,
    server: int = 0,
) -> None:
    """Measure every point of a queued benchmark; however it ends, that is recorded and nothing finished is lost.

    Args:
        store: where the benchmark is, and its results go.
        benchmark: its id; its points are stored.
        task: of the benchmark.
        report: is given every new snapshot.
        on_session: is given the session, so that a caller can cancel it.
        wait_s: how long to wait for the machine; negative for as long as it takes.
        make_child: starts a child process; replaced in tests.
        server: id of the process that draws pages meanwhile; 0 if there is none.

    Raises:
        Busy: another odviz holds the machine; the benchmark stays queued.
        InputError: it is not waiting to be run.
        Unavailable: this process may not use enough memory; the benchmark stays queued.
        RunFailed: a complete benchmark was resumed and failed; it is complete again.
        StoreError: results could not be written.
    """
    check_address_space()
    examples, metric = task.test(), METRICS[task.metric]
    owner, store = Owner.here(), store.patient()
    store.assign_owner(owner, benchmark)  # so that it is not abandoned while it waits for the machine
    with lease(f"benchmark {benchmark}", wait_s):
        record = store.claim(owner, benchmark)
        if record is None:
            raise InputError(f"Benchmark {benchmark} is not waiting to be run: it is {store.load(benchmark).state}.")
        session = BenchmarkSession(store, benchmark, record.plan, report, make_child, server)
        on_session(session)
        try:
            data = StressData(task, examples, metric, record.plan.seed, record.plan.stress_settings)
            _phases(session, store.points(benchmark), data, record.stress_only)
        except RunFailed as error:
            if session.interrupted:
                store.abandon(benchmark, owner, INTERRUPTED)
            elif error.failure.kind is FailureKind.CANCELLED:
                store.set_state(benchmark, State.CANCELLED, error.failure)
            else:
                store.abandon(benchmark, owner, error.failure)
                if (
                    store.load(benchmark).failure is None
                ):  # it was complete before and still is; only the caller learns of the failure
                    raise
        except Terminated:
            session.interrupt()
            store.abandon(benchmark, owner, INTERRUPTED)
            raise
        except KeyboardInterrupt:
            session.cancel()
            store.set_state(benchmark, State.CANCELLED, CANCELLED)
            raise
        except OdvizError as error:
            store.abandon(benchmark, owner, Failure(FailureKind.ERROR, str(error)))
            raise
        except Exception as error:  # memory ran out, or an error of odviz itself
            store.abandon(benchmark, owner, describe(error))
            raise
        else:
            store.set_state(benchmark, State.DONE)


def _phases(session: BenchmarkSession, points: Sequence[OperatingPoint], data: StressData, stress_only: bool) -> None:
    """Run all phases; a point that fails one is left out of the next ones, and the failure is recorded with its run."""
    examples, metric = data.examples, data.metric
    with temporary_folder() as folder:
        test_set, timed = folder / "test_set.npy", folder / "timed.npy"
        np.save(test_set, examples.inputs, allow_pickle=False)
        np.save(timed, evenly_spaced(examples.inputs), allow_pickle=False)
        environment = _record_environment(session, points, examples)
        artifacts = prepare(session, (point.variant for point in points), shapes(examples.inputs))
        points = [point for point in points if point.variant in artifacts]
        files = {point: artifacts[point.variant].file for point in points}
        sha256 = {point: file.sha256 for point, file in files.items()}
        keys = {point: predictions.key_of(point, sha256[point], environment) for point in points}
        predicting = {point: predictions.load_request(point, artifacts[point.variant], test_set) for point in points}
        scores = predictions.collect(session, predicting, keys, examples, metric)
        points = [point for point in points if point in scores]
        if not stress_only:
            timing = {point: predictions.load_request(point, artifacts[point.variant], timed) for point in points}
            contest = Contest(metric, scores, session.plan.seed)
            out = Timing(session, timing, sha256, contest, environment.full_speed_ns).run()
            measure_energy(session, {point: load for point, load in timing.items() if point not in out}, sha256)
        run_stress_tests(session, {point: artifacts[point.variant] for point in points}, keys, data)


def evenly_spaced(inputs: Array) -> Array:
    """Up to `ITEMS` inputs from all over the test set, because a sorted set begins with items of one class."""
    count = min(ITEMS, len(inputs))
    items: Array = inputs[np.arange(count) * len(inputs) // count]
    return items


def _record_environment(
    session: BenchmarkSession, points: Sequence[OperatingPoint], examples: Examples
) -> BenchmarkEnvironment:
    """Record the machine, and what else figures depend on, before anything is measured.

    Returns:
        What was recorded.

    Raises:
        RunFailed: the benchmark is resumed, and figures measured now would be of something else.
    """
    with session.child() as child:
        machine = child.request(DescribeHost())
    full_speed = usual_full_speed_ns(session.store.full_speeds(machine))
    now = BenchmarkEnvironment.of(machine, examples.fingerprint, made_of(points, session.plan.stress), full_speed)
    before = session.store.load(session.benchmark).environment
    if before and (changes := changed(before, now, points)):  # packages may have been updated while it was queued
        raise RunFailed(Failure(FailureKind.ERROR, mixture(session.benchmark, changes)))
    session.store.set_environment(session.benchmark, now)
    return now
