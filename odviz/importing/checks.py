"""Refusals of labels in another order than a network's outputs, and of networks at chance level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import FileRefused
from odviz.importing.trying import ENOUGH, Try, surely_better
from odviz.metrics.base import Targets
from odviz.stats import paired_difference, share
from odviz.units import figure

_PER_CLASS = 10
"""Fewest items a class, on average, by which another order of the classes can be told from chance."""


def check(tried: Sequence[Try], best: Try) -> None:
    """Refuse what cannot be right; fewer than `ENOUGH` items tell nothing.

    Raises:
        FileRefused: another order of the classes is surely better, or the best predictor that ignores its input is not
            surely worse.
    """
    metric, targets = best.head.metric, best.head.targets
    if targets is None or best.scores is None or len(best.sample) < ENOUGH:
        return
    own, classes = targets[best.sample], len(best.head.classes)
    if metric.targets is Targets.CLASSES and best.output.ndim == 2 and best.output.shape[1] == classes:
        same = [one for one in tried if one.head is best.head]
        _check_order(same, best, own, best.head.classes)
    chance = metric.chance_scores(own)
    if not surely_better(metric, best.scores, chance):
        value, level = (figure(metric.value(scores), metric.unit) for scores in (best.scores, chance))
        raise FileRefused(
            f"The model is at chance level on these data, in every way that was tried ({metric.noun} {value} on "
            f"{len(own)} items, {level} by {metric.chance_title}): are they of its kind, and are the labels in the "
            "order of its outputs?"
        )


def _check_order(tried: Sequence[Try], best: Try, labels: NDArray[Any], names: Sequence[str]) -> None:
    """Refuse labels whose classes are in another order than the outputs.

    Raises:
        FileRefused: they are; says which label fits which output.
    """
    classes = len(names)
    if len(labels) < _PER_CLASS * classes:
        return
    right = best.output.argmax(axis=1) == labels
    for one in tried:
        predicted = one.output.argmax(axis=1)
        order = _best_order(predicted, labels, classes)
        renamed = order[labels] == predicted
        if paired_difference(renamed, right).low > 0 and share(renamed).low > 0.5:
            moved = [label for label in range(classes) if order[label] != label]
            pairs = ", ".join(f"{names[label]} → {order[label]}" for label in moved[:8])
            raise FileRefused(
                f"The predictions fit the labels in another order ({pairs}): then {renamed.mean():.0%} are right, as "
                f"given {right.mean():.0%}. Give the labels in the order of the model's outputs."
            )


def _best_order(predicted: NDArray[Any], labels: NDArray[Any], classes: int) -> NDArray[np.intp]:
    """The one-to-one renaming of the labels that makes most predictions right, shape (classes,)."""
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((classes, classes), int)
    np.add.at(table, (labels, predicted), 1)
    columns: NDArray[np.intp] = linear_sum_assignment(-table)[1]
    return columns
