"""Results as tables and documents that leave odviz."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from odviz.domain.codec import encode
from odviz.domain.estimate import Estimate
from odviz.services.evidence import Evidence
from odviz.services.results import summarise
from odviz.services.tradeoff import AXES, Tradeoff, figures_of, weigh

FIGURE_COLUMNS = ("value", "low", "high", "unit", "level", "n", "provenance")


def document(evidence: Evidence, samples: bool = False) -> Mapping[str, object]:
    """Everything of one benchmark for JSON.

    Args:
        evidence: of the benchmark.
        samples: with every block of timed inferences.
    """
    found: dict[str, object] = {"benchmark": summarise(evidence), "fronts": front_rows(weigh(evidence))}
    if samples:
        found["blocks"] = {point.key: list(blocks) for point, blocks in evidence.blocks.items()}
    return found


def front_rows(tradeoff: Tradeoff) -> list[dict[str, object]]:
    """One row per standing: its key, and membership with probability per front."""
    return [
        {
            "point": standing.result.point.key,
            "fronts": {
                axis.value: {"membership": state, "probability": standing.probability[axis]}
                for axis, state in standing.membership.items()
            },
            "feasible": standing.feasible,
            "violates": standing.violates,
        }
        for standing in tradeoff.standings
    ]


def rows(evidence: Evidence) -> list[dict[str, object]]:
    """One flat row per operating point: what it is, each figure with interval, n and provenance, and its fronts."""
    standings = {standing.result.point: standing for standing in weigh(evidence).standings}
    engines = evidence.record.environment.get("runtimes")
    found = []
    for result in summarise(evidence).points:
        point, variant = result.point, result.point.variant
        row: dict[str, object] = {
            "benchmark": evidence.record.id,
            "task": variant.task,
            "model": variant.model,
            "recipe": str(variant.recipe),
            "format": variant.format,
            "runtime": point.target.runtime,
            "runtime_version": engines.get(point.target.runtime, "") if isinstance(engines, Mapping) else "",
            "threads": point.target.threads,
            "precision": point.target.precision,
            "sha256": result.sha256,
        }
        for objective, figure in figures_of(result).items():
            row |= _columns(objective.value, figure)
        if result.accuracy and result.accuracy.difference:
            row |= _columns("accuracy_difference", result.accuracy.difference)
        if result.latency:
            row |= _columns("latency_p90", result.latency.p90) | _columns("latency_p99", result.latency.p99)
            row["noisy"] = result.latency.noisy
            if result.latency.speedup:
                row |= _columns("speedup", result.latency.speedup)
        if result.facts:
            row |= {
                "compressed_bytes": result.facts.compressed_bytes,
                "parameters": result.facts.parameters,
                "nonzero_parameters": result.facts.nonzero_parameters,
                "macs": result.facts.macs,
                "peak_activation_bytes": result.facts.peak_activation_bytes,
                "quantized_ops": result.facts.quantized_ops,
            }
        standing = standings.get(point)
        for axis in AXES:
            if standing and axis in standing.membership:
                row[f"front_{axis.value}"] = standing.membership[axis]
                row[f"front_{axis.value}_probability"] = standing.probability[axis]
        row["failure"] = f"{result.failure.kind}: {result.failure.reason}" if result.failure else ""
        row["notes"] = " ".join(result.notes)
        found.append(row)
    return found


def as_csv(evidence: Evidence) -> str:
    """`rows` as CSV with a heading; a figure that is not known is an empty cell."""
    table = rows(evidence)
    columns = list(dict.fromkeys(key for row in table for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: encode(value) for key, value in row.items()} for row in table)
    return out.getvalue()


def _columns(name: str, figure: Estimate) -> dict[str, object]:
    values = (getattr(figure, column) for column in FIGURE_COLUMNS)
    return {
        f"{name}_{column}" if column != "value" else name: value
        for column, value in zip(FIGURE_COLUMNS, values, strict=True)
    }
