"""From a predictor's outputs to right and wrong answers, and to an `Accuracy`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.result import Accuracy
from odviz.stats import mcnemar, paired_difference, share

Logits = NDArray[Any]
Labels = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_ANSWER = -1
"""The answer to an item whose outputs are not all finite."""


def answers(logits: Logits) -> Labels:
    """The class each item is given: the largest output, the first of equals.

    Args:
        logits: shape (N, C), any monotone score.

    Returns:
        Shape (N,); `NO_ANSWER` where an output is NaN or infinite.

    Raises:
        ValueError: not a table with at least one item and one class.
    """
    if logits.ndim != 2 or 0 in logits.shape:
        raise ValueError(f"outputs must be (items, classes), not {logits.shape}")
    given: Labels = np.where(np.isfinite(logits).all(axis=1), logits.argmax(axis=1), NO_ANSWER)
    return given


def correct(logits: Logits, labels: Labels) -> Bools:
    """Which items are answered right; shape (N,).

    Raises:
        ValueError: as many labels as items are needed.
    """
    given = answers(logits)
    if given.shape != labels.shape:
        raise ValueError(f"outputs for {len(given)} items, labels for {len(labels)}")
    right: Bools = given == labels
    return right


def judge(logits: Logits, labels: Labels, parent_logits: Logits | None = None, *, level: float = 0.95) -> Accuracy:
    """Accuracy on these items, against the parent's on the same ones.

    The intervals are for new items drawn as these were. Where items come from few sources (people,
    recordings), other sources may differ by more: `by_group` shows by how much.

    Args:
        logits: shape (N, C).
        labels: shape (N,).
        parent_logits: the parent's outputs on the same items; None for the parent itself.
        level: what the intervals are to cover.

    Raises:
        ValueError: shapes that do not fit, or no items.
    """
    right = correct(logits, labels)
    value = share(right, level=level, scope="held-out items")
    if parent_logits is None:
        return Accuracy(value)
    before = correct(parent_logits, labels)
    return Accuracy(
        value=value,
        difference=paired_difference(right, before, level=level),
        agreement=share(_same(logits, parent_logits), level=level, scope="same answer as the parent"),
        p_value=mcnemar(right, before),
    )


def by_group(
    logits: Logits,
    labels: Labels,
    groups: NDArray[np.str_],
    parent_logits: Logits | None = None,
    *,
    level: float = 0.95,
) -> dict[str, Accuracy]:
    """`judge` for the items of each group, groups in sorted order.

    Raises:
        ValueError: as `judge`, or not one group per item.
    """
    if groups.shape != labels.shape:
        raise ValueError(f"labels for {len(labels)} items, groups for {len(groups)}")
    parts = {str(name): groups == name for name in np.unique(groups)}
    return {name: _part(logits, labels, part, parent_logits, level) for name, part in parts.items()}


def by_class(
    logits: Logits,
    labels: Labels,
    classes: Sequence[str],
    parent_logits: Logits | None = None,
    *,
    level: float = 0.95,
) -> dict[str, Accuracy]:
    """`judge` for the items of each class (recall), in index order; a class without items is left out.

    Args:
        logits: shape (N, C).
        labels: shape (N,).
        classes: names by class index.
        parent_logits: the parent's outputs on the same items, or None.
        level: what the intervals are to cover.
    """
    parts = {name: labels == index for index, name in enumerate(classes)}
    return {name: _part(logits, labels, part, parent_logits, level) for name, part in parts.items() if part.any()}


def _part(logits: Logits, labels: Labels, part: Bools, parent_logits: Logits | None, level: float) -> Accuracy:
    parent = None if parent_logits is None else parent_logits[part]
    return judge(logits[part], labels[part], parent, level=level)


def _same(one: Logits, other: Logits) -> Bools:
    """Which items get the same answer, and get one at all."""
    here, there = answers(one), answers(other)
    same: Bools = (here == there) & (here != NO_ANSWER)
    return same
