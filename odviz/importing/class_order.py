"""Order of the classes: labels need not be in the order of a network's outputs, and its predictions tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from odviz.arrays import Array, Indices
from odviz.domain.errors import FileRefused
from odviz.importing.heads import Head
from odviz.importing.trying import Try
from odviz.metrics.base import Targets
from odviz.stats import paired_difference, share

_PER_CLASS = 10
"""Fewest items a class, on average, by which another order of the classes can be told from chance."""


@dataclass(frozen=True, eq=False)
class _Order:
    """Another order of the classes, which fits the predictions.

    Attributes:
        head: whose labels it renames.
        places: of each label, the output that fits it, shape (classes,).
        as_given: share of the labels that the predictions of that way equal.
        renamed: share that they equal in this order.
    """

    head: Head
    places: Indices
    as_given: float
    renamed: float

    def __str__(self) -> str:
        moved = [label for label, place in enumerate(self.places) if place != label]
        pairs = ", ".join(f"{self.head.classes[label]} → {self.places[label]}" for label in moved[:8])
        return f"{pairs}): then {self.renamed:.0%} are right, as given {self.as_given:.0%}"


def in_found_order(tried: Sequence[Try]) -> list[Try]:
    """The same ways, with classes in the order that the predictions tell, if their order was assumed.

    Raises:
        FileRefused: the labels were given as numbers, and another order of them is surely better.
    """
    order = _found(tried)
    if order is None:
        return list(tried)
    head, places = order.head, order.places
    if not head.order_assumed:
        raise FileRefused(
            f"The predictions fit the labels in another order ({order}. Give the labels in the order of the model's "
            "outputs."
        )
    assert head.targets is not None
    names = np.empty(len(places), object)
    names[places] = head.classes
    remark = f"The model has the classes in another order than the alphabetical one ({order}. That order is used."
    renamed = replace(
        head,
        targets=np.where(head.targets < 0, head.targets, places[head.targets]),
        classes=tuple(names),
        remarks=(remark,),
    )
    return [one.judged_by(renamed) if one.head is head else one for one in tried]


def _found(tried: Sequence[Try]) -> _Order | None:
    """The order of the classes that fits some predictions surely better than the labels as they are fit any."""
    ways = [(one, labels) for one in tried if (labels := _labels(one)) is not None]
    if not ways:
        return None
    right = max((one.output.argmax(axis=1) == labels for one, labels in ways), key=np.sum)
    best = None
    for one, labels in ways:
        predicted = one.output.argmax(axis=1)
        together = _together(predicted, labels, len(one.head.classes))
        if together.max(axis=1).sum() <= right.sum():  # no renaming makes more of them right
            continue
        places = _best_places(together)
        renamed = places[labels] == predicted
        surely = paired_difference(renamed, right).low > 0 and share(renamed).low > 0.5
        if surely and (best is None or renamed.mean() > best.renamed):
            best = _Order(one.head, places, float(right.mean()), float(renamed.mean()))
    return best


def _labels(one: Try) -> Array | None:
    """Labels of the sample, if there are enough of them to tell another order from chance."""
    classes, targets = len(one.head.classes), one.head.targets
    if targets is None or one.head.metric.targets is not Targets.CLASSES or one.output.shape[1:] != (classes,):
        return None
    return targets[one.sample] if len(one.sample) >= _PER_CLASS * classes else None


def _together(predicted: Array, labels: Array, classes: int) -> Indices:
    """How often each label comes with each prediction, shape (classes, classes)."""
    table = np.zeros((classes, classes), int)
    np.add.at(table, (labels, predicted), 1)
    return table


def _best_places(together: Indices) -> Indices:
    """The one-to-one renaming of the labels that makes most predictions right, shape (classes,)."""
    from scipy.optimize import linear_sum_assignment  # takes 0.2 s, as long as all other imports of an addition

    columns: Indices = linear_sum_assignment(-together)[1]
    return columns
