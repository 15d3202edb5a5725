"""What benchmarks found: from evidence to figures with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.item_groups import item_groups
from odviz.domain.estimate import Estimate
from odviz.domain.failure import FailureKind
from odviz.domain.result import Accuracy, BenchmarkResult, Latency, Note, NoteKind, PointResult
from odviz.domain.target import OperatingPoint, parent_of
from odviz.measurement.modelled import modelled_energy
from odviz.metrics.base import Metric
from odviz.objectives.base import HostSamples, Scores
from odviz.objectives.groups import ItemGroups
from odviz.stats import latency, process_mean, share, speedup
from odviz.store import Reading

MEMORY_SCOPE = "peak resident memory of loading and running the model, above the warmed-up runtime"


def summarise(evidence: BenchmarkData) -> BenchmarkResult:
    """Figures of every point."""
    record = evidence.record
    groups = groups_of(evidence)
    points = tuple(_point(evidence, point, groups) for point in evidence.points)
    return BenchmarkResult(
        record.id, record.plan, record.state, record.created, record.environment, points, record.failure
    )


def groups_of(data: BenchmarkData) -> ItemGroups:
    """Groups of the test items that a benchmark predicted."""
    environment = data.record.environment
    return item_groups(data.record.plan.task, environment.data_sha256 if environment else "")


def host_samples(data: BenchmarkData, results: Iterable[PointResult]) -> list[HostSamples]:
    """The samples behind the estimates of each point.

    Args:
        data: of the benchmark.
        results: the estimates of its points, or of some of them.
    """
    groups = groups_of(data)
    samples = []
    for result in results:
        point = result.point
        predictions, blocks = data.predictions.get(point), data.blocks.get(point, ())
        scores = Scores(data.metric, predictions.scores, groups) if predictions else None
        samples.append(HostSamples(result, scores, blocks, data.failures.get(point)))
    return samples


def _point(evidence: BenchmarkData, point: OperatingPoint, groups: ItemGroups) -> PointResult:
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


def _accuracy(evidence: BenchmarkData, point: OperatingPoint, groups: ItemGroups) -> Accuracy | None:
    own, parent = evidence.predictions.get(point), evidence.predictions.get(parent_of(point))
    if own is None or not np.isfinite(own.scores).all():
        return None
    metric = evidence.metric
    value = metric.interval(own.scores, scope="the whole held-out set")
    apart = _by_source(metric, own.scores, groups)
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


def _by_source(metric: Metric, scores: NDArray[Any], groups: ItemGroups) -> dict[str, Estimate]:
    """The metric of each source of the test items; empty for a task without sources."""
    if groups.by_class:
        return {}
    named = zip(groups.names, groups.members, strict=True)
    return {name: metric.interval(scores[members], scope=f"items of {name}") for name, members in named}


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
