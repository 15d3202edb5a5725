"""Labels in the forms that people store them in, as class indices from 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import FileRefused


@dataclass(frozen=True, slots=True)
class Labels:
    """Class indices.

    Attributes:
        indices: shape (N,), from 0; −1 for an item without a label.
        classes: names of the classes; empty if the labels are numbers.
        remarks: what was changed, a sentence each.
    """

    indices: NDArray[np.int64]
    classes: tuple[str, ...]
    remarks: tuple[str, ...]


def class_indices(stored: NDArray[Any], classes: int, names: tuple[str, ...] = ()) -> Labels:
    """Class indices from stored labels.

    Args:
        stored: indices or names, shape (N,) or (N, 1), or one-hot rows, shape (N, classes).
        classes: how many scores the model gives.
        names: that occur, in the order of the scores; by default in alphabetical order.

    Raises:
        FileRefused: labels that name no class of the model; says which.
    """
    remarks: list[str] = []
    if stored.ndim == 2 and stored.shape[1] == 1:
        stored = stored[:, 0]
    if stored.ndim == 2 and stored.shape[1] == classes and classes > 1:
        if not _is_one_hot(stored):
            raise FileRefused("The labels are rows of numbers that are no one-hot rows; give one class index an item.")
        stored = stored.argmax(axis=1)
        remarks.append("The labels were one-hot rows; their indices are used.")
    if stored.ndim != 1:
        raise FileRefused(f"The labels have shape {stored.shape}; give one class index or name an item.")
    if stored.dtype.kind in "US":
        return _named(stored.astype(str), classes, names)
    if stored.dtype.kind == "f":
        if not (np.isfinite(stored).all() and (stored == np.rint(stored)).all()):
            raise FileRefused(
                "The labels are fractions or not finite; give class indices, or choose a metric of a regression."
            )
        remarks.append("The labels were stored as fractions; they are whole numbers and used as such.")
    elif stored.dtype.kind not in "iub":
        raise FileRefused(f"The labels are of type {stored.dtype}; give class indices or names.")
    indices = stored.astype(np.int64)
    missing = int((indices == -1).sum())
    if missing:
        remarks.append(f"{missing:,} of {len(indices):,} items have the label −1, so none; they are left out.")
    known = indices[indices != -1]
    if not len(known):
        raise FileRefused("No item has a label.")
    low, high = int(known.min()), int(known.max())
    if low >= 1 and high == classes:
        indices = np.where(indices == -1, -1, indices - 1)
        remarks.append(f"The labels count from 1 to {classes}; they are taken as 0 to {classes - 1}.")
    elif low < 0 or high >= classes:
        raise FileRefused(
            f"The labels go from {low} to {high}, and the model gives {classes} scores; labels from 0 to {classes - 1} "
            f"or from 1 to {classes} would fit."
        )
    return Labels(indices, (), tuple(remarks))


def _named(stored: NDArray[np.str_], classes: int, order: tuple[str, ...]) -> Labels:
    names, indices = np.unique(stored, return_inverse=True)
    if max(len(names), len(order)) > classes:
        listed = ", ".join((order or tuple(map(str, names)))[: classes + 3])
        raise FileRefused(
            f"The labels name {max(len(names), len(order))} classes ({listed}), and the model gives {classes} scores."
        )
    if order:
        places = np.array([order.index(name) for name in names])
        return Labels(places[indices].astype(np.int64), order, ())
    remark = f"The labels are names; in alphabetical order they are classes 0 to {len(names) - 1}."
    return Labels(indices.astype(np.int64), tuple(map(str, names)), (remark,))


def _is_one_hot(rows: NDArray[Any]) -> bool:
    return bool(np.isin(rows, (0, 1)).all() and (rows.sum(axis=1) == 1).all())
