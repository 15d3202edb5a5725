"""Results as tables: one flat row per operating point."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from odviz.analysis.analysis import Analysis
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import Candidate
from odviz.domain.estimate import Estimate
from odviz.domain.result import Latency, PointResult
from odviz.library.spreadsheet import guarded
from odviz.serialization import to_builtins
from odviz.store import BenchmarkRecord
from odviz.units import not_known_yet

ESTIMATE_COLUMNS = ("value", "low", "high", "unit", "level", "n", "provenance", "scope", "source")

_FACTS = ("compressed_bytes", "parameters", "nonzero_parameters", "macs", "peak_activation_bytes", "quantized_ops")


def rows(data: BenchmarkData, analysis: Analysis) -> list[dict[str, object]]:
    """One row per point in the order of the plan: each estimate with interval, n and provenance, and its fronts.

    Args:
        data: of the benchmark.
        analysis: of the data.
    """
    position = {point: row for row, point in enumerate(data.points)}
    environment = data.record.environment
    versions = environment.runtimes if environment else {}
    excluded = {candidate.host_point for candidate in analysis.excluded}
    table = []
    for candidate in sorted((*analysis.candidates, *analysis.excluded), key=lambda one: position[one.host_point]):
        row = _point(data.record, candidate, versions)
        row |= {} if candidate.host_point in excluded else _fronts(candidate)
        table.append(row | _end(candidate.result))
    return table


def as_csv(data: BenchmarkData, analysis: Analysis) -> str:
    """`rows` as CSV with a heading; an unknown figure is an empty cell."""
    table = rows(data, analysis)
    columns = list(dict.fromkeys(key for row in table for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in table)
    return out.getvalue()


def _point(record: BenchmarkRecord, candidate: Candidate, versions: Mapping[str, object]) -> dict[str, object]:
    result = candidate.result
    target, variant = result.point.target, result.point.variant
    row: dict[str, object] = {
        "benchmark": record.id,
        "benchmark_name": record.label.name,
        "imported": bool(record.imported),
        "task": variant.task,
        "model": variant.model,
        "recipe": str(variant.recipe),
        "format": variant.format,
        "device": target.device,
        "runtime": target.runtime,
        "runtime_version": versions.get(target.runtime, ""),
        "backend": target.backend,
        "threads": target.threads,
        "precision": target.precision,
        "sha256": result.sha256,
    }
    for objective, estimate in candidate.estimates.items():
        row |= _estimate(objective.name, estimate)
        if estimate.absolute:
            row |= _estimate(f"{objective.name}_absolute", estimate.absolute)
    if result.accuracy and result.accuracy.difference:
        row |= _estimate("accuracy_difference", result.accuracy.difference)
    if result.latency:
        row |= _percentile("p90", result.latency) | _percentile("p99", result.latency)
        row["noisy"] = result.latency.noisy
        row["launches"] = result.latency.launches
        if result.latency.speedup:
            row |= _estimate("speedup", result.latency.speedup)
    if result.facts:
        row |= {name: getattr(result.facts, name) for name in _FACTS}
    return row


def _percentile(name: str, latency: Latency) -> dict[str, object]:
    """A percentile, or why it is not given."""
    estimate: Estimate | None = getattr(latency, name)
    column = f"latency_{name}"
    return _estimate(column, estimate) if estimate else {f"{column}_scope": not_known_yet(latency.needs[name])}


def _fronts(candidate: Candidate) -> dict[str, object]:
    row: dict[str, object] = {}
    for axis, state in candidate.membership.items():
        row[f"front_{axis.name}"] = state
        row[f"front_{axis.name}_probability"] = candidate.probability[axis]
    row["satisfies_limits"] = candidate.feasible
    row["fits_device"] = candidate.fit if candidate.on_device else ""
    row["not_backed"] = " ".join(f"{objective.name}: {reason}" for objective, reason in candidate.missing.items())
    return row


def _end(result: PointResult) -> dict[str, object]:
    failure = f"{result.failure.kind}: {result.failure.reason}" if result.failure else ""
    return {"failure": failure, "notes": " ".join(note.message for note in result.notes)}


def _estimate(name: str, estimate: Estimate) -> dict[str, object]:
    return {name if column == "value" else f"{name}_{column}": getattr(estimate, column) for column in ESTIMATE_COLUMNS}


def _cell(value: object) -> object:
    written = to_builtins(value)
    return guarded(written) if isinstance(written, str) else written
