"""Results as documents for JSON."""

from __future__ import annotations

from collections.abc import Mapping

from odviz.analysis.analysis import Analysis
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import Candidate
from odviz.analysis.estimates import summarise
from odviz.domain.objective import Objective


def document(data: BenchmarkData, analysis: Analysis, samples: bool = False) -> Mapping[str, object]:
    """Everything of one benchmark.

    Args:
        data: of the benchmark.
        analysis: of the data, on this host or on a device.
        samples: with every block of timed inferences.
    """
    content: dict[str, object] = {"benchmark": summarise(data)}
    if analysis.device is not None:
        content["device"] = analysis.device
        content["on_device"] = [
            {
                "point": candidate.result.point.key,
                "figures": by_name(candidate.estimates),
                "fit": candidate.fit,
                "missing": by_name(candidate.missing),
            }
            for candidate in analysis.candidates
        ]
    content["fronts"] = front_rows(analysis)
    if samples:
        content["blocks"] = {point.key: list(blocks) for point, blocks in data.blocks.items()}
    return content


def front_rows(analysis: Analysis) -> list[dict[str, object]]:
    """One row per candidate: its key, its membership of every front, and the limits it violates."""
    return [
        {
            "point": candidate.result.point.key,
            "fronts": {
                axis.name: {"membership": state, "probability": candidate.probability[axis]}
                for axis, state in candidate.membership.items()
            },
            "feasible": candidate.feasible,
            "chance": candidate.chance,
            "violates": [objective.name for objective in candidate.violates],
            "may_violate": [objective.name for objective in candidate.uncertain],
        }
        for candidate in analysis.candidates
    ]


def binding_document(analysis: Analysis) -> Mapping[str, object] | None:
    """The limit that binds."""
    binding = analysis.binding
    return {"objective": binding.objective.name, "admits": binding.admits} if binding else None


def recommendation_document(data: BenchmarkData, analysis: Analysis) -> Mapping[str, object]:
    """The recommendation with what it rests on.

    Args:
        data: of the benchmark.
        analysis: of the data, under limits.
    """
    choice, miss = analysis.recommendation, analysis.nearest_miss
    return {
        "benchmark": data.record.id,
        "imported": data.record.imported,
        "task": data.record.plan.task,
        "device": analysis.device.name if analysis.device else None,
        "target": analysis.target.key if analysis.target else None,
        "limits": by_name(analysis.limits),
        "margin": analysis.margin,
        "recommended": _variant(choice.candidate) if choice else None,
        "most_accurate": _variant(choice.most_accurate) if choice else None,
        "minimised": choice.cost.name if choice else None,
        "verdict": analysis.verdict,
        "regret": choice.regret if choice else None,
        "next_step": choice.next_step if choice else None,
        "rivals": [rival.result.point.key for rival in choice.rivals] if choice else [],
        "unknown": choice.unknown if choice else None,
        "of_known_time": _variant(choice.timed) if choice and choice.timed else None,
        "of": len(analysis.candidates),
        "satisfying": analysis.certain,
        "satisfying_perhaps": analysis.possible,
        "binding": binding_document(analysis),
        "nearest_miss": _variant(miss) if miss and not choice else None,
    }


def _variant(candidate: Candidate) -> Mapping[str, object]:
    variant = candidate.result.point.variant
    return {
        "point": candidate.result.point.key,
        "model": variant.model,
        "recipe": str(variant.recipe),
        "runtime": candidate.result.point.target.runtime,
        "sha256": candidate.result.sha256,
        "estimates": by_name(candidate.estimates),
        "missing": by_name(candidate.missing),
        "violates": [objective.name for objective in candidate.violates],
        "may_violate": [objective.name for objective in candidate.uncertain],
        "chance": candidate.chance,
        "fit": candidate.fit,
    }


def by_name(values: Mapping[Objective, object]) -> dict[str, object]:
    """The same values by the name of their objective."""
    return {objective.name: value for objective, value in values.items()}
