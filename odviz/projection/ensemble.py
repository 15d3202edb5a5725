"""The members averaged, each with the weight that its error on families it has not seen earns it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.projection.features import COLUMNS, Array
from odviz.projection.members import NOISE, Corrected, LogLinear, Member, Physical

Labels = NDArray[np.int64]

_EXTENSIVE = np.array([name != "compute_layers" for name in COLUMNS])
"""Counts that grow as a network is widened."""

_FOLDS = 5
"""Groups of families in which the members are compared: enough to see each family left out once."""

_USUAL = 0.3
"""Doubt about a network that lies beside a known one: of the size of the usual error, so that only what is stranger
than usual widens an interval.
"""

_SHARPNESS = 6.0
"""Weight of a member falls with this power of its mean error: the better one leads, near ones share."""

_FAR_OFF = 1.5
"""Largest error that counts, in logarithm: one network that fell back to another processor decides nothing."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """A weighted mean of logarithms within the calibrated range of MACs, the physical model beyond it.

    Attributes:
        members: physical, log-linear, corrected.
        weights: sum to 1.
        range: fewest and most MACs it was fitted on.
    """

    members: tuple[Physical, LogLinear, Corrected]
    weights: Array
    range: tuple[float, float]

    def log_seconds(self, counts: Array) -> tuple[Array, Array]:
        """Logarithm of the latency and a measure of doubt, both (networks,).

        Doubt grows with the distance from known networks and where the members disagree; it is on the scale of a
        standard deviation of the logarithm, but only its proportions are used (see `conformal`).

        A network outside the range is judged as if it were scaled to its edge, with as many layers; from there the
        physical model alone, with its overhead, says how time changes: a power law would promise tiny networks for
        nothing.
        """
        edge = counts * np.where(_EXTENSIVE, np.clip(counts[:, :1], *self.range) / counts[:, :1], 1)
        each = np.stack([member.log_seconds(edge) for member in self.members])
        mean = self.weights @ each
        disagreement = self.weights @ (each - mean) ** 2
        far = self.members[2].neighbours.variance(edge) - NOISE**2
        physical = self.members[0]
        mean = mean + physical.log_seconds(counts) - physical.log_seconds(edge)
        return mean, np.sqrt(_USUAL**2 + far / 4 + disagreement)


def _members(counts: Array, seconds: Array, columns: tuple[int, ...]) -> tuple[Physical, LogLinear, Corrected]:
    physical = Physical.fit(counts, seconds, columns)
    return physical, LogLinear.fit(counts, seconds, columns), Corrected.fit(counts, seconds, physical)


def fit(counts: Array, seconds: Array, families: Labels, columns: tuple[int, ...]) -> Ensemble:
    """Fit the members, and weigh them by their error on groups of families left out.

    Args:
        counts: (networks, columns), complete in the columns used.
        seconds: (networks,).
        families: a number per network.
        columns: which counts to use.
    """
    groups = families % _FOLDS if len(np.unique(families)) > _FOLDS else families
    errors = np.full((3, len(seconds)), np.nan)
    for group in np.unique(groups):
        out = groups == group
        if out.all() or (~out).sum() < 3:
            continue
        inner: tuple[Member, ...] = _members(counts[~out], seconds[~out], columns)
        errors[:, out] = [member.log_seconds(counts[out]) - np.log(seconds[out]) for member in inner]
    macs = counts[:, 0]
    return Ensemble(_members(counts, seconds, columns), _weights(errors), (float(macs.min()), float(macs.max())))


def _weights(errors: Array) -> Array:
    seen = errors[:, ~np.isnan(errors[0])]
    if not seen.size:
        return np.full(len(errors), 1 / len(errors))
    size = np.mean(np.minimum(np.abs(seen), _FAR_OFF), axis=1) + NOISE
    worth = (size.min() / size) ** _SHARPNESS
    return np.asarray(worth / worth.sum())
