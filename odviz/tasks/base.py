"""What a task is: data, preprocessing and a metric, in one file each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Examples:
    """Items ready to be fed to a model.

    Attributes:
        inputs: shape (N, …) with channels last, or (N, L) tokens; the dtype the models take.
        labels: shape (N,), int64 class indices.
        groups: shape (N,), text; "" where the task has no groups.
    """

    inputs: NDArray[Any]
    labels: NDArray[np.int64]
    groups: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def fingerprint(self) -> str:
        """Sha256 of inputs as the models take them, and of labels: changes with the data or its preprocessing."""
        digest = hashlib.sha256()
        for array in (self.inputs, self.labels):
            digest.update(f"{array.dtype.str}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()


class Task(Protocol):
    """One kind of question models answer; a plugin."""

    name: str
    title: str
    summary: str
    """One sentence for a person who knows no machine learning."""
    metric: str
    """Name of the metric ("top-1 accuracy")."""
    takes: str
    """What one item is as a model takes it, in words."""
    shape: tuple[int, ...]
    """Of one item, channels last."""
    dtype: str
    """Of its numbers ("float32")."""
    groups: str
    """What held-out items come from, in the plural ("people"), where few of these stand for all; else empty."""

    def classes(self) -> tuple[str, ...]:
        """Human names of the classes, in index order."""
        ...

    def test(self) -> Examples:
        """The whole held-out set.

        Raises:
            IntegrityError: the shipped file is not the recorded one.
        """
        ...

    def calibration(self) -> Examples:
        """Items from the training part, for calibrating quantizers; never test items."""
        ...
