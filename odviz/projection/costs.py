"""Costs of counts, fitted in logarithm around their usual proportions: many weighted fits at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
        target: logarithm of seconds, (networks,).
        prior: inverse covariance of log costs and the machine's speed, (terms + 1, terms + 1).
    """

    terms: Array
    target: Array
    prior: Array

    def said(self, found: Array) -> Array:
        """Logarithm of seconds, (fits, networks), at log costs and speed (fits, terms + 1)."""
        return np.asarray(np.log(np.exp(found[:, :-1]) @ self.terms.T))

    def loss(self, found: Array, weight: Array) -> Array:
        """Weighted squared errors and what the prior charges, (fits,)."""
        off = self.said(found) - self.target
        return np.asarray((weight * off**2).sum(axis=1) + np.einsum("qi,ij,qj->q", found, self.prior, found))

    def step(self, found: Array, weight: Array, damping: Array) -> Array:
        """A Levenberg-Marquardt step for every fit, (fits, terms + 1)."""
        share = np.exp(found[:, None, :-1]) * self.terms
        share /= share.sum(axis=2, keepdims=True)
        slope = np.concatenate([share, np.zeros((*share.shape[:2], 1))], axis=2)
        heavy = slope * weight[:, :, None]
        hessian = heavy.transpose(0, 2, 1) @ slope + self.prior
        gradient = np.einsum("qni,qn->qi", heavy, self.said(found) - self.target) + found @ self.prior
        hessian += np.einsum("qi,ij->qij", damping[:, None] * np.einsum("qii->qi", hessian), np.eye(len(self.prior)))
        return np.asarray(np.clip(-np.linalg.solve(hessian, gradient[..., None])[..., 0], -_LONGEST, _LONGEST))


def local_costs(terms: Array, target: Array, likeness: Array, usual: Array) -> Array:
    """Costs in seconds, (fits, terms), from networks that count as much as they are like the one asked about.

    Each cost is speed × usual × something log-normal of spread e, with one free speed per fit: a ridge that knows the
    proportions, so that counts that rise together share the time as they usually do. Errors are in logarithm, and
    Huber weights keep networks that the counts cannot explain from leading.

    Args:
        terms: counts, not negative, (networks, terms).
        target: logarithm of seconds, (networks,).
        likeness: above 0, (fits, networks).
        usual: usual costs in any one unit, (terms,).
    """
    count, width = terms.shape
    unit = terms * usual
    target_speed = float(np.median(target - np.log(unit.sum(axis=1))))
    apart = np.hstack([np.eye(width), -np.ones((width, 1))]) / _STRAY
    problem = _Problem(unit, target - target_speed, apart.T @ apart + 1e-9 * np.eye(width + 1))
    share = likeness / likeness.mean(axis=1, keepdims=True)
    freedom = np.sqrt(count / max(count - min(width, 3), 3))
    found, damping = np.zeros((len(share), width + 1)), np.full(len(share), 1e-3)
    weight = _robust(problem.said(found) - problem.target, share, freedom)
    for _ in range(_STEPS):
        step = problem.step(found, weight, damping)
        better = problem.loss(found + step, weight) <= problem.loss(found, weight) + 1e-9
        found = np.where(better[:, None], found + step, found)
        damping = np.where(better, np.maximum(damping / 5, 1e-6), damping * 8)
        weight = _robust(problem.said(found) - problem.target, share, freedom)
        if np.abs(step).max() < _DONE:
            break
    return np.asarray(np.exp(found[:, :-1] + target_speed) * usual)


def _robust(off: Array, share: Array, freedom: float) -> Array:
    """Weights of squared errors, (fits, networks): shares over the variance, less for errors beyond one spread."""
    size = np.abs(off)
    order = np.argsort(size, axis=1)
    below = np.cumsum(np.take_along_axis(share, order, axis=1), axis=1)
    middle = (below < below[:, -1:] / 2).sum(axis=1)[:, None]
    median = np.take_along_axis(np.take_along_axis(size, order, axis=1), middle, axis=1)
    spread = np.clip(1.4826 * freedom * median, _LEAST_SPREAD, _MOST_SPREAD)
    return np.asarray(share / spread**2 / np.maximum(1, size / spread))
