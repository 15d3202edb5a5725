"""Costs of terms, fitted to measured times: in logarithm around usual proportions, and in relative error."""

from __future__ import annotations

import math

import numpy as np

from odviz.arrays import Floats

NOISE = 0.05
"""Spread of repeated measurements of one network, in logarithm."""

_LEAST_SPREAD, _MOST_SPREAD = 0.04, 1.0
"""Bounds on the spread of the errors, in logarithm: measurements are no better, and a fit no worse."""

_STEPS, _LONGEST, _DONE = 12, 1.5, 1e-2
_RIDGE = 0.02
_ROUNDS, _SETTLED = 12, 1e-3
HUBER = 1.345
"""Spreads beyond which an error counts less: 95 % as efficient as least squares where errors are normal (Huber)."""


def logarithmic(terms: Floats, seconds: Floats, usual: Floats, spread: float) -> Floats:
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
    log_seconds = np.log(seconds)
    speed = median(log_seconds - np.log(unit.sum(axis=1)))
    measured = log_seconds - speed
    freedom = np.sqrt(len(seconds) / max(len(seconds) - min(width, 3), 3))
    apart = np.hstack([np.eye(width), -np.ones((width, 1))]) / spread
    prior = apart.T @ apart + 1e-9 * np.eye(width + 1)
    logs, damping = np.zeros(width + 1), 1e-3  # log costs, and the correction of the speed around which they lie
    costs = np.exp(logs[:-1])
    error = np.log(unit @ costs) - measured

    for _ in range(_STEPS):
        size = np.abs(error)
        scale = min(max(1.4826 * freedom * median(size), _LEAST_SPREAD), _MOST_SPREAD)
        weight = 1 / scale**2 / np.maximum(1, size / scale)
        slope = unit * costs
        slope /= slope.sum(axis=1, keepdims=True)
        hessian, gradient = prior.copy(), prior @ logs
        before = weight @ error**2 + logs @ prior @ logs
        hessian[:-1, :-1] += slope.T @ (weight[:, None] * slope)
        gradient[:-1] += slope.T @ (weight * error)
        hessian.flat[:: width + 2] *= 1 + damping
        step = np.minimum(np.maximum(-np.linalg.solve(hessian, gradient), -_LONGEST), _LONGEST)
        moved = logs + step
        moved_costs = np.exp(moved[:-1])
        moved_error = np.log(unit @ moved_costs) - measured
        if weight @ moved_error**2 + moved @ prior @ moved <= before + 1e-9:
            logs, costs, error, damping = moved, moved_costs, moved_error, max(damping / 5, 1e-6)
        else:
            damping *= 8
        if np.abs(step).max() < _DONE:
            break
    return np.asarray(np.exp(logs[:-1] + speed) * usual)


def relative(terms: Floats, seconds: Floats) -> Floats:
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
    count = len(seconds)
    weight, costs = np.ones(count), np.zeros(width)
    weighted, wanted = np.zeros((count + width, width)), np.zeros(count + width)  # the last rows are the ridge
    weighted[count:] = np.sqrt(_RIDGE * count) / median(seconds) * np.eye(width)
    for _ in range(_ROUNDS):
        before = costs
        root = np.sqrt(weight, out=wanted[:count])
        np.multiply(shares, root[:, None], out=weighted[:count])
        costs, _ = nnls(weighted, wanted)
        if np.abs(costs - before).max() < _SETTLED * costs.max():
            break
        error = np.log(np.maximum(shares @ costs, 1e-9))
        usual = max(1.4826 * median(np.abs(error)), NOISE)
        weight = 1 / np.maximum(1, np.abs(error) / (HUBER * usual))
    return np.asarray(costs / scale)


def robust_mean(values: Floats) -> float:
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


def median(values: Floats) -> float:
    """What `np.median` returns for a few numbers, in a tenth of the time: a fit takes hundreds of medians."""
    ordered = values.copy()
    ordered.sort()
    last = float(ordered[-1])
    if math.isnan(last):
        return last
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
