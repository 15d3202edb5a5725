"""Estimates with intervals from the samples of a benchmark, for each operating point."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.calibration import sureness
from odviz.analysis.imported import as_imported
from odviz.domain.estimate import Estimate
from odviz.domain.result import Accuracy, BenchmarkResult, Latency, Note, NoteKind, PointResult
from odviz.domain.target import OperatingPoint, parent_of
from odviz.measurement.modelled import modelled_energy
from odviz.metrics.base import Metric
from odviz.metrics.top1 import plugin as TOP1
from odviz.objectives.base import HostSamples, Scores
from odviz.objectives.groups import ItemGroups
from odviz.stats import UNTIMED, latency, process_mean, speedup
from odviz.store import Reading

SLOWED = "the machine was {:.2g} times slower than at full speed: corrected for that as far as the launches show it"
ONE_LAUNCH = "The times come from one launch (one process): how far another process would be off is not known."
MEMORY_SCOPE = "peak resident memory of loading and running the model, above the warmed-up runtime"


def summarise(data: BenchmarkData) -> BenchmarkResult:
    """Estimate accuracy, latency, memory and energy of every operating point."""
    record = data.record
    points = tuple(_point(data, point) for point in data.points)
    if record.imported:
        points = tuple(map(as_imported, points))
    return BenchmarkResult(
        record.id,
        record.plan,
        record.state,
        record.created,
        record.environment,
        points,
        record.failure,
        data.background,
        record.imported,
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
        predictions = data.predictions.get(point)
        scores = None
        if predictions:
            scores = Scores(data.metric, predictions.scores, data.groups, sureness(data, point))
        stress = data.stress.get(point, {})
        samples.append(HostSamples(result, scores, data.steady.get(point, UNTIMED), data.failures.get(point), stress))
    return samples


def _point(data: BenchmarkData, point: OperatingPoint) -> PointResult:
    """The estimates of one point; a failure does not discard them, if there are enough, but becomes a note."""
    artifact = data.files.get(point)
    result = PointResult(
        point,
        sha256=artifact.file.sha256 if artifact else "",
        facts=artifact.facts if artifact else None,
        notes=tuple(Note(NoteKind.COMPRESSION, text) for text in artifact.notes) if artifact else (),
        accuracy=_accuracy(data, point),
        latency=_latency(data, point),
        memory=_memory(data.memory.get(point, ())),
        energy=_energy(data, point),
    )
    if result.latency and result.latency.launches == 1:
        result = replace(result, notes=(*result.notes, Note(NoteKind.ONE_LAUNCH, ONE_LAUNCH)))
    failure = data.failures.get(point)
    if failure and result.usable:
        message = f"One of its runs ended badly: {failure.reason} Its figures are from the others."
        return replace(result, notes=(*result.notes, Note(NoteKind.RUN_FAILED, message, failure)))
    return replace(result, failure=failure)


def _accuracy(data: BenchmarkData, point: OperatingPoint) -> Accuracy | None:
    """The metric, and how it differs from that of the parent; None if a score is not finite."""
    own, parent = data.predictions.get(point), data.predictions.get(parent_of(point))
    if own is None or not np.isfinite(own.scores).all():
        return None
    metric, groups = data.metric, data.groups
    sources = groups.sources
    value = _over(groups, metric.interval(own.scores, sources, scope="the whole test set"))
    by_source = _by_source(metric, own.scores, groups)
    if parent is None or parent_of(point) == point or not np.isfinite(parent.scores).all():
        return Accuracy(value, groups=by_source)
    agreement = None
    if own.outputs is not None and parent.outputs is not None:
        same = metric.agreement(own.outputs, parent.outputs)
        share = TOP1.interval(same, sources, scope="same prediction as the parent, right or wrong")
        agreement = _over(groups, share)
    return Accuracy(
        value,
        _over(groups, metric.difference(own.scores, parent.scores, sources)),
        agreement,
        metric.p_value(own.scores, parent.scores, sources),
        by_source,
    )


def _over(groups: ItemGroups, estimate: Estimate) -> Estimate:
    """The estimate, whose scope also names the groups that its interval is for."""
    return replace(estimate, scope="; ".join(filter(None, (estimate.scope, groups.reach))))


def _by_source(metric: Metric, scores: NDArray[Any], groups: ItemGroups) -> dict[str, Estimate]:
    """The metric of each source of the test items; empty for a task without sources."""
    if groups.by_class:
        return {}
    named = zip(groups.names, groups.members, strict=True)
    return {name: metric.interval(scores[members], scope=f"items of {name}") for name, members in named}


def _latency(data: BenchmarkData, point: OperatingPoint) -> Latency | None:
    """Latency and speed-up; None for a point whose predictions are wrong, even if it was timed."""
    timed, parent = data.steady.get(point), data.steady.get(parent_of(point))
    if not timed or data.is_wrong(point):
        return None
    own = latency(timed.blocks, threads=point.target.threads, correction_sd=timed.correction_sd)
    own = replace(own, noisy=own.noisy or not timed.at_full_speed, slowdown=timed.slowdown)
    if timed.correction_sd and timed.slowdown:
        own = replace(own, p50=replace(own.p50, scope=SLOWED.format(timed.slowdown)))
    if not parent or parent_of(point) == point:
        return own
    return replace(own, speedup=speedup(parent.timed, timed.timed, timed.full_speed_ns))


def _memory(readings: Sequence[Reading]) -> Estimate | None:
    if not readings:
        return None
    methods = ", ".join(sorted({reading.method for reading in readings}))
    peaks = [max(0.0, reading.value - reading.baseline) for reading in readings]
    return process_mean(peaks, "B", f"{MEMORY_SCOPE} ({methods})")


def _energy(data: BenchmarkData, point: OperatingPoint) -> Estimate | None:
    """Metered where there is a meter, else a modelled range."""
    processes = data.energy.get(point, ())
    if processes:
        return _metered(processes)
    artifact = data.files.get(point)
    return modelled_energy(artifact.facts, point.target.precision) if artifact else None


def _metered(processes: Sequence[Sequence[Reading]]) -> Estimate:
    """The mean over processes: the windows of one process share its memory layout, so that each process counts once.

    The interval of a single process holds all of its windows, because nothing tells how far another one would lie off.
    """
    joules = [[window.value - window.baseline for window in windows] for windows in processes]
    scope = ", ".join(sorted({window.method for windows in processes for window in windows}))
    mean = process_mean([max(0.0, fmean(windows)) for windows in joules], "J", scope)
    if len(processes) > 1:
        return mean
    return replace(mean, low=min(mean.low, max(0.0, min(joules[0]))), high=max(mean.high, *joules[0]))
