"""Choosing on a front: limits, the knee, and the volume a front covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from odviz.arrays import Floats
from odviz.domain.objective import Limits, Objective
from odviz.pareto.dominance import Mask, non_dominated

_ROUNDING = 1e-9
"""Far more than a limit loses in other units (69 % is not 0.69), and far less than anybody can measure."""


@dataclass(frozen=True, slots=True)
class Binding:
    """The limit that excludes most points.

    Attributes:
        objective: what it limits.
        admits: how many further points would satisfy all other limits without it.
    """

    objective: Objective
    admits: int


def binding(values: Mapping[Objective, Floats], limits: Limits) -> Binding | None:
    """Find the limit whose removal would admit most further points; the first of those that admit equally many.

    Args:
        values: one array of shape (N,) per limited objective; NaN satisfies no limit.
        limits: those that are set.

    Returns:
        None if removing any single limit would admit no point.
    """
    satisfied = {objective: keeps(values[objective], objective, limit) for objective, limit in limits.items()}
    best: Binding | None = None
    for objective, mask in satisfied.items():
        rest = [rest for remaining, rest in satisfied.items() if remaining != objective]
        admits = int((np.logical_and.reduce([~mask, *rest])).sum())
        if admits > (best.admits if best else 0):
            best = Binding(objective, admits)
    return best


def keeps(values: Floats, objective: Objective, limit: float) -> Mask:
    """Tell which values satisfy one limit; a value that equals it does, whatever rounding did to either of them.

    Args:
        values: any shape; NaN satisfies nothing.
        objective: what they are values of.
        limit: in the same unit.
    """
    satisfied: Mask = (
        values >= limit * (1 - _ROUNDING) if objective.higher_is_better else values <= limit * (1 + _ROUNDING)
    )
    return satisfied


def knee(values: Floats) -> int | None:
    """The front point that bulges most: a heuristic, and shown as one.

    Each objective is scaled to 0 … 1 over the front; the knee is the point furthest on the good side of the
    line through the unit points, that is with the smallest sum (I. Das, "On characterizing the 'knee' of
    the Pareto curve", Structural Optimization 18, 1999). Pass logarithms of what is shown on a log axis.

    Args:
        values: shape (N, 2), to be minimised; dominated points take no part.

    Returns:
        Index of the point (the first of equals), or None: fewer than three different front points, or none
        on the good side.
    """
    front = np.flatnonzero(non_dominated(values))
    points = np.asarray(values, float)[front]
    if len(np.unique(points, axis=0)) < 3:
        return None
    low, span = points.min(axis=0), np.ptp(points, axis=0)
    varying = span > 0
    sums = ((points[:, varying] - low[varying]) / span[varying]).sum(axis=1)
    best = int(sums.argmin())
    return int(front[best]) if sums[best] < 1 - 1e-9 else None


def hypervolume(values: Floats, reference: Sequence[float]) -> float:
    """Volume between a set of points and a reference point; meaningless without naming the latter.

    Args:
        values: shape (N, K), to be minimised.
        reference: length K; points not better than it in every objective add nothing.
    """
    import moocore

    return float(moocore.hypervolume(np.asarray(values, float), ref=np.asarray(reference, float)))
