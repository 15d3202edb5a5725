"""The base class of all metrics, with a bootstrap for every interval and test that a metric does not define itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.estimate import LEVEL, Estimate, Provenance
from odviz.stats import item_weights

Array = NDArray[Any]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Outputs = tuple[Array, ...]
"""All outputs of a model on N items, each of shape (N, …)."""

RESAMPLES = 2000
"""Replicates behind an interval or a p-value."""

_SEED = 0  # the same scores give the same interval, on the page and in the terminal


class Metric(ABC):
    """How predictions become scores, and scores become one figure; a plug-in.

    A subclass defines `score`, `aggregate`, `chance_scores` and `agreement`. Intervals, paired differences and
    p-values then come from a bootstrap over items; a subclass overrides them where a better method is known.

    Attributes:
        name: as a task names it ("top1").
        title: of an axis or a column ("Accuracy").
        summary: one sentence that defines it.
        unit: of its values; "1" for a share, which is written in percent and whose differences are written in points.
        higher_is_better: its direction.
        chance_title: the predictor whose scores are `chance_scores` ("always predicting the most frequent class").
    """

    name: str
    title: str
    summary: str
    unit: str
    higher_is_better: bool
    chance_title: str

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

    def chance(self, targets: Array) -> float:
        """Compute the metric of the best predictor that ignores its input."""
        return self.value(self.chance_scores(targets))

    def describe(self, value: float) -> str:  # noqa: ARG002 - for those that have something to say
        """Say what a value means in plain words; empty where the title and the value say it all."""
        return ""

    def interval(self, scores: Array, *, level: float = LEVEL, scope: str = "") -> Estimate:
        """Estimate the metric with a percentile bootstrap interval.

        Args:
            scores: shape (N, …).
            level: what the interval is to cover.
            scope: which items these are.
        """
        replicates = self.replicates((scores,), RESAMPLES, np.random.default_rng(_SEED))[:, 0]
        return self._estimate(self.value(scores), replicates, len(scores), level, scope)

    def difference(self, scores: Array, parent_scores: Array) -> Estimate:
        """Estimate the metric minus that of the parent on the same items, with a paired bootstrap interval.

        Args:
            scores: shape (N, …).
            parent_scores: of the parent, for the same items.

        Raises:
            ValueError: different items, or none.
        """
        value = self.value(scores) - self.value(parent_scores)
        replicates = self._differences(scores, parent_scores)
        return self._estimate(value, replicates, len(scores), LEVEL, "same items as the parent")

    def p_value(self, scores: Array, parent_scores: Array) -> float:
        """Test whether both have the same metric; two-sided, from a paired bootstrap.

        The counts are increased by one, so that no p-value is zero (Davison and Hinkley, Bootstrap Methods and their
        Application, 1997, section 4.2).

        Raises:
            ValueError: different items, or none.
        """
        replicates = self._differences(scores, parent_scores)
        tail = min((replicates <= 0).sum(), (replicates >= 0).sum())
        return min(1.0, 2 * (1 + int(tail)) / (1 + len(replicates)))

    def replicates(self, scores: Sequence[Array], resamples: int, rng: np.random.Generator) -> Floats:
        """Bootstrap several models over the same resampled items.

        Args:
            scores: of each model, shapes (N, …) with the same N.
            resamples: number of replicates.
            rng: source of the resampling.

        Returns:
            Shape (resamples, models), in `unit`.
        """
        blocks = item_weights(len(scores[0]), resamples, rng)
        return np.concatenate([np.stack([self.aggregate(each, block) for each in scores], axis=1) for block in blocks])

    def _differences(self, scores: Array, parent_scores: Array) -> Floats:
        if len(scores) != len(parent_scores) or not len(scores):
            raise ValueError(f"not the same items: {len(scores)} against {len(parent_scores)}")
        replicates = self.replicates((scores, parent_scores), RESAMPLES, np.random.default_rng(_SEED))
        differences: Floats = replicates[:, 0] - replicates[:, 1]
        return differences

    def _estimate(self, value: float, replicates: Floats, count: int, level: float, scope: str) -> Estimate:
        low, high = np.quantile(replicates, [(1 - level) / 2, (1 + level) / 2]).tolist()
        return Estimate(value, min(low, value), max(high, value), self.unit, Provenance.MEASURED, count, level, scope)
