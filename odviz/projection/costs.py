"""Costs of terms, fitted to measured times: in logarithm around usual proportions, and in relative error."""

from __future__ import annotations

import numpy as np

from odviz.projection.features import Array

NOISE = 0.05
"""Spread of repeated measurements of one network, in logarithm."""

_LEAST_SPREAD, _MOST_SPREAD = 0.04, 1.0
"""Bounds on the spread of the errors, in logarithm: measurements are no better, and a fit no worse."""

_STEPS, _LONGEST, _DONE = 12, 1.5, 1e-2
_RIDGE = 0.02
_ROUNDS, _SETTLED = 12, 1e-3
HUBER = 1.345
"""Spreads beyond which an error counts less: 95 % as efficient as least squares where errors are normal (Huber)."""


def logarithmic(terms: Array, seconds: Array, usual: Array, spread: float) -> Array:
    """Costs in seconds, (terms,), with the least error in logarithm.

    Each cost is speed × usual × something log-normal, with one free speed: a ridge that knows the proportions, so that
    counts that rise together share the time as they usually do. Errors beyond their spread count less (Huber), so that
    networks that the counts cannot explain do not lead. Solved by Levenberg-Marquardt steps.

    Args:
        terms: not negative, (networks, terms).
        seconds: measured, (networks,).
        usual: usual costs in any one unit, (terms,).
        spread: of the logarithm of a cost about its usual proportion to the others.
    """
    unit, width = terms * usual, terms.shape[1]
    speed = median(np.log(seconds) - np.log(unit.sum(axis=1)))
    measured = np.log(seconds) - speed
    freedom = np.sqrt(len(seconds) / max(len(seconds) - min(width, 3), 3))
    apart = np.hstack([np.eye(width), -np.ones((width, 1))]) / spread
    prior = apart.T @ apart + 1e-9 * np.eye(width + 1)
    logs, damping = np.zeros(width + 1), 1e-3  # log costs, and the correction of the speed around which they lie

    def off(at: Array) -> Array:
        return np.asarray(np.log(unit @ np.exp(at[:-1])) - measured)

    for _ in range(_STEPS):
        error = off(logs)
        size = np.abs(error)
        scale = np.clip(1.4826 * freedom * median(size), _LEAST_SPREAD, _MOST_SPREAD)
        weight = 1 / scale**2 / np.maximum(1, size / scale)
        slope = unit * np.exp(logs[:-1])
        slope /= slope.sum(axis=1, keepdims=True)
        hessian, gradient = prior.copy(), prior @ logs
        hessian[:-1, :-1] += slope.T @ (weight[:, None] * slope)
        gradient[:-1] += slope.T @ (weight * error)
        hessian[np.diag_indices(width + 1)] *= 1 + damping
        step = np.clip(-np.linalg.solve(hessian, gradient), -_LONGEST, _LONGEST)
        before = weight @ error**2 + logs @ prior @ logs
        moved = logs + step
        if weight @ off(moved) ** 2 + moved @ prior @ moved <= before + 1e-9:
            logs, damping = moved, max(damping / 5, 1e-6)
        else:
            damping *= 8
        if np.abs(step).max() < _DONE:
            break
    return np.asarray(np.exp(logs[:-1] + speed) * usual)


def relative(terms: Array, seconds: Array) -> Array:
    """Costs in seconds, (terms,), with the least relative error and none negative.

    Networks that took far longer than their terms say hardly matter, so that this fit leads where some networks fall
    back to another processor. A weak ridge on the time that a usual network spends on each term keeps terms that look
    alike from trading places; errors beyond their spread count less (Huber).

    Args:
        terms: not negative, (networks, terms).
        seconds: measured, (networks,).
    """
    from scipy.optimize import nnls  # takes 0.2 s, which the page need not wait for when it starts

    scale = np.median(terms, axis=0)
    scale[scale <= 0] = max(float(np.mean(terms)), 1e-12)
    shares = terms / scale / seconds[:, None]
    width = terms.shape[1]
    ridge = np.sqrt(_RIDGE * len(seconds)) / median(seconds) * np.eye(width)
    weight, costs = np.ones(len(seconds)), np.zeros(width)
    for _ in range(_ROUNDS):
        root, before = np.sqrt(weight), costs
        costs, _ = nnls(np.vstack([shares * root[:, None], ridge]), np.append(root, np.zeros(width)))
        if np.abs(costs - before).max() < _SETTLED * costs.max():
            break
        error = np.log(np.maximum(shares @ costs, 1e-9))
        usual = max(1.4826 * median(np.abs(error)), NOISE)
        weight = 1 / np.maximum(1, np.abs(error) / (HUBER * usual))
    return np.asarray(costs / scale)


def robust_mean(values: Array) -> float:
    """Mean of values of which those far from the others count less (Huber)."""
    mean = median(values)
    if len(values) <= 2:  # neither is far from the others
        return mean
    scale = max(1.4826 * median(np.abs(values - mean)), NOISE)
    for _ in range(_ROUNDS):
        before = mean
        weight = np.minimum(1, HUBER * scale / np.maximum(np.abs(values - mean), 1e-9))
        mean = float(weight @ values / weight.sum())
        if abs(mean - before) < _SETTLED * scale:
            break
    return mean


def median(values: Array) -> float:
    """What `np.median` returns for a few numbers, in a tenth of the time: a fit takes hundreds of medians."""
    ordered = np.sort(values)
    if np.isnan(ordered[-1]):
        return float(ordered[-1])
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
