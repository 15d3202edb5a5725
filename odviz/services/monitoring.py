"""Variants and releases whose logs are compared with their benchmarks."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.analysis.monitoring import MonitorReference, monitor, reference_of
from odviz.analysis.named import only_named
from odviz.domain.monitoring import MonitorReport
from odviz.domain.release import Release
from odviz.domain.target import OperatingPoint
from odviz.library.answer_log import AnswerLog
from odviz.services.releases import side_of
from odviz.store import Store
from odviz.tasks import TASKS


@dataclass(frozen=True, eq=False)
class MonitoredVariant:
    """A variant with what it did in its benchmark.

    Attributes:
        benchmark: id of the benchmark.
        point: the variant.
        reference: what it did there.
        release: id of the release that it is; empty for none.
    """

    benchmark: str
    point: OperatingPoint
    reference: MonitorReference
    release: str = ""

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes of its task."""
        return TASKS[self.point.variant.task].classes()

    def report(self, log: AnswerLog, deadline_s: float | None = None) -> MonitorReport:
        """What a log says of it; see `analysis.monitoring.monitor`."""
        return monitor(self.benchmark, self.point, self.reference, log, deadline_s, self.release)


def variant_of(store: Store, benchmark_id: str, text: str) -> MonitoredVariant:
    """The only variant of a benchmark whose name has a text in it.

    Raises:
        UnknownName: no such benchmark.
        InputError: no variant is meant, or several; or it cannot be monitored.
    """
    data = load_benchmark_data(store, benchmark_id)
    return _monitored(data, only_named(data.points, text, lambda point: point))


def variant_of_release(store: Store, release: Release) -> MonitoredVariant:
    """A release, with the benchmark that is kept with it.

    Raises:
        InputError: it cannot be monitored.
        IntegrityError: the kept benchmark is missing, or was changed.
    """
    return _monitored(side_of(store, release).data, release.point, release.id)


def _monitored(data: BenchmarkData, point: OperatingPoint, release: str = "") -> MonitoredVariant:
    return MonitoredVariant(data.record.id, point, reference_of(data, summarise(data), point), release)
