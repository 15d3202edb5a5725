"""Results as tables and documents that leave odviz."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from odviz.analysis.analysis import Candidate, Tradeoff, figures_of, weigh
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.estimates import summarise
from odviz.domain.codec import encode
from odviz.domain.estimate import Estimate
from odviz.domain.result import PointResult
from odviz.services.spreadsheet import guarded

FIGURE_COLUMNS = ("value", "low", "high", "unit", "level", "n", "provenance", "scope", "source")

_FACTS = ("compressed_bytes", "parameters", "nonzero_parameters", "macs", "peak_activation_bytes", "quantized_ops")


def document(evidence: BenchmarkData, samples: bool = False, tradeoff: Tradeoff | None = None) -> Mapping[str, object]:
    """Everything of one benchmark for JSON.

    Args:
        evidence: of the benchmark.
        samples: with every block of timed inferences.
        tradeoff: its points against each other; on this host and without limits by default.
    """
    result = summarise(evidence)
    found: dict[str, object] = {"benchmark": result}
    if tradeoff is not None and tradeoff.device is not None:
        found["device"] = tradeoff.device
        found["on_device"] = [
            {"point": each.result.point.key, "figures": each.figures, "fit": each.fit, "missing": each.missing}
            for each in tradeoff.candidates
        ]
    found["fronts"] = front_rows(tradeoff or weigh(evidence, result=result))
    if samples:
        found["blocks"] = {point.key: list(blocks) for point, blocks in evidence.blocks.items()}
    return found


def front_rows(tradeoff: Tradeoff) -> list[dict[str, object]]:
    """One row per candidate: its key, and membership with probability per front."""
    return [
        {
            "point": candidate.result.point.key,
            "fronts": {
                axis.value: {"membership": state, "probability": candidate.probability[axis]}
                for axis, state in candidate.membership.items()
            },
            "feasible": candidate.feasible,
            "violates": candidate.violates,
            "may_violate": candidate.unsure,
        }
        for candidate in tradeoff.candidates
    ]


def rows(evidence: BenchmarkData, tradeoff: Tradeoff | None = None) -> list[dict[str, object]]:
    """One flat row per point: what it is, each figure with interval, n and provenance, and its fronts.

    Args:
        evidence: of the benchmark.
        tradeoff: its points against each other; on this host and without limits by default.
    """
    weighed = tradeoff or weigh(evidence)
    runtimes = evidence.record.environment.get("runtimes")
    versions = runtimes if isinstance(runtimes, Mapping) else {}
    points = {point: place for place, point in enumerate(evidence.points)}
    found = [_row(evidence, each.result, each, versions) for each in weighed.candidates]
    found += [_row(evidence, each, None, versions) for each in weighed.out]
    order = [points.get(each.measured, 0) for each in weighed.candidates]
    order += [points.get(each.point, 0) for each in weighed.out]
    return [row for _, row in sorted(zip(order, found, strict=True), key=lambda pair: pair[0])]


def _row(
    evidence: BenchmarkData, result: PointResult, candidate: Candidate | None, versions: Mapping[str, object]
) -> dict[str, object]:
    point, variant = result.point, result.point.variant
    row: dict[str, object] = {
        "benchmark": evidence.record.id,
        "task": variant.task,
        "model": variant.model,
        "recipe": str(variant.recipe),
        "format": variant.format,
        "device": point.target.device,
        "runtime": point.target.runtime,
        "runtime_version": versions.get(point.target.runtime, ""),
        "backend": point.target.backend,
        "threads": point.target.threads,
        "precision": point.target.precision,
        "sha256": result.sha256,
    }
    for objective, figure in (candidate.figures if candidate else figures_of(result)).items():
        row |= _columns(objective.value, figure)
    if result.accuracy and result.accuracy.difference:
        row |= _columns("accuracy_difference", result.accuracy.difference)
    if result.latency:
        row |= _columns("latency_p90", result.latency.p90) | _columns("latency_p99", result.latency.p99)
        row["noisy"] = result.latency.noisy
        if result.latency.speedup:
            row |= _columns("speedup", result.latency.speedup)
    if result.facts:
        row |= {name: getattr(result.facts, name) for name in _FACTS}
    if candidate:
        for axis, state in candidate.membership.items():
            row[f"front_{axis.value}"] = state
            row[f"front_{axis.value}_probability"] = candidate.probability[axis]
        row["satisfies_limits"] = candidate.feasible
        row["fits_device"] = "" if candidate.seen is None else candidate.fit
        row["not_backed"] = " ".join(f"{name}: {reason}" for name, reason in candidate.missing.items())
    row["failure"] = f"{result.failure.kind}: {result.failure.reason}" if result.failure else ""
    row["notes"] = " ".join(result.notes)
    return row


def as_csv(evidence: BenchmarkData, tradeoff: Tradeoff | None = None) -> str:
    """`rows` as CSV with a heading; a figure that is not known is an empty cell."""
    table = rows(evidence, tradeoff)
    columns = list(dict.fromkeys(key for row in table for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in table)
    return out.getvalue()


def _cell(value: object) -> object:
    written = encode(value)
    return guarded(written) if isinstance(written, str) else written


def _columns(name: str, figure: Estimate) -> dict[str, object]:
    values = (getattr(figure, column) for column in FIGURE_COLUMNS)
    return {
        f"{name}_{column}" if column != "value" else name: value
        for column, value in zip(FIGURE_COLUMNS, values, strict=True)
    }
