"""Regressions from counts to the logarithm of latency; `ensemble` lets the best one lead.

All say seconds = overhead + Σ cost × count with costs that cannot be negative, so that a tiny network costs the
overhead, and a network outside the measured sizes what the machine would charge. Each sees few networks (8 to 113).

- `Local`: costs for the network that is asked about, from networks weighed by how like it they are (or all alike);
  errors in logarithm, each cost pulled towards its usual proportion to the others.
- `Typical`: one set of costs, fitted in relative error: networks that took far longer than their counts say hardly
  matter. Leads where some networks fall back to another processor.
- `Related`: the typical costs, and what relatives took beyond them. For networks whose relatives were measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from odviz.projection.costs import local_costs
from odviz.projection.features import COLUMNS, Array

_MACS, _DEPTHWISE, _ACTIVATIONS, _LAYERS, _PARAMETERS = range(len(COLUMNS))

NOISE = 0.05
"""Spread of repeated measurements of one network, in logarithm."""

_USUAL = {_ACTIVATIONS: 50.0, _LAYERS: 2e5, _PARAMETERS: 10.0}
_OVERHEAD, _PLAIN, _DENSE, _APART = 2e7, 1.5, 1.0, 4.0
"""Usual costs in dense MACs: of a call, of a MAC of either kind, dense, and depthwise (bound by memory, as activations
are). Round numbers near what most CPUs of the table come to. `local_costs` lets each be off by a factor of e: twice or
half of any of them moves the middle of the benchmark's medians by about one percentage point, up or down.
"""

_ANY = 0.02
"""Weight that a network keeps however unlike it is."""

_KIN, _UNEXPLAINED = 2.0, 0.01
"""Distance over which relatives err alike, in e-folds of the counts; variance of what is a network's own in theirs."""

_RIDGE = 0.02
_ROUNDS, _SETTLED = 12, 1e-3
_HUBER = 1.345


class Member(Protocol):
    """A fitted regression."""

    def log_seconds(self, counts: Array) -> Array:
        """Logarithm of the latency, (networks,), of counts (networks, columns)."""
        ...


def design(counts: Array, columns: tuple[int, ...]) -> tuple[Array, Array]:
    """Terms (networks, terms): a constant, MACs (dense and depthwise apart where known), the other counts; usual costs.

    The usual costs, (terms,), are in dense MACs.
    """
    terms, usual = [np.ones(len(counts))], [_OVERHEAD]
    if _DEPTHWISE in columns:
        terms += [counts[:, _MACS] - counts[:, _DEPTHWISE], counts[:, _DEPTHWISE]]
        usual += [_DENSE, _APART]
    else:
        terms.append(counts[:, _MACS])
        usual.append(_PLAIN)
    for column in columns:
        if column in _USUAL:
            terms.append(counts[:, column])
            usual.append(_USUAL[column])
    return np.stack(terms, axis=1), np.array(usual)


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


def likeness(asked: Array, known: Array, columns: tuple[int, ...], reach: float) -> Array:
    """Of networks by their counts, (asked, known): 1 for equal ones and towards 0 far away."""
    one, other = coordinates(asked, columns), coordinates(known, columns)
    return np.asarray(np.exp(-np.sqrt(((one[:, None] - other[None]) ** 2).sum(axis=-1)) / reach))


def local_left_out(
    counts: Array,
    seconds: Array,
    asked: NDArray[np.int64],
    stay: NDArray[np.bool_],
    columns: tuple[int, ...],
    reach: float,
) -> Array:
    """What two `Local` say of networks left out, (2, asked): one of infinite reach, one of this.

    All fits are solved at once, which takes a fraction of the time.

    Args:
        counts: (networks, columns).
        seconds: (networks,).
        asked: which networks.
        stay: those that are known when each is asked about, (asked, networks).
        columns: which counts are used.
        reach: see `Local`.
    """
    terms, usual = design(counts, columns)
    whole, which = np.unique(stay, axis=0, return_inverse=True)
    near = (likeness(counts[asked], counts, columns, reach) + _ANY) * stay
    costs = local_costs(terms, np.log(seconds), np.vstack([whole, near]), usual)
    return np.log([(terms[asked] * each).sum(axis=1) for each in (costs[which], costs[len(whole) :])])


