"""Three-state fronts of the first objective against each other one, from a joint bootstrap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from odviz.analysis.candidates import Candidate
from odviz.analysis.replicates import Draws
from odviz.arrays import Floats
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.pareto.membership import three_state

_Front = Mapping[int, tuple[Membership, float]]


def with_fronts(candidates: Sequence[Candidate], draw: Draws, objectives: Sequence[Objective]) -> tuple[Candidate, ...]:
    """Candidates with their membership and its probability on every front.

    In each bootstrap replicate the same test items and the same rounds are drawn for all candidates, so that what they
    share cancels. Limits have no influence on membership.

    Args:
        candidates: each has the first objective.
        draw: replicates of the candidates.
        objectives: the first is traded for each of the others.
    """
    if not candidates:
        return ()
    quality, *axes = objectives
    costs = quality.sign * draw(quality, range(len(candidates)))
    fronts = {axis: _front(candidates, costs, axis, draw) for axis in axes}
    return tuple(
        replace(
            candidate,
            membership={axis: front[row][0] for axis, front in fronts.items() if row in front},
            probability={axis: front[row][1] for axis, front in fronts.items() if row in front},
        )
        for row, candidate in enumerate(candidates)
    )


def _front(candidates: Sequence[Candidate], costs: Floats, axis: Objective, draw: Draws) -> _Front:
    """State and probability by row, of the candidates that have an estimate on this axis."""
    rows = [row for row, candidate in enumerate(candidates) if axis in candidate.estimates]
    if not rows:
        return {}
    replicates = np.stack([costs[:, rows], axis.sign * draw(axis, rows)], axis=-1)
    observed = np.array([candidates[row].estimates[axis].provenance.observed for row in rows])
    states, shares = three_state(replicates, observed)
    return {row: (state, float(share)) for row, state, share in zip(rows, states, shares, strict=True)}
