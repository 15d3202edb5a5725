"""Bootstrap replicates of the candidates of an analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from odviz.analysis.candidates import Candidate
from odviz.arrays import Floats
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Objective
from odviz.domain.target import OperatingPoint
from odviz.objectives import OBJECTIVES
from odviz.objectives.base import Draw, HostSamples

RESAMPLES = 1000


ItemReplicates = Mapping[Objective, Mapping[OperatingPoint, Floats]]
"""Replicates by objective and host point, each of shape (replicates,)."""


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
        kept: replicates that were drawn before, of every host point that has them.
    """

    candidates: Sequence[Candidate]
    samples: Sequence[HostSamples]
    quality: Objective
    seed: int
    kept: ItemReplicates = field(default_factory=dict)

    def __call__(self, objective: Objective, rows: Sequence[int]) -> Floats:
        """See `Draws`; each objective has the same replicates whichever others there are."""
        samples = [self.samples[row] for row in rows]
        if objective in self.kept:
            return np.stack([self.kept[objective][sample.result.point] for sample in samples], axis=1)
        estimates = [self.candidates[row].estimates for row in rows]
        return _draw(objective, samples, estimates, self.quality, self.seed)


def item_replicates(samples: Sequence[HostSamples], objectives: Sequence[Objective], seed: int) -> ItemReplicates:
    """Replicates of the objectives that depend on the predictions of the test items alone, whatever the device.

    Which points are drawn together makes no difference to them.

    Args:
        samples: of the points of this host.
        objectives: of the task; the first is the quality.
        seed: of the bootstrap.
    """
    kept: dict[Objective, dict[OperatingPoint, Floats]] = {}
    for objective in objectives:
        plugin = OBJECTIVES[objective.name]
        if not plugin.of_items:
            continue
        estimated = [(sample, plugin.host(sample)) for sample in samples]
        known = [(sample, {objective: one}) for sample, one in estimated if isinstance(one, Estimate)]
        if known:
            own, estimates = zip(*known, strict=True)
            columns = _draw(objective, own, estimates, objectives[0], seed).T.copy()
            kept[objective] = {sample.result.point: column for sample, column in zip(own, columns, strict=True)}
    return kept


def _draw(
    objective: Objective,
    samples: Sequence[HostSamples],
    estimates: Sequence[Mapping[Objective, Estimate]],
    quality: Objective,
    seed: int,
) -> Floats:
    rng = np.random.default_rng([seed, objective != quality])
    return OBJECTIVES[objective.name].replicates(Draw(objective, samples, estimates, RESAMPLES, rng))
