"""Which candidates satisfy which limits, for certain or perhaps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.candidates import Candidate
from odviz.analysis.replicates import Draws, Floats
from odviz.domain.estimate import Estimate, EstimateKind
from odviz.domain.objective import Limits, Objective
from odviz.pareto.choice import Binding, binding, keeps

SURE = 0.95
"""Chance of satisfying all limits from which on a variant satisfies them; below one minus this it does not."""

_UNKNOWN = 0.5
"""Greatest chance of satisfying a limit on an estimate whose worse end is not known."""

_TINY = 1e-15
"""Stands for zero in a logarithm."""


def apply_limits(candidates: Sequence[Candidate], limits: Limits) -> tuple[tuple[Candidate, ...], Binding | None]:
    """Mark the limits that each candidate violates or may violate.

    A limit on an objective without an estimate is violated. A range without a value violates a limit only if all of it
    lies beyond.

    Args:
        candidates: marked or not; those whose marks do not change are returned as they are.
        limits: to apply.

    Returns:
        The candidates, and the limit that binds.
    """
    values = {objective: _column(candidates, objective, held) for objective in limits}
    violated = {objective: ~keeps(values[objective], objective, limit) for objective, limit in limits.items()}
    uncertain = {
        objective: keeps(_column(candidates, objective, _best), objective, limit)
        & ~keeps(_column(candidates, objective, _worst), objective, limit)
        for objective, limit in limits.items()
    }
    marks = zip(_sets(violated, len(candidates)), _sets(uncertain, len(candidates)), strict=True)
    marked = tuple(_marked(candidate, *mark) for candidate, mark in zip(candidates, marks, strict=True))
    fitting = np.array([candidate.fits for candidate in candidates], bool)
    return marked, binding({objective: column[fitting] for objective, column in values.items()}, limits)


def with_chances(candidates: Sequence[Candidate], limits: Limits, draw: Draws) -> tuple[Candidate, ...]:
    """Give each candidate the chance that it satisfies all limits: the share of the replicates in which it does.

    Args:
        candidates: marked by `apply_limits`.
        limits: the same.
        draw: replicates of the candidates.
    """
    rows = [row for row, candidate in enumerate(candidates) if _may_go_either_way(candidate)]
    uncertain = [candidates[row] for row in rows]
    shares = satisfied(uncertain, limits, partial(draw, rows=rows)).mean(axis=0) if rows else ()
    chances = [float(not candidate.violates and candidate.fits) for candidate in candidates]
    for row, share in zip(rows, shares, strict=True):
        chances[row] = float(min(share, _UNKNOWN) if _open_ended(candidates[row]) else share)
    return tuple(
        candidate if candidate.chance == chance else replace(candidate, chance=chance)
        for candidate, chance in zip(candidates, chances, strict=True)
    )


def satisfied(
    candidates: Sequence[Candidate], limits: Limits, draw: Callable[[Objective], Floats]
) -> NDArray[np.bool_]:
    """In which replicates which candidates satisfy all limits.

    Args:
        candidates: marked by `apply_limits`, none of which violates a limit for certain.
        limits: the same.
        draw: replicates of all these candidates.

    Returns:
        Shape (replicates, candidates); (1, candidates) where no limit is uncertain.
    """
    masks = [
        keeps(draw(objective), objective, limit)
        for objective, limit in limits.items()
        if any(objective in candidate.uncertain for candidate in candidates)
    ]
    everything: NDArray[np.bool_] = np.ones((1, len(candidates)), bool)
    return reduce(np.logical_and, masks, everything)


def _may_go_either_way(candidate: Candidate) -> bool:
    return bool(candidate.uncertain) and candidate.fits and set(candidate.violates) <= set(candidate.uncertain)


def _open_ended(candidate: Candidate) -> bool:
    return any(candidate.estimates[one].kind is EstimateKind.COMPUTING_ALONE for one in candidate.uncertain)


def held(estimate: Estimate, objective: Objective) -> float:
    """The value that is compared with a limit: of a range without a value, its better end."""
    return _best(estimate, objective) if estimate.mere_range else estimate.centre


def excess(candidate: Candidate, limits: Limits) -> float:
    """How far a candidate lies beyond the limits it violates: the sum of |ln (value / limit)|."""
    return sum(
        abs(math.log(max(held(candidate.estimates[objective], objective), _TINY) / limits[objective]))
        for objective in candidate.violates
    )


def _best(estimate: Estimate, objective: Objective) -> float:
    return estimate.high if objective.higher_is_better else estimate.low


def _worst(estimate: Estimate, objective: Objective) -> float:
    """The worse end; of computing alone there is none, because the rest of the machine needs energy too."""
    if estimate.kind is EstimateKind.COMPUTING_ALONE:
        return math.inf
    return estimate.low if objective.higher_is_better else estimate.high


def _column(
    candidates: Sequence[Candidate], objective: Objective, value: Callable[[Estimate, Objective], float]
) -> NDArray[np.float64]:
    estimates = (candidate.estimates.get(objective) for candidate in candidates)
    return np.array([np.nan if estimate is None else value(estimate, objective) for estimate in estimates], float)


def _sets(masks: Mapping[Objective, NDArray[np.bool_]], count: int) -> list[tuple[Objective, ...]]:
    """For each candidate the objectives whose mask is true; equal sets are one object, of which there are few."""
    subsets = [
        tuple(objective for bit, objective in enumerate(masks) if code >> bit & 1) for code in range(1 << len(masks))
    ]
    codes = sum((mask << bit for bit, mask in enumerate(masks.values())), np.zeros(count, int))
    return [subsets[code] for code in codes.tolist()]


def _marked(candidate: Candidate, violates: tuple[Objective, ...], uncertain: tuple[Objective, ...]) -> Candidate:
    if (violates, uncertain) == (candidate.violates, candidate.uncertain):
        return candidate
    return replace(candidate, violates=violates, uncertain=uncertain)