@dataclass(frozen=True, eq=False)
class Local:
    """Costs fitted anew for each network that is asked about: locally weighted regression (Cleveland, JASA 1979).

    Attributes:
        columns: which counts are used.
        counts: of the networks it knows, (networks, columns).
        seconds: what they took, (networks,).
        reach: distance, in e-folds of the counts, over which likeness fades; infinite where all count alike.
    """

    columns: tuple[int, ...]
    counts: Array
    seconds: Array
    reach: float

    def likeness(self, counts: Array) -> Array:
        """Of networks to those it knows, (asked, known): 1 for equal counts and towards 0 far away."""
        return likeness(counts, self.counts, self.columns, self.reach)

    def log_seconds(self, counts: Array) -> Array:
        """See `Member`."""
        terms, usual = design(self.counts, self.columns)
        alike = np.ones((1, len(terms))) if np.isinf(self.reach) else self.likeness(counts) + _ANY
        costs = local_costs(terms, np.log(self.seconds), alike, usual)
        return np.asarray(np.log((design(counts, self.columns)[0] * costs).sum(axis=1)))


@dataclass(frozen=True, eq=False)
class Typical:
    """One set of costs.

    Attributes:
        columns: which counts are used.
        costs: seconds per unit of each term of `design`; the first is the overhead.
    """

    columns: tuple[int, ...]
    costs: Array

    @classmethod
    def fit(cls, counts: Array, seconds: Array, columns: tuple[int, ...]) -> Typical:
        """Non-negative least squares of the relative error, reweighted (Huber) so that a few networks cannot lead.

        A weak ridge on the time that a usual network spends on each term keeps terms that look alike from trading
        places.
        """
        from scipy.optimize import nnls  # takes 0.2 s, which the page need not wait for when it starts

        terms, _ = design(counts, columns)
        scale = np.median(terms, axis=0)
        scale[scale <= 0] = max(float(np.mean(terms)), 1e-12)
        relative = terms / scale / seconds[:, None]
        ridge = np.sqrt(_RIDGE * len(seconds)) / np.median(seconds) * np.eye(terms.shape[1])
        weight = np.ones(len(seconds))
        costs = np.zeros(terms.shape[1])
        for _ in range(_ROUNDS):
            root, before = np.sqrt(weight), costs
            costs, _ = nnls(np.vstack([relative * root[:, None], ridge]), np.append(root, np.zeros(terms.shape[1])))
            if np.abs(costs - before).max() < _SETTLED * costs.max():
                break
            off = np.log(np.maximum(relative @ costs, 1e-9))
            usual = max(1.4826 * float(np.median(np.abs(off))), NOISE)
            weight = 1 / np.maximum(1, np.abs(off) / (_HUBER * usual))
        return cls(columns, costs / scale)

    def log_seconds(self, counts: Array) -> Array:
        """See `Member`."""
        return np.asarray(np.log(np.maximum(design(counts, self.columns)[0] @ self.costs, 1e-12)))


@dataclass(frozen=True, eq=False)
class Related:
    """Typical costs, and what near networks took beyond them: a Gaussian process with an exponential kernel.

    Attributes:
        typical: the costs.
        counts: of the networks it knows, (networks, columns).
        weights: how much each of them tells, (networks,).
    """

    typical: Typical
    counts: Array
    weights: Array

    @classmethod
    def fit(cls, counts: Array, seconds: Array, typical: Typical) -> Related:
        """Around typical costs of the same networks."""
        rest = np.log(seconds) - typical.log_seconds(counts)
        alike = likeness(counts, counts, typical.columns, _KIN)
        return cls(typical, counts, np.linalg.solve(alike + _UNEXPLAINED * np.eye(len(rest)), rest))

    def log_seconds(self, counts: Array) -> Array:
        """See `Member`."""
        alike = likeness(counts, self.counts, self.typical.columns, _KIN)
        return self.typical.log_seconds(counts) + alike @ self.weights
