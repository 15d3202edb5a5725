"""The members averaged, each with the weight that its error on networks it has not seen earns it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.projection.features import Array
from odviz.projection.members import NOISE, Local, Member, Related, Typical, local_left_out

Labels = NDArray[np.int64]

_FOLDS = 5
"""Groups in which the members are compared: enough to see each family left out once."""

_LEAST = 3
"""Networks that must stay for the members to be compared."""

_REACH = 0.5
"""Of the local member, see `Local`."""

_USUAL, _FAR = 0.3, 0.3
"""Doubt about a network beside a known one, of the size of the usual error, so that only what is stranger than usual
widens an interval; and what is added where nothing is alike.
"""

_SHARPNESS = 30.0
"""Weight of a member falls with this power of its mean error: the better one leads, equal ones share."""

_WRONG = 0.5
"""Largest error that counts, in logarithm: whatever misses by more is wrong, and by how much decides nothing.

Where many networks fall back to another processor no member is right about these; the one that is right about the
others must lead.
"""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """A weighted mean of logarithms.

    Attributes:
        near: costs of the neighbourhood.
        members: that one, and the others.
        weights: sum to 1.
    """

    near: Local
    members: tuple[Member, ...]
    weights: Array

    def log_seconds(self, counts: Array) -> tuple[Array, Array]:
        """Logarithm of the latency and a measure of doubt, both (networks,).

        Doubt grows with the distance from known networks and where the members disagree; it is on the scale of a
        standard deviation of the logarithm, but only its proportions are used (see `conformal`).
        """
        each = np.stack([member.log_seconds(counts) for member in self.members])
        mean = self.weights @ each
        alike = self.near.likeness(counts).max(axis=1)
        return mean, np.sqrt(_USUAL**2 + _FAR**2 * (1 - alike) + self.weights @ (each - mean) ** 2)


def fit(counts: Array, seconds: Array, groups: Labels, columns: tuple[int, ...], related: bool) -> Ensemble:
    """Fit the members, and weigh them by their error on groups left out.

    Args:
        counts: (networks, columns), complete in the columns used.
        seconds: (networks,).
        groups: a number per network: families, if it is to predict networks of others.
        columns: which counts to use.
        related: whether it is to predict relatives of these networks, which err as they do.
    """
    whole, near = (Local(columns, counts, seconds, reach) for reach in (math.inf, _REACH))
    members = (whole, near, *_typical(counts, seconds, columns, related))
    return Ensemble(near, members, _weights(_left_out(counts, seconds, groups, columns, related)))


def _typical(counts: Array, seconds: Array, columns: tuple[int, ...], related: bool) -> tuple[Member, ...]:
    typical = Typical.fit(counts, seconds, columns)
    return (typical, Related.fit(counts, seconds, typical)) if related else (typical,)


def _left_out(counts: Array, seconds: Array, groups: Labels, columns: tuple[int, ...], related: bool) -> Array:
    """Errors of the members on networks left out with their group, (members, networks that leave enough others)."""
    labels, which = np.unique(groups, return_inverse=True)
    which = which % _FOLDS
    stay = np.arange(min(len(labels), _FOLDS))[:, None] != which
    stay = stay[stay.sum(axis=1) >= _LEAST]
    asked = np.flatnonzero(~stay.all(axis=0))
    said = np.empty((4 if related else 3, len(asked)))
    if not len(asked):
        return said
    group = stay.argmin(axis=0)[asked]
    said[:2] = local_left_out(counts, seconds, asked, stay[group], columns, _REACH)
    for number, kept in enumerate(stay):
        inner = _typical(counts[kept], seconds[kept], columns, related)
        said[2:, group == number] = [member.log_seconds(counts[~kept]) for member in inner]
    return np.asarray(said - np.log(seconds[asked]))


def _weights(errors: Array) -> Array:
    if not errors.size:  # too few to compare: the one with the fewest liberties
        return np.asarray(np.eye(len(errors))[0])
    size = np.mean(np.minimum(np.abs(errors), _WRONG), axis=1) + NOISE
    worth = (size.min() / size) ** _SHARPNESS
    return np.asarray(worth / worth.sum())
