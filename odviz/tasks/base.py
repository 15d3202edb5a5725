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
    """Items as a model takes them, with what it should predict.

    Attributes:
        inputs: shape (N, …) with channels last, or (N, L) tokens; the dtype the models take.
        targets: shape (N, …), as the task's metric takes them: int64 class indices (N,) for top-1, values for a
            regression, padded boxes for a detector.
        groups: shape (N,), text; "" where the task has no groups.
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    groups: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.targets)

    @cached_property
    def fingerprint(self) -> str:
        """Sha256 of inputs and targets, with dtype and shape: changes with the data or its preprocessing."""
        digest = hashlib.sha256()
        for array in (self.inputs, self.targets):
            digest.update(f"{array.dtype.str}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()


class Task(Protocol):
    """What is predicted, on which data, by which metric; a plug-in."""

    name: str
    title: str
    summary: str
    """One sentence for a person who knows no machine learning."""
    metric: str
    """Name of a plug-in of `odviz.metrics` ("top1")."""
    takes: str
    """One item as a model takes it, described for a person."""
    shape: tuple[int, ...]
    """Of one item, channels last."""
    dtype: str
    """Of its numbers ("float32")."""
    groups: str
    """What the test items come from, in the plural ("people"), where few of these stand for all; else empty."""

    def classes(self) -> tuple[str, ...]:
        """Human names of the classes, in index order; empty for a task without classes."""
        ...

    def test(self) -> Examples:
        """The whole test set.

        Raises:
            IntegrityError: the built-in file is not the recorded one.
        """
        ...

    def calibration(self) -> Examples:
        """Items from the training part, for calibrating quantizers; never test items."""
        ...
