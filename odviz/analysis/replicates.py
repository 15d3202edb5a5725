"""Bootstrap replicates of the candidates of an analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from odviz.analysis.candidates import Candidate
from odviz.domain.objective import Objective
from odviz.objectives import OBJECTIVES
from odviz.objectives.base import Draw, HostSamples

RESAMPLES = 1000

Floats = NDArray[np.float64]


class Draws(Protocol):
    """Draws replicates of one objective, of some candidates together."""

    def __call__(self, objective: Objective, rows: Sequence[int]) -> Floats:
        """Replicates of one objective.

        Args:
            objective: each of the candidates has an estimate of it.
            rows: of the candidates.

        Returns:
            Shape (replicates, rows), in the unit of the objective.
        """
        ...


@dataclass(frozen=True, eq=False)
class Replicates:
    """Replicates from stored samples: the same test items and the same rounds are drawn for all candidates.

    Attributes:
        candidates: of the analysis.
        samples: of the host point of each candidate.
        quality: the objective of which all replicates are drawn from the same items.
        seed: of the bootstrap.
    """

    candidates: Sequence[Candidate]
    samples: Sequence[HostSamples]
    quality: Objective
    seed: int

    def __call__(self, objective: Objective, rows: Sequence[int]) -> Floats:
        """See `Draws`; each objective has the same replicates whichever others there are."""
        rng = np.random.default_rng([self.seed, objective != self.quality])
        samples = [self.samples[row] for row in rows]
        estimates = [self.candidates[row].estimates for row in rows]
        return OBJECTIVES[objective.name].replicates(Draw(objective, samples, estimates, RESAMPLES, rng))
