"""What benchmarks found: from evidence to figures with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.domain.errors import OdvizError
from odviz.domain.estimate import Estimate
from odviz.domain.failure import FailureKind
from odviz.domain.result import Accuracy, BenchmarkResult, Latency, Note, NoteKind, PointResult
from odviz.domain.target import OperatingPoint, parent_of
from odviz.measurement.modelled import modelled_energy
from odviz.metrics.base import Metric
from odviz.objectives.base import HostSamples
from odviz.stats import latency, process_mean, share, speedup
from odviz.store import Reading
from odviz.tasks import TASKS

MEMORY_SCOPE = "peak resident memory of loading and running the model, above the warmed-up runtime"


def summarise(evidence: BenchmarkData) -> BenchmarkResult:
    """Figures of every point."""
    record = evidence.record
    groups = _groups(record.plan.task, record.environment.data_sha256 if record.environment else "")
    points = tuple(_point(evidence, point, groups) for point in evidence.points)
    return BenchmarkResult(
        record.id, record.plan, record.state, record.created, record.environment, points, record.failure
    )


def host_samples(data: BenchmarkData, results: Iterable[PointResult]) -> list[HostSamples]:
    """The samples behind the estimates of each point.

    Args:
        data: of the benchmark.
        results: the estimates of its points, or of some of them.
    """
    samples = []
    for result in results:
        point = result.point
        predictions, blocks = data.predictions.get(point), data.blocks.get(point, ())
        scores = predictions.scores if predictions else None
        samples.append(HostSamples(result, data.metric, scores, blocks=blocks, failure=data.failures.get(point)))
    return samples


def _groups(task: str, data_sha256: str) -> NDArray[np.str_]:
    """Where each held-out item comes from; empty where a task does not tell its items apart, or has others by now."""
    try:
        known = TASKS[task]
        items = known.test() if known.groups else None
    except OdvizError:  # a task or a held-out set that is no longer there: what was answered stands without it
        items = None
    return items.groups if items and items.fingerprint == data_sha256 else np.empty(0, str)


def _point(evidence: BenchmarkData, point: OperatingPoint, groups: NDArray[np.str_]) -> PointResult:
    file = evidence.files.get(point)
    found = PointResult(
        point,
        sha256=file.file.sha256 if file else "",
        facts=file.facts if file else None,
        notes=tuple(Note(NoteKind.COMPRESSION, text) for text in file.notes) if file else (),
        accuracy=_accuracy(evidence, point, groups),
        latency=_latency(evidence, point),
        memory=_memory(evidence.memory.get(point, ())),
        energy=_energy(evidence, point),
    )
    failure = evidence.failures.get(point)
    if failure and found.usable:  # it has figures: one repeat that failed does not take them away
        message = f"One of its runs ended badly: {failure.reason} Its figures are from the others."
        return replace(found, notes=(*found.notes, Note(NoteKind.RUN_FAILED, message, failure)))
    return replace(found, failure=failure)


def _accuracy(evidence: BenchmarkData, point: OperatingPoint, groups: NDArray[np.str_]) -> Accuracy | None:
    own, parent = evidence.predictions.get(point), evidence.predictions.get(parent_of(point))
    if own is None or not np.isfinite(own.scores).all():
        return None
    metric = evidence.metric
    value = metric.interval(own.scores, scope="the whole held-out set")
    apart = _by_group(metric, own.scores, groups)
    if parent is None or parent_of(point) == point or not np.isfinite(parent.scores).all():
        return Accuracy(value, groups=apart)
    agreement = None
    if own.outputs is not None and parent.outputs is not None:
        same = metric.agreement(own.outputs, parent.outputs)
        agreement = share(same, scope="same prediction as the parent, right or wrong")
    return Accuracy(
        value,
        metric.difference(own.scores, parent.scores),
        agreement,
        metric.p_value(own.scores, parent.scores),
        apart,
    )


def _by_group(metric: Metric, scores: NDArray[Any], groups: NDArray[np.str_]) -> dict[str, Estimate]:
    """The metric of each group; empty where items are not told apart."""
    return {str(name): metric.interval(scores[groups == name], scope=f"items of {name}") for name in np.unique(groups)}


def _latency(evidence: BenchmarkData, point: OperatingPoint) -> Latency | None:
    """None for a point whose predictions are wrong, whatever was timed: its speed says nothing."""
    failure = evidence.failures.get(point)
    blocks, parent = evidence.blocks.get(point), evidence.blocks.get(parent_of(point))
    if not blocks or (failure and failure.kind is FailureKind.WRONG_PREDICTIONS):
        return None
    found = latency(blocks, threads=point.target.threads)
    if not parent or parent_of(point) == point:
        return found
    return replace(found, speedup=speedup(parent, blocks))


def _memory(readings: Sequence[Reading]) -> Estimate | None:
    if not readings:
        return None
    methods = ", ".join(sorted({reading.method for reading in readings}))
    return process_mean([max(0.0, each.value - each.baseline) for each in readings], "B", f"{MEMORY_SCOPE} ({methods})")


def _energy(evidence: BenchmarkData, point: OperatingPoint) -> Estimate | None:
    """A meter's figure where there is one; else a modelled range."""
    processes = evidence.energy.get(point, ())
    if processes:
        return _metered(processes)
    file = evidence.files.get(point)
    return modelled_energy(file.facts, point.target.precision) if file else None


def _metered(processes: Sequence[Sequence[Reading]]) -> Estimate:
    """From the windows of each process: one loop's windows share its memory layout, so each loop counts once.

    A single process has its windows for a range, and nobody knows how far another one would lie from it.
    """
    joules = [[each.value - each.baseline for each in windows] for windows in processes]
    scope = ", ".join(sorted({each.method for windows in processes for each in windows}))
    found = process_mean([max(0.0, fmean(windows)) for windows in joules], "J", scope)
    if len(processes) > 1:
        return found
    return replace(found, low=min(found.low, max(0.0, min(joules[0]))), high=max(found.high, *joules[0]))
