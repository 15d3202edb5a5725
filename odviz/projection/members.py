"""Three small regressions from counts to the logarithm of latency; `ensemble` averages them.

Each sees few networks (8 to 113), so each is stiff, and none can give a latency that is not positive:

- `Physical`: seconds = overhead + Σ cost × count, all costs ≥ 0, robust and in relative error. Extrapolates as a
  machine does: a tiny network costs the overhead.
- `LogLinear`: a power law of the MACs and of ratios between counts, ridged towards "time grows with the MACs", plus a
  Gaussian process on what is left: a network takes what its neighbours take.
- `Corrected`: the physical model plus such a process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import nnls

from odviz.projection.features import COLUMNS, Array

_MACS, _DEPTHWISE, _ACTIVATIONS, _LAYERS, _PARAMETERS = range(len(COLUMNS))

NOISE = 0.05
"""Spread of repeated measurements of one network, in logarithm: what a process never tries to explain."""

_REACH, _SPREAD = 2.0, 0.5
"""Of the process: distance over which networks are alike (in e-folds of the counts), and how far they may stray."""

_RIDGE_PHYSICAL, _RIDGE_LOG = 0.02, 0.1
_ROUNDS = 12
_HUBER = 1.345


class Member(Protocol):
    """A fitted regression."""

    def log_seconds(self, counts: Array) -> Array:
        """Logarithm of the latency, (networks,), of counts (networks, columns)."""
        ...


def design(counts: Array, columns: tuple[int, ...]) -> Array:
    """Terms of the physical model: a constant, MACs (dense and depthwise apart where known) and the other counts."""
    terms = [np.ones(len(counts))]
    if _DEPTHWISE in columns:
        terms += [counts[:, _MACS] - counts[:, _DEPTHWISE], counts[:, _DEPTHWISE]]
    else:
        terms.append(counts[:, _MACS])
    terms += [counts[:, column] for column in columns if column in (_ACTIVATIONS, _LAYERS, _PARAMETERS)]
    return np.stack(terms, axis=1)


def coordinates(counts: Array, columns: tuple[int, ...]) -> Array:
    """Where a network lies: size, and what it is like at that size (networks, dimensions)."""
    macs = counts[:, _MACS]
    where = [np.log(macs)]
    if _ACTIVATIONS in columns:
        where.append(np.log(counts[:, _ACTIVATIONS] / macs))
    if _LAYERS in columns:
        where.append(np.log(macs / counts[:, _LAYERS]))
    if _PARAMETERS in columns:
        where.append(np.log(counts[:, _PARAMETERS] / macs))
    if _DEPTHWISE in columns:
        where.append(4 * counts[:, _DEPTHWISE] / macs)
    return np.stack(where, axis=1)


@dataclass(frozen=True, eq=False)
class Physical:
    """Non-negative costs.

    Attributes:
        columns: which counts are used.
        costs: seconds per unit of each term of `design`; the first is the overhead.
    """

    columns: tuple[int, ...]
    costs: Array

    @classmethod
    def fit(cls, counts: Array, seconds: Array, columns: tuple[int, ...]) -> Physical:
        """Iteratively reweighted non-negative least squares of predicted / measured − 1, with Huber weights.

        A light ridge spreads the cost over terms that vary together instead of choosing one at random.
        """
        terms = design(counts, columns)
        scale = np.median(terms, axis=0)
        scale[scale <= 0] = max(float(np.mean(terms)), 1e-12)
        relative = terms / scale / seconds[:, None]
        ridge = np.sqrt(_RIDGE_PHYSICAL * len(seconds)) / np.median(seconds) * np.eye(terms.shape[1])
        weight = np.ones(len(seconds))
        costs = np.zeros(terms.shape[1])
        for _ in range(_ROUNDS):
            root = np.sqrt(weight)
            costs, _ = nnls(np.vstack([relative * root[:, None], ridge]), np.append(root, np.zeros(terms.shape[1])))
            off = np.log(np.maximum(relative @ costs, 1e-9))
            usual = max(1.4826 * float(np.median(np.abs(off))), NOISE)
            weight = 1 / np.maximum(1, np.abs(off) / (_HUBER * usual))
        return cls(columns, costs / scale)

    def log_seconds(self, counts: Array) -> Array:
        """See `Member`."""
        return np.asarray(np.log(np.maximum(design(counts, self.columns) @ self.costs, 1e-12)))


@dataclass(frozen=True, eq=False)
class Neighbours:
    """A Gaussian process with an exponential kernel on `coordinates`.

    Attributes:
        columns: which counts are used.
        where: of the networks it knows.
        precision: inverse of their covariance with noise.
        weights: precision times what is to be explained.
    """

    columns: tuple[int, ...]
    where: Array
    precision: Array
    weights: Array

    @classmethod
    def fit(cls, counts: Array, rest: Array, columns: tuple[int, ...]) -> Neighbours:
        """Condition on `rest`, (networks,): what another model leaves, in logarithm."""
        where = coordinates(counts, columns)
        precision = np.linalg.inv(_kernel(where, where) + NOISE**2 * np.eye(len(rest)))
        return cls(columns, where, precision, precision @ rest)

    def mean(self, counts: Array) -> Array:
        """What neighbours say is left, (networks,); 0 far from all of them."""
        return np.asarray(_kernel(coordinates(counts, self.columns), self.where) @ self.weights)

    def variance(self, counts: Array) -> Array:
        """How little neighbours say, (networks,): NOISE² beside a known network, _SPREAD² + NOISE² far away."""
        near = _kernel(coordinates(counts, self.columns), self.where)
        told = np.einsum("ij,jk,ik->i", near, self.precision, near)
        return np.asarray(np.maximum(_SPREAD**2 - told, 0) + NOISE**2)


def _kernel(one: Array, other: Array) -> Array:
    distance = np.sqrt(((one[:, None] - other[None]) ** 2).sum(axis=-1))
    return np.asarray(_SPREAD**2 * np.exp(-distance / _REACH))


@dataclass(frozen=True, eq=False)
class LogLinear:
    """A ridged power law and its neighbours.

    Attributes:
        columns: which counts are used.
        centre: mean of the coordinates it was fitted on.
        level: logarithm of the latency there.
        slopes: exponents.
        neighbours: of what is left.
    """

    columns: tuple[int, ...]
    centre: Array
    level: float
    slopes: Array
    neighbours: Neighbours

    @classmethod
    def fit(cls, counts: Array, seconds: Array, columns: tuple[int, ...]) -> LogLinear:
        """Ridge towards an exponent of 1 for the MACs and 0 for everything else."""
        where, target = coordinates(counts, columns), np.log(seconds)
        centre, level = where.mean(axis=0), float(target.mean())
        expected = np.eye(where.shape[1])[0]
        ridge = _RIDGE_LOG * len(seconds) * np.eye(where.shape[1])
        moved = where - centre
        slopes = np.linalg.solve(moved.T @ moved + ridge, moved.T @ (target - level) + ridge @ expected)
        rest = target - level - moved @ slopes
        return cls(columns, centre, level, slopes, Neighbours.fit(counts, rest, columns))

    def log_seconds(self, counts: Array) -> Array:
        """See `Member`."""
        law = self.level + (coordinates(counts, self.columns) - self.centre) @ self.slopes
        return np.asarray(law + self.neighbours.mean(counts))


@dataclass(frozen=True, eq=False)
class Corrected:
    """The physical model and its neighbours.

    Attributes:
        physical: the model.
        neighbours: of what it leaves.
    """

    physical: Physical
    neighbours: Neighbours

    @classmethod
    def fit(cls, counts: Array, seconds: Array, physical: Physical) -> Corrected:
        """Around an already fitted physical model."""
        rest = np.log(seconds) - physical.log_seconds(counts)
        return cls(physical, Neighbours.fit(counts, rest, physical.columns))

    def log_seconds(self, counts: Array) -> Array:
        """See `Member`."""
        return self.physical.log_seconds(counts) + self.neighbours.mean(counts)
