"""Classes that outputs predict: the largest of several outputs, or the side of a threshold for a single one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array, Bools, Floats, Indices
from odviz.metrics.base import Metric, Outputs

Classes = NDArray[np.int64]

NO_CLASS = -1
"""Prediction for an item whose outputs are not all finite."""

_ROUNDING = 1e-3
"""How far a probability may lie outside 0 to 1: twice the rounding of a 16-bit float."""


def predicted_classes(outputs: Outputs) -> Classes:
    """Find the class of each item: the largest output, the first of equals.

    Args:
        outputs: the first has shape (N, C); further axes of length 1, as a pooled picture has, do not matter.

    Returns:
        Shape (N,); `NO_CLASS` where an output is NaN or infinite.

    Raises:
        ValueError: the first output is not a table with at least one item and two classes.
    """
    logits = table(outputs)
    if logits.ndim != 2 or 0 in logits.shape:
        raise ValueError(f"outputs must be (items, classes), not {logits.shape}")
    if logits.shape[1] == 1:
        raise ValueError("a single output an item has no largest one; one for each class is needed")
    classes: Classes = np.where(np.isfinite(logits).all(axis=1), logits.argmax(axis=1), NO_CLASS)
    return classes


def table(outputs: Outputs) -> Array:
    """The first output, shape (N, C), without the axes of length 1 that a pooled picture keeps."""
    logits = outputs[0]
    pooled = logits.ndim > 2 and logits.size == len(logits) * logits.shape[1]
    return logits.reshape(logits.shape[:2]) if pooled else logits


def is_single(outputs: Outputs) -> bool:
    """Whether the first output is one number an item: shape (N,) or (N, 1)."""
    shape = outputs[0].shape
    return len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)


def single_output(outputs: Outputs) -> Floats:
    """The one number of each item, shape (N,).

    Raises:
        ValueError: no items, or several numbers an item.
    """
    if not is_single(outputs) or not len(outputs[0]):
        raise ValueError(f"outputs must be one number an item, not {outputs[0].shape}")
    values: Floats = outputs[0].reshape(-1).astype(float)
    return values


def threshold(*values: Floats) -> float:
    """The number from which a single output means class 1: a probability of 0.5, or a logit of 0.

    Nothing in a file says whether its output is a probability or a logit. It is taken for a logit if any value of the
    whole set lies outside 0 to 1. A network whose logits all happen to lie between 0 and 1 is taken for one that gives
    probabilities.

    Args:
        values: of models that give the same kind of output, shape (N,) each; NaN and infinity say nothing.
    """
    known = np.concatenate(values)
    known = known[np.isfinite(known)]
    return 0.0 if ((known < -_ROUNDING) | (known > 1 + _ROUNDING)).any() else 0.5


def decided_classes(*models: Outputs) -> list[Classes]:
    """The classes that models of the same kind predict, with one output a class or a single one.

    A single output predicts class 1 from `threshold` on, else class 0; the threshold is the same for all models.

    Args:
        models: outputs of each; the first of these has shape (N, C), (N, 1) or (N,).

    Returns:
        Of each model, shape (N,); `NO_CLASS` where an output is NaN or infinite.

    Raises:
        ValueError: another shape, or no items.
    """
    if not all(map(is_single, models)):
        return [predicted_classes(outputs) for outputs in models]
    values = [single_output(outputs) for outputs in models]
    least = threshold(*values)
    return [np.where(np.isfinite(own), own >= least, NO_CLASS).astype(np.int64) for own in values]


def same_classes(outputs: Outputs, parent_outputs: Outputs) -> Bools:
    """On which items two models predict the same class, shape (N,). An item without a class agrees with nothing."""
    classes, parent_classes = decided_classes(outputs, parent_outputs)
    same: Bools = (classes == parent_classes) & (classes != NO_CLASS)
    return same


def classes_and_targets(outputs: Outputs, targets: Array) -> Classes:
    """Predicted and target class of each item, shape (N, 2); see `decided_classes`.

    Raises:
        ValueError: outputs or targets of another shape, or targets of a single output that are not 0 or 1.
    """
    if is_single(outputs):
        check_binary(targets)
    (classes,) = decided_classes(outputs)
    check_same_items(len(classes), targets)
    return np.stack([classes, targets.astype(np.int64)], axis=1)


def check_same_items(count: int, targets: Array) -> None:
    """Refuse targets that are not one class for each of the predicted items.

    Raises:
        ValueError: another shape than (count,).
    """
    if targets.shape != (count,):
        raise ValueError(f"predictions for {count} items, targets of shape {targets.shape}")


def check_binary(targets: Array) -> None:
    """Refuse targets that a single output cannot predict.

    Raises:
        ValueError: targets other than 0 and 1.
    """
    others = np.setdiff1d(targets, [0, 1])
    if len(others):
        raise ValueError(f"the target of a single output is 0 or 1, not {others[0]}")


def most_frequent(classes: Classes) -> Bools:
    """Whether each item is of the most frequent class, the lowest of equals; shape (N,)."""
    names, counts = np.unique(classes, return_counts=True)
    flags: Bools = classes == names[counts.argmax()]
    return flags


def class_totals(weights: Array, index: Indices, count: int) -> Floats:
    """Add up the weights of the items of each class in R weighted sets.

    Args:
        weights: shape (R, N).
        index: class of each item, shape (N,): 0 to `count` − 1.
        count: number of classes.

    Returns:
        Shape (R, count).
    """
    return np.stack([np.bincount(index, row, count) for row in weights])


class OfClasses(Metric):
    """A metric of predicted classes: two models agree on the items of which they predict the same class."""

    def agreement(self, outputs: Outputs, parent_outputs: Outputs) -> Bools:
        """See Metric.agreement. An item without a class agrees with nothing."""
        return same_classes(outputs, parent_outputs)


class ClassPairs(OfClasses):
    """Scores have shape (N, 2): predicted and target class of each item.

    Targets are class indices, shape (N,); the first output is (N, C), or a single one as for binary accuracy.
    """

    def score(self, outputs: Outputs, targets: Array) -> Classes:
        """See Metric.score."""
        return classes_and_targets(outputs, targets)

    def chance_scores(self, targets: Array) -> Classes:
        """See Metric.chance_scores. Always the most frequent class."""
        true: Classes = targets.astype(np.int64)
        return np.stack([np.full_like(true, true[most_frequent(true)][0]), true], axis=1)
