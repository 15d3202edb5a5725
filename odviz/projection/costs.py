"""Costs of counts, fitted in logarithm around their usual proportions: many weighted fits at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.projection.features import Array

_STRAY = 1.0
"""Spread of a cost about its usual proportion to the others, in logarithm."""

_LEAST_SPREAD, _MOST_SPREAD = 0.04, 1.0
"""Bounds on the spread of the errors, in logarithm: measurements are no better, and a fit no worse."""

_STEPS, _LONGEST, _DONE = 12, 1.5, 1e-2


@dataclass(frozen=True, eq=False)
class _Problem:
    """What is fitted: each row of `weight` asks for costs of its own.

    Attributes:
        terms: counts in units of their usual cost, (networks, terms).
        target: logarithm of seconds, over a first guess of the machine's speed for each fit, (fits, networks).
        share: how much a network counts, (fits, networks).
        freedom: by how much errors are larger on networks that were not fitted, (fits, 1).
        prior: inverse covariance of log costs and the machine's speed, (terms + 1, terms + 1).
    """

    terms: Array
    target: Array
    share: Array
    freedom: Array
    prior: Array

    def of(self, fits: NDArray[np.int64]) -> _Problem:
        """Only these fits."""
        return _Problem(self.terms, self.target[fits], self.share[fits], self.freedom[fits], self.prior)

    def said(self, found: Array) -> Array:
        """Logarithm of seconds, (fits, networks), at log costs and speed (fits, terms + 1)."""
        return np.asarray(np.log(np.exp(found[:, :-1]) @ self.terms.T))

    def weight(self, found: Array) -> Array:
        """Of squared errors, (fits, networks): shares over the variance, less for errors beyond one spread."""
        size = np.abs(self.said(found) - self.target)
        spread = np.clip(1.4826 * self.freedom * _medians(size, self.share), _LEAST_SPREAD, _MOST_SPREAD)
        return np.asarray(self.share / spread**2 / np.maximum(1, size / spread))

    def loss(self, found: Array, weight: Array) -> Array:
        """Weighted squared errors and what the prior charges, (fits,)."""
        off = self.said(found) - self.target
        return np.asarray((weight * off**2).sum(axis=1) + np.einsum("qi,ij,qj->q", found, self.prior, found))

    def step(self, found: Array, weight: Array, damping: Array) -> Array:
        """A Levenberg-Marquardt step for every fit, (fits, terms + 1).

        The slope of what is said is each term's share in it; products of terms are summed over networks for all fits in
        one multiplication of matrices, which is many times faster than one for each.
        """
        width, said, cost = self.terms.shape[1], self.said(found), np.exp(found[:, :-1])
        products = (self.terms[:, :, None] * self.terms[:, None]).reshape(-1, width**2)
        hessian = np.repeat(self.prior[None], len(found), axis=0)
        pairs = ((weight * np.exp(-2 * said)) @ products).reshape(-1, width, width)
        hessian[:, :-1, :-1] += pairs * cost[:, :, None] * cost[:, None]
        gradient = found @ self.prior
        gradient[:, :-1] += ((weight * (said - self.target) * np.exp(-said)) @ self.terms) * cost
        np.einsum("qii->qi", hessian)[...] *= 1 + damping[:, None]
        return np.asarray(np.clip(-np.linalg.solve(hessian, gradient[..., None])[..., 0], -_LONGEST, _LONGEST))


def local_costs(terms: Array, target: Array, likeness: Array, usual: Array) -> Array:
    """Costs in seconds, (fits, terms), from networks that count as much as they are like the one asked about.

    Each cost is speed × usual × something log-normal of spread e, with one free speed per fit: a ridge that knows the
    proportions, so that counts that rise together share the time as they usually do. Errors are in logarithm, and
    Huber weights keep networks that the counts cannot explain from leading.

    Args:
        terms: counts, not negative, (networks, terms).
        target: logarithm of seconds, (networks,).
        likeness: above 0, or 0 for networks that a fit must not know, (fits, networks).
        usual: usual costs in any one unit, (terms,).
    """
    width = terms.shape[1]
    unit = terms * usual
    known = (likeness > 0).sum(axis=1, keepdims=True)
    share = likeness * known / likeness.sum(axis=1, keepdims=True)
    target = np.broadcast_to(target - np.log(unit.sum(axis=1)), share.shape)
    speed = _medians(target, share)
    apart = np.hstack([np.eye(width), -np.ones((width, 1))]) / _STRAY
    problem = _Problem(
        unit,
        target - speed + np.log(unit.sum(axis=1)),
        share,
        np.sqrt(known / np.maximum(known - min(width, 3), 3)),
        apart.T @ apart + 1e-9 * np.eye(width + 1),
    )
    return np.asarray(np.exp(_solve(problem)[:, :-1] + speed) * usual)


def _solve(problem: _Problem) -> Array:
    """Log costs and speed, (fits, terms + 1): each fit goes on until its own step is small, whatever the others do."""
    found = np.zeros((len(problem.share), len(problem.prior)))
    left, damping = np.arange(len(found)), np.full(len(found), 1e-3)
    for _ in range(_STEPS):
        part, here = problem.of(left), found[left]
        weight = part.weight(here)
        step = part.step(here, weight, damping)
        better = part.loss(here + step, weight) <= part.loss(here, weight) + 1e-9
        found[left[better]] += step[better]
        damping = np.where(better, np.maximum(damping / 5, 1e-6), damping * 8)
        far = np.abs(step).max(axis=1) >= _DONE
        left, damping = left[far], damping[far]
        if not len(left):
            break
    return found


def _medians(values: Array, share: Array) -> Array:
    """Of each row where an entry counts by its share, (fits, 1)."""
    order = np.argsort(values, axis=1)
    below = np.cumsum(np.take_along_axis(share, order, axis=1), axis=1)
    middle = (below < below[:, -1:] / 2).sum(axis=1)[:, None]
    return np.take_along_axis(values, np.take_along_axis(order, middle, axis=1), axis=1)
