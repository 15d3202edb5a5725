"""Estimates as ratios to a reference, where what is not known of them is the same for all candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from odviz.analysis.candidates import Candidate
from odviz.analysis.replicates import Draws
from odviz.domain.estimate import LEVEL, TAILS, EstimateKind
from odviz.domain.objective import Objective
from odviz.objectives import OBJECTIVES


def with_ratios(
    candidates: Sequence[Candidate], draw: Draws, objectives: Sequence[Objective]
) -> tuple[list[Candidate], tuple[Objective, ...]]:
    """Replace the estimates of objectives of which only ratios are known.

    The reference is the same for all candidates, the most accurate uncompressed one: then the order of all models on
    the axis is that of the absolute figures, and membership of the fronts is not changed.

    Args:
        candidates: each has the first objective.
        draw: replicates of the candidates, of the absolute figures.
        objectives: of the task.

    Returns:
        The candidates, and the objectives as their estimates now are.
    """
    replaced, compared = list(candidates), list(objectives)
    for place, objective in enumerate(objectives):
        ratio = OBJECTIVES[objective.name].ratio
        rows = [row for row, candidate in enumerate(candidates) if objective in candidate.estimates]
        absolute = [candidates[row].estimates[objective] for row in rows]
        if not rows or ratio is None or any(one.kind is not EstimateKind.COMPUTING_ALONE for one in absolute):
            continue
        replicates = draw(objective, rows)
        reference = rows.index(_reference(candidates, rows, objectives[0]))
        ends = np.quantile(replicates / replicates[:, [reference]], TAILS, axis=0)
        scope = f"ratio to {candidates[rows[reference]].result.point.label}"
        for row, estimate, (low, high) in zip(rows, absolute, ends.T.tolist(), strict=True):
            share = replace(
                estimate, low=low, high=high, unit=ratio.unit, level=LEVEL, scope=f"{scope}; {estimate.scope}",
                absolute=estimate,
            )  # fmt: skip
            estimates = {one: share if one == ratio else own for one, own in replaced[row].estimates.items()}
            replaced[row] = replace(replaced[row], estimates=estimates)
        compared[place] = ratio
    return replaced, tuple(compared)


def _reference(candidates: Sequence[Candidate], rows: Sequence[int], quality: Objective) -> int:
    """Row of the most accurate uncompressed candidate; of the most accurate one where all are compressed."""
    uncompressed = [row for row in rows if not candidates[row].result.point.variant.recipe.steps]
    return min(uncompressed or rows, key=lambda row: quality.sign * candidates[row].estimates[quality].centre)
