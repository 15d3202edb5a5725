"""The members averaged, each with the weight that its error on networks it has not seen earns it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.projection.features import Array
from odviz.projection.members import NOISE, Local, Member, Typical

Labels = NDArray[np.int64]

_FOLDS = 5
"""Groups in which the members are compared: enough to see each family left out once."""

_REACH = 0.5
"""Of the local member, see `Local`."""

_USUAL, _FAR = 0.3, 0.3
"""Doubt about a network beside a known one, of the size of the usual error, so that only what is stranger than usual
widens an interval; and what is added where nothing is alike.
"""

_SHARPNESS = 30.0
"""Weight of a member falls with this power of its mean error: the better one leads, equal ones share."""

_FAR_OFF = 1.5
"""Largest error that counts, in logarithm: one network that fell back to another processor decides nothing."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """A weighted mean of logarithms.

    Attributes:
        members: costs of all networks, costs of the neighbourhood, typical costs.
        weights: sum to 1.
    """

    members: tuple[Local, Local, Typical]
    weights: Array

    def log_seconds(self, counts: Array) -> tuple[Array, Array]:
        """Logarithm of the latency and a measure of doubt, both (networks,).

        Doubt grows with the distance from known networks and where the members disagree; it is on the scale of a
        standard deviation of the logarithm, but only its proportions are used (see `conformal`).
        """
        each = np.stack([member.log_seconds(counts) for member in self.members])
        alike = self.members[1].likeness(counts).max(axis=1)
        return self.weights @ each, np.sqrt(_USUAL**2 + _FAR**2 * (1 - alike) + each.var(axis=0))


def _members(counts: Array, seconds: Array, columns: tuple[int, ...]) -> tuple[Local, Local, Typical]:
    whole, near = (Local(columns, counts, seconds, reach) for reach in (math.inf, _REACH))
    return whole, near, Typical.fit(counts, seconds, columns)


def fit(counts: Array, seconds: Array, groups: Labels, columns: tuple[int, ...]) -> Ensemble:
    """Fit the members, and weigh them by their error on groups left out.

    Args:
        counts: (networks, columns), complete in the columns used.
        seconds: (networks,).
        groups: a number per network: families, if it is to predict networks of others.
        columns: which counts to use.
    """
    groups = groups % _FOLDS if len(np.unique(groups)) > _FOLDS else groups
    errors = np.full((3, len(seconds)), np.nan)
    for group in np.unique(groups):
        out = groups == group
        if out.all() or (~out).sum() < 3:
            continue
        inner: tuple[Member, ...] = _members(counts[~out], seconds[~out], columns)
        errors[:, out] = [member.log_seconds(counts[out]) - np.log(seconds[out]) for member in inner]
    return Ensemble(_members(counts, seconds, columns), _weights(errors))


def _weights(errors: Array) -> Array:
    seen = errors[:, ~np.isnan(errors[0])]
    if not seen.size:  # too few to compare: the one with the fewest liberties
        return np.asarray(np.eye(len(errors))[0])
    size = np.mean(np.minimum(np.abs(seen), _FAR_OFF), axis=1) + NOISE
    worth = (size.min() / size) ** _SHARPNESS
    return np.asarray(worth / worth.sum())
