"""Which candidates satisfy which limits, for certain or perhaps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.candidates import Candidate
from odviz.analysis.replicates import RESAMPLES, Floats
from odviz.domain.estimate import Estimate, EstimateKind
from odviz.domain.objective import Limits, Objective
from odviz.objectives.intervals import from_intervals
from odviz.pareto.choice import Binding, binding, keeps

SURE = 0.95
"""Chance of satisfying all limits from which on a variant satisfies them; below one minus this it does not."""

_UNKNOWN = 0.5
"""Greatest chance of satisfying a limit on an estimate whose worse end is not known."""

_TINY = 1e-15
"""Stands for zero in a logarithm."""


def apply_limits(candidates: Sequence[Candidate], limits: Limits) -> tuple[tuple[Candidate, ...], Binding | None]:
    """Mark the limits that each candidate violates or may violate, and the chance that it satisfies all.

    A limit on an objective without an estimate is violated. A range without a value violates a limit only if all of it
    lies beyond. The chance is the share of replicates in which all limits are satisfied, drawn as the intervals say.

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
    fitting = np.array([candidate.fits for candidate in candidates], bool)
    marks = zip(
        candidates,
        _sets(violated, len(candidates)),
        _sets(uncertain, len(candidates)),
        _chances(candidates, limits, violated, uncertain, fitting).tolist(),
        strict=True,
    )
    marked = tuple(_marked(*mark) for mark in marks)
    return marked, binding({objective: column[fitting] for objective, column in values.items()}, limits)


def _chances(
    candidates: Sequence[Candidate],
    limits: Limits,
    violated: Mapping[Objective, NDArray[np.bool_]],
    uncertain: Mapping[Objective, NDArray[np.bool_]],
    fitting: NDArray[np.bool_],
) -> Floats:
    """Chance of each candidate to satisfy all limits and to fit."""
    chances = fitting.astype(float)
    for objective, limit in limits.items():
        chances[violated[objective] & ~uncertain[objective]] = 0.0
        rows = np.flatnonzero(uncertain[objective] & (chances > 0))
        if not len(rows):
            continue
        stated = [candidates[row].estimates[objective] for row in rows]
        estimates = [estimate.absolute or estimate for estimate in stated]
        rng = np.random.default_rng(objective.order)
        draws = from_intervals(estimates, [str(row) for row in rows], RESAMPLES, rng)
        share = keeps(draws, objective, limit).mean(axis=0)
        open_ended = [estimate.kind is EstimateKind.COMPUTING_ALONE for estimate in estimates]
        chances[rows] *= np.where(open_ended, np.minimum(share, _UNKNOWN), share)
    return chances


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
    estimate = estimate.absolute or estimate
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


def _marked(
    candidate: Candidate, violates: tuple[Objective, ...], uncertain: tuple[Objective, ...], chance: float
) -> Candidate:
    if (violates, uncertain, chance) == (candidate.violates, candidate.uncertain, candidate.chance):
        return candidate
    return replace(candidate, violates=violates, uncertain=uncertain, chance=chance)
