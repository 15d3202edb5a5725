"""How sure a model is of its predictions, and how well that tells its own items from foreign ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from odviz.arrays import Array, Floats
from odviz.domain.estimate import Estimate
from odviz.domain.foreign import ForeignItems
from odviz.metrics.auroc import plugin as AUROC
from odviz.objectives.base import Outcome
from odviz.objectives.groups import NO_GROUPS, ItemGroups
from odviz.stats.groups import Groups, GroupSpread, several, two_sample_spread
from odviz.stats.scales import LOG_ODDS

ITEMS, OWN, LEARNED_GROUPS = "items", "own", "learned-groups"
"""Names, in an outcome, of the indices of the test items, of the outputs on them, and of the source of each item that
models learned from. The outputs on foreign items have the name of their kind (`odviz.domain.foreign`)."""


_ROUNDING = 0.01
"""How far the sum of 8-bit probabilities may be from 1."""


def is_probability(outputs: Array) -> bool:
    """Whether outputs of shape (N, C) are probabilities rather than logits."""
    within = (outputs >= -_ROUNDING).all() and (outputs <= 1 + _ROUNDING).all()
    return bool(within and (outputs.shape[1] == 1 or np.abs(outputs.sum(axis=1) - 1).max() < 4 * _ROUNDING))


def softmax_confidence(outputs: Array) -> Floats:
    """Confidence by the largest probability of a class.

    It is the baseline of Hendrycks and Gimpel ("A Baseline for Detecting Misclassified and Out-of-Distribution Examples
    in Neural Networks", ICLR 2017).

    Args:
        outputs: logits or probabilities, shape (N, C); (N, 1) for two classes.

    Returns:
        Shape (N,): the logarithm of the odds of that class, which orders items as its probability does and does not
        round to 1.
    """
    values = outputs.astype(float)
    if values.shape[1] == 1:
        logits = special.logit(np.clip(values, 1e-12, 1 - 1e-12)) if is_probability(outputs) else values
        return np.asarray(np.abs(logits[:, 0]))
    logs = np.log(np.clip(values, 1e-12, None)) if is_probability(outputs) else special.log_softmax(values, axis=1)
    logs = np.sort(logs, axis=1)
    return np.asarray(logs[:, -1] - special.logsumexp(logs[:, :-1], axis=1))


def energy_confidence(outputs: Array) -> Floats | None:
    """Negative energy of the logits (Liu et al., "Energy-based Out-of-distribution Detection", NeurIPS 2020).

    Args:
        outputs: logits, shape (N, C).

    Returns:
        Shape (N,); None for probabilities, whose energy is the same for all items, and for a single output.
    """
    if outputs.shape[1] == 1 or is_probability(outputs):
        return None
    return np.asarray(special.logsumexp(outputs.astype(float), axis=1))


def accepted_foreign(own: Floats, foreign: Floats, share: float = 0.95) -> float:
    """Share of foreign items above the threshold that a share of own items reaches (FPR95).

    Args:
        own: confidence in own items, shape (N,).
        foreign: in foreign items, shape (M,).
        share: of own items that are to be accepted.
    """
    ordered = np.sort(own)[::-1]
    threshold = ordered[max(0, int(np.ceil(share * len(own) - 1e-9)) - 1)]
    return float((foreign >= threshold).mean())


@dataclass(frozen=True, eq=False)
class Separation:
    """Confidence in own and in foreign items.

    Attributes:
        own: shape (N,).
        foreign: shape (M,).
        own_groups: source of each own item, numbered from 0; None where they have none.
        foreign_groups: the same of foreign items.
    """

    own: Floats
    foreign: Floats
    own_groups: Groups | None = None
    foreign_groups: Groups | None = None

    @property
    def scores(self) -> Floats:
        """Scores as the metric AUROC takes them, shape (N + M, 2): confidence, and whether it is an own item."""
        is_own = np.repeat([1.0, 0.0], [len(self.own), len(self.foreign)])
        return np.stack([np.concatenate([self.own, self.foreign]), is_own], axis=1)

    @property
    def accepted(self) -> float:
        """FPR95; see `accepted_foreign`."""
        return accepted_foreign(self.own, self.foreign)

    @property
    def has_sources(self) -> bool:
        """Whether items of one of both come from several sources, which are drawn as a whole."""
        return several(self.own_groups) or several(self.foreign_groups)

    def auroc(self, scope: str = "") -> Estimate:
        """AUROC: Newcombe's interval over items, or one for new sources of items where they have some."""
        estimate = AUROC.interval(self.scores, scope=scope)
        if not self.has_sources:
            return estimate
        spread = self.spread()
        low, high = LOG_ODDS.back(spread.centre + spread.half() * np.array([-1.0, 1.0])).tolist()
        return replace(estimate, low=min(low, estimate.centre), high=max(high, estimate.centre))

    def spread(self) -> GroupSpread:
        """Spread of the AUROC between sources of both, as log odds; an item without a source is one of its own."""
        estimate, scores, count = AUROC.interval(self.scores), self.scores, len(self.own)
        sides = [
            np.pad(_left_out(self.own_groups, count), ((0, 0), (0, len(self.foreign))), constant_values=1),
            np.pad(_left_out(self.foreign_groups, len(self.foreign)), ((0, 0), (count, 0)), constant_values=1),
        ]
        own, foreign = (
            LOG_ODDS.to(AUROC.aggregate(scores, weights), weights.sum(axis=1).astype(float)) for weights in sides
        )
        value, low, high = LOG_ODDS.to(
            np.array([estimate.centre, estimate.low, estimate.high]), np.full(3, len(scores))
        )
        return two_sample_spread(float(value), own, foreign, float(high - low) / 2)


def kinds_of(outcome: Outcome) -> tuple[ForeignItems, ...]:
    """The kinds of foreign items in an outcome, the most telling first."""
    return tuple(kind for kind in ForeignItems if str(kind) in outcome)


def separation(outcome: Outcome, kind: ForeignItems, groups: ItemGroups = NO_GROUPS) -> Separation:
    """The confidence by softmax in own and in foreign items.

    Args:
        outcome: of the test on foreign items.
        kind: of foreign items.
        groups: of the test items.
    """
    return _split(softmax_confidence(_outputs(outcome, kind)), outcome, kind, groups)


def energy_separation(outcome: Outcome, kind: ForeignItems, groups: ItemGroups = NO_GROUPS) -> Separation | None:
    """The same by energy; None where there is none."""
    energies = energy_confidence(_outputs(outcome, kind))
    return None if energies is None else _split(energies, outcome, kind, groups)


def _outputs(outcome: Outcome, kind: ForeignItems) -> Array:
    """Outputs on test items, then on the others, shape (N + M, C): together, so that one scale is found for both."""
    both = np.concatenate([outcome[OWN], outcome[kind]])
    return both.reshape(len(both), -1)


def _split(confidence: Floats, outcome: Outcome, kind: ForeignItems, groups: ItemGroups) -> Separation:
    tested, others = np.split(confidence, [len(outcome[OWN])])
    sources = None if groups.sources is None else groups.of(outcome[ITEMS].astype(np.intp)).index
    if kind is ForeignItems.NEW_SOURCES:  # the test items are the foreign ones
        return Separation(others, tested, outcome[LEARNED_GROUPS].astype(np.intp), sources)
    return Separation(tested, others, sources)


def _left_out(groups: Groups | None, count: int) -> Floats:
    """Weights without each source in turn, shape (G, N)."""
    own = groups if groups is not None and several(groups) else np.arange(count)
    weights: Floats = (own != np.arange(own.max() + 1)[:, np.newaxis]).astype(float)
    return weights
