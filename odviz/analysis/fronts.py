"""Three-state fronts of the first objective against each other one, from a joint bootstrap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.candidates import Candidate
from odviz.domain.objective import Objective
from odviz.domain.result import Membership
from odviz.objectives import OBJECTIVES
from odviz.objectives.base import Draw, HostSamples
from odviz.pareto.membership import three_state

RESAMPLES = 1000

Floats = NDArray[np.float64]
_Front = Mapping[int, tuple[Membership, float]]


def with_fronts(
    candidates: Sequence[Candidate], samples: Sequence[HostSamples], objectives: Sequence[Objective], seed: int
) -> tuple[Candidate, ...]:
    """Candidates with their membership and its probability on every front.

    In each bootstrap replicate the same test items and the same rounds are drawn for all candidates, so that what they
    share cancels. Limits have no influence on membership.

    Args:
        candidates: each has the first objective.
        samples: of the host point of each candidate.
        objectives: the first is traded for each of the others.
        seed: of the bootstrap.
    """
    quality, *axes = objectives
    replicates = _Replicates(candidates, samples, quality, seed)
    fronts = {axis: replicates.front(axis) for axis in axes}
    return tuple(
        replace(
            candidate,
            membership={axis: front[row][0] for axis, front in fronts.items() if row in front},
            probability={axis: front[row][1] for axis, front in fronts.items() if row in front},
        )
        for row, candidate in enumerate(candidates)
    )


class _Replicates:
    """Replicates of the first objective, drawn once, beside which those of every other one are drawn."""

    def __init__(
        self, candidates: Sequence[Candidate], samples: Sequence[HostSamples], quality: Objective, seed: int
    ) -> None:
        self._candidates, self._samples = candidates, samples
        self._rng = np.random.default_rng(seed)
        self._costs = quality.sign * self._draw(quality, range(len(candidates))) if candidates else np.empty((0, 0))
        self._state = self._rng.bit_generator.state

    def front(self, axis: Objective) -> _Front:
        """State and probability by row, of the candidates that have an estimate on this axis."""
        rows = [row for row, candidate in enumerate(self._candidates) if axis in candidate.estimates]
        if not rows:
            return {}
        self._rng.bit_generator.state = self._state  # each axis has the same replicates whichever others there are
        costs = np.stack([self._costs[:, rows], axis.sign * self._draw(axis, rows)], axis=-1)
        observed = np.array([self._candidates[row].estimates[axis].provenance.observed for row in rows])
        states, shares = three_state(costs, observed)
        return {row: (state, float(share)) for row, state, share in zip(rows, states, shares, strict=True)}

    def _draw(self, objective: Objective, rows: Sequence[int]) -> Floats:
        samples, estimates = [self._samples[row] for row in rows], [self._candidates[row].estimates for row in rows]
        return OBJECTIVES[objective.name].replicates(Draw(objective, samples, estimates, RESAMPLES, self._rng))
