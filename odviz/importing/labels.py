"""Labels in the forms that people store them in, as class indices from 0."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.text import quoted


@dataclass(frozen=True, slots=True)
class Labels:
    """Class indices.

    Attributes:
        indices: shape (N,), from 0; −1 for an item without a label.
        classes: names of the classes, one for each score; their numbers where they have no names.
        remarks: what was changed, a sentence each.
    """

    indices: NDArray[np.int64]
    classes: tuple[str, ...]
    remarks: tuple[str, ...]


def class_indices(stored: Array, classes: int, names: tuple[str, ...] = ()) -> Labels:
    """Class indices from stored labels.

    Args:
        stored: indices or names, shape (N,) or (N, 1), or one-hot rows, shape (N, classes).
        classes: how many scores the model gives.
        names: of the classes, in the order of the scores; by default those that occur, in alphabetical order.

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
    return Labels(indices, _complete(names, classes), tuple(remarks))


def _named(stored: NDArray[np.str_], classes: int, names: tuple[str, ...]) -> Labels:
    own = tuple(map(str, np.unique(stored)))
    unknown = sorted(set(own) - set(names)) if names else []
    if unknown:
        raise FileRefused(f"The labels name {quoted(unknown[0])}, which is none of the classes: {', '.join(names)}.")
    order = {name: index for index, name in enumerate(names or own)}
    indices = np.array([order[name] for name in stored], np.int64)
    remarks = () if names else (f"The labels are names; in alphabetical order they are classes 0 to {len(own) - 1}.",)
    return Labels(indices, _complete(names or own, classes), remarks)


def _complete(names: tuple[str, ...], classes: int) -> tuple[str, ...]:
    """The names, and numbers for the scores that have none.

    Raises:
        FileRefused: too many names, or one twice.
    """
    if len(names) > classes:
        listed = ", ".join(names[: classes + 3])
        raise FileRefused(f"{len(names)} classes are named ({listed}), and the model gives {classes} scores.")
    if len(set(names)) < len(names):
        raise FileRefused("Two classes have the same name; each score needs a name of its own.")
    return names + tuple(map(str, range(len(names), classes)))


def _is_one_hot(rows: Array) -> bool:
    return bool(np.isin(rows, (0, 1)).all() and (rows.sum(axis=1) == 1).all())
