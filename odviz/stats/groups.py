"""Estimates for new groups of items (other people, other websites) from items that come in a few groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray
from scipy import special

from odviz.domain.estimate import LEVEL

Floats = NDArray[np.float64]
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
    """

    centre: float
    moves: Floats

    @property
    def error(self) -> float:
        """Standard error."""
        return float(np.sqrt(self.moves @ self.moves))

    def half(self, level: float = LEVEL) -> float:
        """Half width of the interval: Student's t with G − 1 degrees of freedom."""
        return float(special.stdtrit(len(self.moves) - 1, (1 + level) / 2)) * self.error

    @property
    def p_value(self) -> float:
        """Of a true figure of zero, two-sided."""
        return float(2 * special.stdtr(len(self.moves) - 1, -abs(self.centre) / self.error)) if self.error else 1.0


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
    spread = GroupSpread(float(values[0]), moves)
    if spread.error == 0:  # equal in all groups: only the items say anything
        even = np.full(count, 1 / np.sqrt(count))
        return GroupSpread(spread.centre, even * item_half / GroupSpread(0, even).half())
    return GroupSpread(spread.centre, moves * max(1.0, _FLOOR * item_half / spread.half()))


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
    df = len(moves) - 1
    stretch = np.sqrt(df / rng.chisquare(df, (resamples, 1)))
    replicates: Floats = centres + stretch * (rng.standard_normal((resamples, len(moves))) @ moves)
    return replicates
