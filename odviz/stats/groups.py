"""Estimates for new groups of items (other people, other websites) from items that come in a few groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.arrays import Floats
from odviz.domain.estimate import LEVEL

Groups = NDArray[np.intp]
"""Group of each item, shape (N,): 0 to G − 1, each at least once."""

_FLOOR = 0.5
"""Least width of an interval over groups, as a share of the interval over items: a few groups may agree by chance."""


@dataclass(frozen=True, slots=True)
class GroupSpread:
    """A figure with its spread between groups.

    Attributes:
        centre: the figure of all items.
        moves: shape (G,), how far each group moves the figure per standard normal weight; their sum of squares is the
            variance.
        degrees: of freedom of Student's t; 0 for G − 1.
    """

    centre: float
    moves: Floats
    degrees: int = 0

    @property
    def error(self) -> float:
        """Standard error."""
        return float(np.sqrt(self.moves @ self.moves))

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.degrees or len(self.moves) - 1

    def half(self, level: float = LEVEL) -> float:
        """Half width of the interval, by Student's t."""
        return float(special.stdtrit(self.df, (1 + level) / 2)) * self.error

    @property
    def p_value(self) -> float:
        """Of a true figure of zero, two-sided."""
        return float(2 * special.stdtr(self.df, -abs(self.centre) / self.error)) if self.error else 1.0


def several(groups: Groups | None) -> TypeGuard[Groups]:
    """Whether items come from at least two groups, so that something is known of the spread between groups."""
    return groups is not None and len(groups) > 0 and bool(groups.max() > 0)


def left_out_weights(groups: Groups) -> NDArray[np.float32]:
    """Item weights of the jackknife: all items, then all but those of each group; shape (1 + G, N)."""
    kept = groups != np.arange(-1, groups.max() + 1)[:, np.newaxis]
    weights: NDArray[np.float32] = kept.astype(np.float32)
    return weights


def group_spread(values: Floats, item_half: float) -> GroupSpread:
    """Spread of a figure between groups, by the delete-one-group jackknife.

    The jackknife is the cluster-robust variance that covers best from few groups (CV3 of MacKinnon, Nielsen and Webb,
    "Fast and reliable jackknife and bootstrap methods for cluster-robust inference", Journal of Applied Econometrics
    38, 2023; Bell and McCaffrey, Survey Methodology 28, 2002). For groups of equal size it is the variance of their
    means over G. Give figures on a scale where they are closer to normal, as `odviz.stats.scales` has them.

    Simulated coverage of 95 % intervals for new groups is in docs/benchmarks.md, section "Groups".

    Args:
        values: shape (1 + G,), the figure of all items, and without each group.
        item_half: half width of its interval over items, at `LEVEL`.
    """
    count = len(values) - 1
    moves = (values[1:] - values[0]) * np.sqrt((count - 1) / count)
    return _widened(GroupSpread(float(values[0]), moves), item_half)


def two_sample_spread(value: float, without_first: Floats, without_second: Floats, item_half: float) -> GroupSpread:
    """Spread of a figure that compares two samples of groups, by the delete-one-group jackknife of each.

    Student's t has the degrees of freedom of the sample of fewer groups, which is on the safe side.

    Args:
        value: the figure.
        without_first: the figure without each group of the first sample, shape (F,).
        without_second: the figure without each group of the second, shape (S,).
        item_half: half width of its interval over items, at `LEVEL`.
    """
    sides = [(values - value) * np.sqrt((len(values) - 1) / len(values)) for values in (without_first, without_second)]
    return _widened(GroupSpread(value, np.concatenate(sides), min(map(len, sides)) - 1), item_half)


def _widened(spread: GroupSpread, item_half: float) -> GroupSpread:
    """The spread, made as wide as the floor that the items set."""
    if spread.error == 0:  # equal in all groups: only the items say anything
        even = replace(spread, moves=np.full(len(spread.moves), 1 / np.sqrt(len(spread.moves))))
        return replace(even, moves=even.moves * item_half / even.half())
    return replace(spread, moves=spread.moves * max(1.0, _FLOOR * item_half / spread.half()))


def joint_groups(spreads: Sequence[GroupSpread], resamples: int, rng: np.random.Generator) -> Floats:
    """Replicates of several figures over the same groups.

    A multiplier bootstrap as `joint_p50`: each group has one normal weight per replicate, the same for all figures, so
    that a group that is hard for all cancels when they are compared. One chi square per replicate makes the draws
    multivariate t: each figure spreads as its interval.

    Args:
        spreads: of each figure, over the same groups.
        resamples: how many replicates.
        rng: source of the weights.

    Returns:
        Shape (resamples, figures), on the scale of the spreads.
    """
    moves = np.stack([spread.moves for spread in spreads], axis=1)
    centres = np.array([spread.centre for spread in spreads])
    df = spreads[0].df
    stretch = np.sqrt(df / rng.chisquare(df, (resamples, 1)))
    replicates: Floats = centres + stretch * (rng.standard_normal((resamples, len(moves))) @ moves)
    return replicates
