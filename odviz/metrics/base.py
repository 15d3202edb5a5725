"""The base class of all metrics, with a bootstrap for every interval and test that a metric does not define itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from enum import Enum

import numpy as np
from scipy import special

from odviz.arrays import Array, Bools, Floats
from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.domain.objective import noun
from odviz.stats import item_weights
from odviz.stats.groups import Groups, GroupSpread, group_spread, joint_groups, left_out_weights, several
from odviz.stats.scales import IDENTITY, LOG, LOG_ODDS, Scale

Outputs = tuple[Array, ...]
"""All outputs of a model on N items, each of shape (N, …)."""

RESAMPLES = 2000
"""Replicates behind an interval or a p-value."""

_STRICT_RESAMPLES = 400
"""Replicates behind a standard error, known to 4 % with these."""

_SEED = 0  # the same scores give the same interval, on the page and in the terminal


class Targets(Enum):
    """What the targets of a metric are.

    Attributes:
        CLASSES: class indices, shape (N,).
        VALUES: real numbers, shape (N,) or (N, K).
        OUTPUTS: outputs of the uncompressed network.
        OTHER: something of the task's own.
    """

    CLASSES = "classes"
    VALUES = "values"
    OUTPUTS = "outputs"
    OTHER = "other"


class Metric(ABC):
    """How predictions become scores, and scores become one figure; a plug-in.

    A subclass defines `score`, `aggregate`, `chance_scores` and `agreement`. Intervals, paired differences and
    p-values then come from a bootstrap over items; a subclass overrides the methods `item_…` where a better one is
    known. Over groups of items they come from a jackknife for all metrics.

    Attributes:
        name: as a task names it ("top1").
        title: of an axis or a column ("Accuracy").
        summary: one sentence that defines it.
        unit: of its values; "1" for a share, which is written in percent and whose differences are written in points.
        higher_is_better: its direction.
        counts_right: whether it is a share of right predictions, so that the rest of it are wrong ones.
        decides: whether variants can be chosen by it.
        within_class: whether it means something for items of one class alone.
        chance_title: the predictor whose scores are `chance_scores` ("always predicting the most frequent class").
        targets: what its targets are.
    """

    name: str
    title: str
    summary: str
    unit: str
    higher_is_better: bool
    chance_title: str
    counts_right: bool = False
    decides: bool = True
    within_class: bool = True
    targets: Targets = Targets.CLASSES

    @property
    def noun(self) -> str:
        """The title within a sentence ("accuracy", "RMSE")."""
        return noun(self.title)

    @abstractmethod
    def score(self, outputs: Outputs, targets: Array) -> Array:
        """Score each item on its own.

        Args:
            outputs: of a model, each of shape (N, …).
            targets: of the task, shape (N, …).

        Returns:
            Shape (N, …): all that `aggregate` needs of each item.

        Raises:
            ValueError: shapes that do not fit this metric.
        """

    @abstractmethod
    def aggregate(self, scores: Array, weights: Array) -> Floats:
        """Compute the metric of R weighted sets of the same items.

        Args:
            scores: from `score`, shape (N, …).
            weights: shape (R, N): how often each item is counted.

        Returns:
            Shape (R,), in `unit`.
        """

    @abstractmethod
    def chance_scores(self, targets: Array) -> Array:
        """Score the best predictor that ignores its input; as `score`, shape (N, …)."""

    @abstractmethod
    def agreement(self, outputs: Outputs, parent_outputs: Outputs) -> Bools:
        """Tell on which items two models predict the same, right or wrong; shape (N,)."""

    def value(self, scores: Array) -> float:
        """Compute the metric of all items, each counted once."""
        return float(self.aggregate(scores, np.ones((1, len(scores)), np.float32))[0])

    def describe(self, value: float) -> str:  # noqa: ARG002 - for those that have something to say
        """Say what a value means in plain words; empty where the title and the value say it all."""
        return ""

    def scale(self, values: Floats) -> Scale:
        """Choose the scale on which the metric is closest to normal, and on which these values are finite."""
        return LOG_ODDS if self.unit == "1" else LOG if values.min() > 0 else IDENTITY

    def interval(
        self, scores: Array, groups: Groups | None = None, *, level: float = LEVEL, scope: str = ""
    ) -> Estimate:
        """Estimate the metric with an interval.

        Args:
            scores: shape (N, …).
            groups: group of each item, shape (N,), for items that come from a few groups (people): the interval is
                then for new groups (`odviz.stats.groups`). None, or a single group, for the interval over items.
            level: what the interval is to cover.
            scope: which items these are.
        """
        if not several(groups):
            return self.item_interval(scores, level=level, scope=scope)
        spread, scale = self._spread(scores, groups)
        low, high = scale.back(spread.centre + spread.half(level) * np.array([-1.0, 1.0])).tolist()
        return self._estimate(self.value(scores), low, high, len(scores), level, scope)

    def difference(self, scores: Array, parent_scores: Array, groups: Groups | None = None) -> Estimate:
        """Estimate the metric minus that of the parent on the same items.

        Args:
            scores: shape (N, …).
            parent_scores: of the parent, for the same items.
            groups: group of each item, as for `interval`.

        Raises:
            ValueError: different items, or none.
        """
        items = self.item_difference(scores, parent_scores)
        if not several(groups):
            return items
        half = self._difference_spread(scores, parent_scores, groups).half()
        value = items.centre
        return self._estimate(value, value - half, value + half, items.n, LEVEL, items.scope)

    def strict_difference(
        self, scores: Array, parent_scores: Array, groups: Groups | None = None, *, level: float
    ) -> Estimate:
        """Estimate a difference at a level so close to 1 that it holds for many differences at once (Bonferroni).

        Args:
            scores: shape (N, …).
            parent_scores: of the parent, for the same items.
            groups: group of each item, as for `interval`.
            level: what the interval is to cover.

        Raises:
            ValueError: different items, or none.
        """
        items = self.item_strict_difference(scores, parent_scores, level=level)
        if not several(groups):
            return items
        half, value = self._difference_spread(scores, parent_scores, groups).half(level), items.centre
        return self._estimate(value, value - half, value + half, items.n, level, items.scope)

    def p_value(self, scores: Array, parent_scores: Array, groups: Groups | None = None) -> float:
        """Test whether both have the same metric; two-sided. Arguments and errors are those of `difference`."""
        if not several(groups):
            return self.item_p_value(scores, parent_scores)
        return self._difference_spread(scores, parent_scores, groups).p_value

    def replicates(
        self, scores: Sequence[Array], resamples: int, rng: np.random.Generator, groups: Groups | None = None
    ) -> Floats:
        """Draw replicates of several models over the same resampled items or groups.

        Args:
            scores: of each model, shapes (N, …) with the same N.
            resamples: number of replicates.
            rng: source of the resampling.
            groups: group of each item, as for `interval`; each model then spreads as its interval.

        Returns:
            Shape (resamples, models), in `unit`.
        """
        if not several(groups):
            return self.item_replicates(scores, resamples, rng)
        spreads, scales = zip(*(self._spread(own, groups) for own in scores), strict=True)
        columns = joint_groups(spreads, resamples, rng).T
        return np.stack([scale.back(column) for scale, column in zip(scales, columns, strict=True)], axis=1)

    def item_interval(self, scores: Array, *, level: float, scope: str) -> Estimate:
        """Estimate the metric with a percentile bootstrap interval over items; arguments as for `interval`."""
        replicates = self.item_replicates((scores,), RESAMPLES, np.random.default_rng(_SEED))[:, 0]
        low, high = _percentiles(replicates, level)
        return self._estimate(self.value(scores), low, high, len(scores), level, scope)

    def item_difference(self, scores: Array, parent_scores: Array) -> Estimate:
        """Estimate a difference with a paired bootstrap interval over items; arguments as for `difference`."""
        value = self.value(scores) - self.value(parent_scores)
        low, high = _percentiles(self._differences(scores, parent_scores), LEVEL)
        return self._estimate(value, low, high, len(scores), LEVEL, "same items as the parent")

    def item_strict_difference(self, scores: Array, parent_scores: Array, *, level: float) -> Estimate:
        """Estimate a difference with Student's t on a bootstrap error over items; arguments as `strict_difference`.

        Percentiles would need more replicates than there are items.
        """
        value = self.value(scores) - self.value(parent_scores)
        error = float(self._differences(scores, parent_scores, _STRICT_RESAMPLES).std(ddof=1))
        half = float(special.stdtrit(max(1, len(scores) - 1), (1 + level) / 2)) * error
        return self._estimate(value, value - half, value + half, len(scores), level, "same items as the parent")

    def item_p_value(self, scores: Array, parent_scores: Array) -> float:
        """Test equality by a paired bootstrap over items; arguments as for `p_value`.

        The counts are increased by one, so that no p-value is zero (Davison and Hinkley, Bootstrap Methods and their
        Application, 1997, section 4.2).
        """
        replicates = self._differences(scores, parent_scores)
        tail = min((replicates <= 0).sum(), (replicates >= 0).sum())
        return min(1.0, 2 * (1 + int(tail)) / (1 + len(replicates)))

    def item_replicates(self, scores: Sequence[Array], resamples: int, rng: np.random.Generator) -> Floats:
        """Bootstrap several models over the same resampled items; arguments as for `replicates`."""
        blocks = item_weights(len(scores[0]), resamples, rng)
        return np.concatenate([np.stack([self.aggregate(own, block) for own in scores], axis=1) for block in blocks])

    def _differences(self, scores: Array, parent_scores: Array, resamples: int = RESAMPLES) -> Floats:
        if len(scores) != len(parent_scores) or not len(scores):
            raise ValueError(f"not the same items: {len(scores)} against {len(parent_scores)}")
        replicates = self.item_replicates((scores, parent_scores), resamples, np.random.default_rng(_SEED))
        differences: Floats = replicates[:, 0] - replicates[:, 1]
        return differences

    def _spread(self, scores: Array, groups: Groups) -> tuple[GroupSpread, Scale]:
        """Spread of the metric between groups, and the scale that it is on."""
        weights = left_out_weights(groups)
        values, counts = self.aggregate(scores, weights), weights.sum(axis=1).astype(float)
        items = self.item_interval(scores, level=LEVEL, scope="")
        scale = self.scale(np.append(values, [items.low, items.high]))
        low, high = scale.to(np.array([items.low, items.high]), counts[:1])
        return group_spread(scale.to(values, counts), (high - low) / 2), scale

    def _difference_spread(self, scores: Array, parent_scores: Array, groups: Groups) -> GroupSpread:
        items = self.item_difference(scores, parent_scores)
        weights = left_out_weights(groups)
        values = self.aggregate(scores, weights) - self.aggregate(parent_scores, weights)
        return group_spread(values, (items.high - items.low) / 2)

    def _estimate(self, value: float, low: float, high: float, count: int, level: float, scope: str) -> Estimate:
        low, high = min(low, value), max(high, value)
        return Estimate(value, low, high, self.unit, Provenance.MEASURED, count, level, scope)


def _percentiles(replicates: Floats, level: float) -> tuple[float, float]:
    low, high = np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return low, high
