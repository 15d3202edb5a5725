"""Fifth phase: energy, if there is a meter; otherwise the analysis models it."""

from __future__ import annotations

from collections.abc import Mapping

from odviz.domain.errors import RunFailed, Unavailable
from odviz.domain.failure import FailureKind
from odviz.domain.result import Stage
from odviz.domain.target import OperatingPoint
from odviz.execution.progress import Phase, Progress
from odviz.execution.session import BenchmarkSession
from odviz.measurement.energy import first_meter
from odviz.store import Reading
from odviz.worker.protocol import MeasureEnergy
from odviz.worker.request import Load

SECONDS = 3.0
"""Length of one sustained loop: thousands of steps of a meter that updates every millisecond."""


def measure_energy(
    session: BenchmarkSession, loads: Mapping[OperatingPoint, Load], sha256: Mapping[OperatingPoint, str]
) -> None:
    """Meter the energy per inference of each point, one after the other: a meter sees everything that runs.

    Does nothing if no meter can be read. A failure is recorded with the run of its point.

    Raises:
        RunFailed: the benchmark was cancelled.
    """
    try:
        first_meter()
    except Unavailable:
        return
    for done, (point, load) in enumerate(loads.items()):
        session.check()
        session.report(Progress.finished(Phase.ENERGY, done, len(loads), point))
        try:
            _measure(session, point, load, sha256[point])
        except RunFailed as error:
            if error.failure.kind is FailureKind.CANCELLED:
                raise


def _measure(session: BenchmarkSession, point: OperatingPoint, load: Load, sha256: str) -> None:
    with session.run(point.key, Stage.ENERGY, sha256=sha256) as run, session.child() as child:
        child.request(load)
        metered = child.request(MeasureEnergy(SECONDS))
        for joules in metered.joules:
            session.store.add_reading(run.number, Reading(joules, 0.0, "J", f"{metered.meter}: {metered.scope}"))
