"""Scores on changed copies of the test items, as stress tests store them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from odviz.arrays import Array, Indices
from odviz.metrics.base import Metric
from odviz.metrics.copies import OverCopies, copies_of
from odviz.objectives.base import Outcome
from odviz.objectives.groups import ItemGroups

ITEMS = "items"
"""Name, in an outcome, of the indices of the test items that were changed, shape (N,)."""


@dataclass(frozen=True, eq=False)
class ChangedScores:
    """Scores of one variant on changed copies of the same items.

    Attributes:
        items: indices of the test items, shape (N,).
        by_kind: scores of shape (severities, N, …) by kind of change.
    """

    items: Indices
    by_kind: dict[str, Array]

    @property
    def joined(self) -> Array:
        """Scores of all copies, shape (N, K, …)."""
        return np.moveaxis(np.concatenate(list(self.by_kind.values())), 0, 1)

    @property
    def copies(self) -> int:
        """Number of copies of each item, K."""
        return sum(map(len, self.by_kind.values()))

    def mean_of(self, metric: Metric) -> OverCopies:
        """The mean of a metric over all copies."""
        return copies_of(metric, self.copies)

    def sources(self, groups: ItemGroups) -> Indices | None:
        """Source of each item, numbered from 0; None if the items have none."""
        if groups.sources is None:
            return None
        numbers: Indices = np.unique(groups.sources[self.items], return_inverse=True)[1]
        return numbers


def changed_scores(outcome: Outcome) -> ChangedScores:
    """The scores in the outcome of a stress test that changes items."""
    by_kind = {name: scores for name, scores in outcome.items() if name != ITEMS}
    return ChangedScores(outcome[ITEMS].astype(np.intp), by_kind)
