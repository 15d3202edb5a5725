"""Choosing on a front: budgets, the knee, and the volume a front covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from odviz.domain.objective import Budget, Objective
from odviz.pareto.dominance import non_dominated
from odviz.pareto.sweep import Floats, Mask

_ROUNDING = 1e-9
"""Far more than a limit in other units loses (69 % are not 0.69), and far less than anybody can measure."""


@dataclass(frozen=True, slots=True)
class Binding:
    """The limit that stands most in the way.

    Attributes:
        objective: whose limit it is.
        admits: how many further points would satisfy the rest if it were lifted.
    """

    objective: Objective
    admits: int


def binding(values: Mapping[Objective, Floats], budget: Budget) -> Binding | None:
    """The limit whose removal would admit most further points; the first of `Objective` where several would.

    Args:
        values: one array of shape (N,) per objective; NaN, or an objective left out, is a figure nobody
            has, which keeps to no limit.
        budget: the limits.

    Returns:
        None where lifting no single limit would admit a point.
    """
    kept = _kept(values, budget)
    best: Binding | None = None
    for objective, own in kept.items():
        others = [mask for other, mask in kept.items() if other is not objective]
        admits = int((np.logical_and.reduce([~own, *others])).sum())
        if admits > (best.admits if best else 0):
            best = Binding(objective, admits)
    return best


def _kept(values: Mapping[Objective, Floats], budget: Budget) -> dict[Objective, Mask]:
    """For each limit that was set, which points keep to it."""
    count = _length(values)
    nobody = np.full(count, np.nan)
    return {
        objective: keeps(np.asarray(values.get(objective, nobody), float), objective, limit)
        for objective, limit in budget.limits.items()
    }


def keeps(figures: Floats, objective: Objective, limit: float) -> Mask:
    """Which figures keep to one limit; a figure that equals it does, whatever rounding did to either of them.

    Args:
        figures: any shape; NaN keeps to nothing.
        objective: what they are of.
        limit: in its unit.
    """
    kept: Mask = (
        figures >= limit * (1 - _ROUNDING) if objective.higher_is_better else figures <= limit * (1 + _ROUNDING)
    )
    return kept


def _length(values: Mapping[Objective, Floats]) -> int:
    lengths = {len(figures) for figures in values.values()}
    if len(lengths) != 1:
        raise ValueError(f"a budget needs figures of the same points, not of {sorted(lengths)}")
    return lengths.pop()


def knee(values: Floats) -> int | None:
    """The front point that bulges most: a heuristic, and shown as one.

    Each objective is scaled to 0 … 1 over the front; the knee is the point furthest on the good side of the
    plane through the unit points, that is with the smallest sum (I. Das, "On characterizing the 'knee' of
    the Pareto curve", Structural Optimization 18, 1999). Pass logarithms of what is shown on a log axis.

    Args:
        values: shape (N, K), to be minimised; dominated points take no part.

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
