"""Fourth phase: peak memory, in fresh processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from odviz.domain.failure import Failure
from odviz.domain.result import Stage
from odviz.domain.target import OperatingPoint
from odviz.execution.progress import Phase
from odviz.execution.session import BenchmarkSession
from odviz.store import Reading
from odviz.worker.protocol import Load, MeasureMemory

RUNS = 5
"""Inferences before the peak is read: runtimes allocate in the first ones."""


def measure_memory(
    session: BenchmarkSession, loads: Mapping[OperatingPoint, Load], sha256: Mapping[OperatingPoint, str]
) -> dict[OperatingPoint, Failure]:
    """Measure the peak memory of loading and running each point, in `memory_repeats` fresh processes each.

    Args:
        session: the benchmark.
        loads: how a child loads each point.
        sha256: of the file of each point.

    Returns:
        The failures of the points for which every repeat failed.
    """

    def measure(job: tuple[OperatingPoint, int]) -> None:
        point, repeat = job
        with session.run(point.key, Stage.MEMORY, repeat, sha256[point]) as run, session.child() as child:
            memory = child.request(MeasureMemory(loads[point], RUNS))
            session.store.add_reading(run.number, Reading(memory.peak_bytes, memory.baseline_bytes, "B", memory.method))

    jobs = [(point, repeat) for repeat in range(session.plan.effort.memory_repeats) for point in loads]
    failures = session.for_each(Phase.MEMORY, jobs, measure, lambda job: job[0])
    failed = Counter(point for point, _ in failures)
    repeats = session.plan.effort.memory_repeats
    return {point: failure for (point, _), failure in failures.items() if failed[point] == repeats}
