"""Choosing one of several options whose values are uncertain, and what is lost if it is the wrong one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from odviz.arrays import Floats, Indices
from odviz.pareto.dominance import Mask

MATTERS = 1.10
"""Ratio of two costs up to which they count as equal."""

_AS_LIKELY = 0.2
"""Difference of two shares of replicates up to which two options are as likely to be right."""

_EQUAL = 1 / 4
"""Share of the margin up to which two qualities count as equal."""

_LEVEL = 0.95
"""Confidence level of "as cheap as" and of what may be lost."""

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Options:
    """Options with B bootstrap replicates of their values.

    Attributes:
        goodness: shape (B, N), the quality, higher is better.
        cost: shape (B, N), positive, lower is better.
        allowed: shape (B, N) or (1, N), whether the option satisfies what is demanded.
        order: shape (N,), rank among equals: the smallest is taken.
        observed: shape (N,), whether the cost was observed; computed by a model otherwise.
        margin: quality that may be given away for a lower cost.
        floor: cost below which a lower one is worth nothing.
    """

    goodness: Floats
    cost: Floats
    allowed: Mask
    order: Indices
    observed: Mask
    margin: float
    floor: float = 0.0

    @property
    def effective(self) -> Floats:
        """The costs, none of them below the floor."""
        raised: Floats = np.maximum(self.cost, self.floor)
        return raised


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """The chosen option, and what is lost if it is the wrong one.

    Attributes:
        chosen: its index.
        best: index of the option of highest quality.
        shares: shape (N,), share of the replicates in which each option is the one to choose.
        right: share of the replicates in which the chosen option is it, or counts as equal to it.
        lost_goodness: quality that another choice would have had more, in all but 5 % of the replicates.
        lost_cost: cost that another choice would have had less, in all but 5 % of the replicates.
        lost_ratio: the same as a ratio of costs, at least 1.
    """

    chosen: int
    best: int
    shares: Floats
    right: float
    lost_goodness: float
    lost_cost: float
    lost_ratio: float


def decide(options: Options, goodness: Floats, eligible: Mask) -> Decision:
    """Choose the cheapest option whose quality is within the margin of the best; of equally cheap ones the best.

    An option is as cheap as the cheapest if the interval of the ratio of their costs holds 1, or if their costs differ
    by less than `MATTERS`, or if both are below the floor. It must also be right in about as many replicates as any: in
    each, the same rule is applied to its values, and an option is right that is the one so chosen or counts as equal to
    it. Of those, one that was not observed is left out beside an observed one, unless it is as cheap for certain. Of
    the rest the best is chosen, and of equally good ones the first in order.

    In the simulation of `benchmarks/stability.py` either condition alone chose worse, or another one on each rerun.

    Args:
        options: with their replicates.
        goodness: shape (N,), the quality as estimated.
        eligible: shape (N,), which options may be chosen; at least one.
    """
    cost, winners = options.effective, _choose(options)
    rows = np.flatnonzero(winners >= 0)
    winners = winners[rows]
    gained = options.goodness[rows, winners][:, np.newaxis] - options.goodness[rows]
    ratio = cost[rows] / cost[rows, winners][:, np.newaxis]
    as_good = (gained <= _EQUAL * options.margin + _ROUNDING) & (ratio <= MATTERS)
    right = as_good & np.broadcast_to(options.allowed, cost.shape)[rows]
    shares = right.sum(axis=0) / len(cost)
    known = np.where(eligible, goodness, -np.inf)
    best = int(known.argmax())
    close = known >= known[best] - options.margin - _ROUNDING
    middle = np.where(close, np.median(cost, axis=0), np.inf)
    likely = eligible & (shares >= shares[eligible].max() - _AS_LIKELY)
    cheap = close & _as_cheap(cost, int(middle.argmin())) & likely
    cheap = _backed(options, cheap if cheap.any() else likely)
    chosen = int(_first_of_the_best(known, cheap, options.order, options.margin))
    return Decision(
        chosen=chosen,
        best=best,
        shares=np.bincount(winners, minlength=len(goodness)) / len(cost),
        right=float(shares[chosen]),
        lost_goodness=max(0.0, _most(gained[:, chosen])),
        lost_cost=max(0.0, _most(cost[rows, chosen] - cost[rows, winners])),
        lost_ratio=max(1.0, _most(ratio[:, chosen])),
    )


def beaten(goodness: Floats, cost: Floats) -> Mask:
    """Which options another one beats: it is cheaper by more than matters for certain, and not worse for certain.

    The cost of a beaten option need not be known better: no front and no decision depends on it.

    Args:
        goodness: shape (B, N), higher is better.
        cost: shape (B, N), positive, lower is better.

    Returns:
        Shape (N,).
    """
    cheaper = [(cost * MATTERS < own).mean(axis=0) >= _LEVEL for own in cost.T[:, :, np.newaxis]]
    not_worse = [(goodness >= own).mean(axis=0) > 1 - _LEVEL for own in goodness.T[:, :, np.newaxis]]
    mask: Mask = (np.array(cheaper) & np.array(not_worse)).any(axis=1)
    return mask


def _backed(options: Options, among: Mask) -> Mask:
    """Without those that were not observed and may be dearer than the cheapest observed one."""
    if not (among & options.observed).any():
        return among
    cost = options.effective
    reference = int(np.where(among & options.observed, np.median(cost, axis=0), np.inf).argmin())
    backed: Mask = among & (options.observed | (np.quantile(cost / cost[:, [reference]], _LEVEL, axis=0) <= MATTERS))
    return backed


def _as_cheap(cost: Floats, reference: int) -> Mask:
    """Which options cannot be told from the reference by their cost, or hardly differ from it."""
    ratio = cost / cost[:, [reference]]
    low, middle = np.quantile(ratio, ((1 - _LEVEL) / 2, 0.5), axis=0)
    cheap: Mask = (low <= 1 + _ROUNDING) | (middle <= MATTERS)
    return cheap


def _choose(options: Options) -> Indices:
    """Index of the option to choose in each replicate, if its values were the truth; −1 where none is allowed."""
    good = np.where(options.allowed, options.goodness, -np.inf)
    top = good.max(axis=1, keepdims=True)
    cost = np.where(options.allowed & (good >= top - options.margin - _ROUNDING), options.effective, np.inf)
    cheap = cost <= MATTERS * cost.min(axis=1, keepdims=True)
    chosen = _first_of_the_best(good, cheap & options.allowed, options.order, options.margin)
    return np.where(np.isfinite(top[:, 0]), chosen, -1)


def _first_of_the_best(goodness: Floats, among: Mask, order: Indices, margin: float) -> Indices:
    """Along the last axis: of those among which is chosen and that are as good as the best of them, the first."""
    good = np.where(among, goodness, -np.inf)
    equal = among & (good >= good.max(axis=-1, keepdims=True) - _EQUAL * margin - _ROUNDING)
    index: Indices = np.where(equal, order, len(order)).argmin(axis=-1)
    return index


def _most(losses: Floats) -> float:
    """What is exceeded in 5 % of the replicates."""
    return float(np.quantile(losses, _LEVEL)) if len(losses) else 0.0
