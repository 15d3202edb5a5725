"""Runs one benchmark from its claim to its end, holding the machine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from odviz.domain.errors import InputError, OdvizError, RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import State
from odviz.domain.target import OperatingPoint
from odviz.execution import predictions
from odviz.execution.child import Child
from odviz.execution.compatibility import Environment, changed, environment, mixture
from odviz.execution.energy import measure_energy
from odviz.execution.latency import Timing
from odviz.execution.lease import lease
from odviz.execution.memory import measure_memory
from odviz.execution.prepare import prepare
from odviz.execution.progress import Progress
from odviz.execution.session import CANCELLED, Session
from odviz.metrics import METRICS
from odviz.metrics.base import Metric
from odviz.store import Owner, Store, StoredArtifact
from odviz.tasks.base import Examples, Task

ITEMS = 16
"""Test items a timed child rotates through, so that no single input decides a figure."""


def execute(
    store: Store,
    benchmark: str,
    task: Task,
    report: Callable[[Progress], None],
    on_session: Callable[[Session], None] = lambda _: None,
    wait_s: float = 0.0,
    make_child: Callable[..., Child] = Child,
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

    Raises:
        Busy: another odviz holds the machine; the benchmark stays queued.
        InputError: it is not waiting to be run.
        RunFailed: it was complete, went on and failed; it stands as it did before.
        StoreError: results could not be written.
    """
    examples, metric = task.test(), METRICS[task.metric]
    owner, store = Owner.here(), store.patient()
    store.take_up(owner, benchmark)  # so that nobody calls it deserted while it waits for the machine
    with lease(f"benchmark {benchmark}", wait_s):
        record = store.claim(owner, benchmark)
        if record is None:
            raise InputError(f"Benchmark {benchmark} is not waiting to be run: it is {store.load(benchmark).state}.")
        session = Session(store, benchmark, record.plan, report, make_child)
        on_session(session)
        try:
            _phases(session, store.points(benchmark), examples, metric)
        except RunFailed as error:
            if error.failure.kind is FailureKind.CANCELLED:
                store.set_state(benchmark, State.CANCELLED, error.failure)
            else:
                store.abandon(benchmark, owner, error.failure)
                if store.load(benchmark).failure is None:  # it was complete before, and is: only who asked is told
                    raise
        except KeyboardInterrupt:
            session.cancel()
            store.set_state(benchmark, State.CANCELLED, CANCELLED)
            raise
        except OdvizError as error:
            store.abandon(benchmark, owner, Failure(FailureKind.ERROR, str(error)))
            raise
        else:
            store.set_state(benchmark, State.DONE)


def _phases(session: Session, points: Sequence[OperatingPoint], examples: Examples, metric: Metric) -> None:
    """Make, ask, time, weigh, meter: a point that fails one is left out of the next ones, and its run says why."""
    with tempfile.TemporaryDirectory(prefix="odviz-") as folder:
        inputs = Path(folder) / "inputs.npy"
        np.save(inputs, examples.inputs[:ITEMS], allow_pickle=False)
        where = _environment(session, points, examples)
        made = prepare(session, (point.variant for point in points))
        points = [point for point in points if point.variant in made]
        files = {point: made[point.variant].file for point in points}
        sha256 = {point: file.sha256 for point, file in files.items()}
        keys = {point: predictions.key_of(point, sha256[point], where) for point in points}
        asking = {point: _load(point, made[point.variant], {"task": point.variant.task}) for point in points}
        out = predictions.collect(session, asking, keys, examples, metric)
        timing = {
            point: _load(point, made[point.variant], {"inputs": str(inputs)}) for point in points if point not in out
        }
        out = Timing(session, timing, sha256).run()
        weighing = {point: request for point, request in timing.items() if point not in out}
        out = measure_memory(session, weighing, sha256)
        metering = {point: request for point, request in weighing.items() if point not in out}
        measure_energy(session, metering, sha256)


def _environment(session: Session, points: Sequence[OperatingPoint], examples: Examples) -> Environment:
    """Record the machine as it is before anything is measured, and what else figures depend on.

    Returns:
        What was recorded.

    Raises:
        RunFailed: the benchmark goes on, and what is measured now would be of something else.
    """
    with session.child() as child:
        snapshot = child.ask({"do": "environment"})["environment"]
    now = environment(snapshot, examples.fingerprint, points)
    then = session.store.load(session.benchmark).environment
    if other := changed(then, now, points):  # between the wish and its turn, packages may have been updated
        raise RunFailed(Failure(FailureKind.ERROR, mixture(session.benchmark, other)))
    session.store.set_environment(session.benchmark, now)
    return now


def _load(point: OperatingPoint, made: StoredArtifact, data: Mapping[str, Any]) -> dict[str, Any]:
    """The request that readies a child for `point`, fed from `data`."""
    return {
        "do": "load",
        "runtime": point.target.runtime,
        "path": made.file.path,
        "format": made.file.format,
        "layout": made.file.layout.value,
        "threads": point.target.threads,
        **data,
    }
