"""Joint replicates of every objective, for fronts that know how sure they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Objective
from odviz.domain.target import OperatingPoint
from odviz.services.evidence import Evidence
from odviz.stats import joint_accuracy, joint_p50

Floats = NDArray[np.float64]


def draw(
    evidence: Evidence,
    points: Sequence[OperatingPoint],
    figures: Sequence[Mapping[Objective, Estimate]],
    objective: Objective,
    resamples: int,
    rng: np.random.Generator,
) -> Floats:
    """Replicates of one objective, paired between points wherever the evidence is.

    Args:
        evidence: of one benchmark.
        points: whose figures of this objective are known.
        figures: theirs, in the same order.
        objective: which.
        resamples: how many replicates.
        rng: source of the randomness.

    Returns:
        Shape (resamples, points), in the objective's unit.
    """
    if objective is Objective.ACCURACY:
        correct = np.stack([evidence.answers[point].correct for point in points], axis=1)
        return joint_accuracy(correct, resamples, rng)
    if objective is Objective.LATENCY:
        return joint_p50({point.key: evidence.blocks[point] for point in points}, resamples, rng)
    return _from_intervals([figure[objective] for figure in figures], resamples, rng)


def _from_intervals(estimates: Sequence[Estimate], resamples: int, rng: np.random.Generator) -> Floats:
    """Normal around an observed figure; for modelled ranges one shared place between all the ends.

    What is unknown of a modelled energy is mostly the price of an operation, which is the same for every variant: in
    one replicate all of them are cheap or all are dear.
    """
    low, high, centre = (np.array([getattr(each, end) for each in estimates]) for end in ("low", "high", "centre"))
    modelled = np.array([each.value is None for each in estimates])
    observed: Floats = centre + (high - low) / 2 / special.ndtri(0.975) * rng.standard_normal((resamples, len(low)))
    place = rng.random((resamples, 1))
    between: Floats = low + (high - low) * place
    return np.where(modelled, between, observed)
