"""The part of the test set that stress tests use."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Indices
from odviz.tasks.base import Examples

Rows = Indices

ITEMS = 300
"""Test items that a stress test changes; more would cost more than they would tell."""

LARGEST_BYTES = 1 << 30
"""Most bytes of all changed copies of the items."""

FEWEST = 20
"""Items that are changed however large they are."""


def chosen_items(examples: Examples, copies: int, seed: int) -> Rows:
    """Choose test items, in about the shares that the groups and classes have in the test set.

    Args:
        examples: the test set.
        copies: changed copies of each item.
        seed: of the choice.

    Returns:
        Their indices, ascending.
    """
    total, item_bytes = len(examples), max(1, examples.inputs[:1].nbytes)
    count = min(total, ITEMS, max(FEWEST, LARGEST_BYTES // (copies * item_bytes)))
    rng = np.random.default_rng([seed, 1])
    classes = examples.targets if examples.targets.ndim == 1 else np.zeros(total)
    order = np.lexsort((rng.random(total), classes, examples.groups))
    chosen: Rows = np.sort(order[((np.arange(count) + rng.random()) * total / count).astype(int)])
    return chosen
