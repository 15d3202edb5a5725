"""What a task is: data, preprocessing and a metric, in one file each."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.modality import Modality, modality_of
from odviz.library import datasets
from odviz.library.items import Shapes


@dataclass(frozen=True)
class Examples:
    """Items as a model takes them, with what it should predict.

    Attributes:
        inputs: shape (N, …) with channels last, or (N, L) tokens; the dtype the models take. N records for models of
            several inputs, see `odviz.library.items`.
        targets: shape (N, …), as the task's metric takes them: int64 class indices (N,) for top-1, values for a
            regression, padded boxes for a detector.
        groups: shape (N,), text; "" where the task has no groups.
        columns: what else the data say of each item, as text of shape (N,) by heading: the columns of an own table.
    """

    inputs: Array
    targets: Array
    groups: NDArray[np.str_]
    columns: Mapping[str, NDArray[np.str_]] = field(default_factory=dict)

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


class Task(ABC):
    """What is predicted, on which data, by which metric; a plug-in.

    The data set of the library of the task's name holds its items; a task whose items come from elsewhere overrides
    `classes`, `test` and `calibration`.

    Attributes:
        name: as typed ("product-images").
        title: as shown.
        summary: one sentence for a person who knows no machine learning.
        order: where it stands among the built-in tasks; those of one number stand by name.
        knows: what a model of it has learned and what not, for the same person; empty if nothing is to be said.
        metric: name of a plug-in of `odviz.metrics` ("top1").
        takes: one item as a model takes it, described for a person.
        shape: of one item, channels last.
        dtype: of its numbers ("float32").
        groups: what the test items come from, in the plural ("people"), where they can be told apart; else empty.
        fixed_groups: whether these are all groups that there are ("age bands"): intervals are then over items. Else
            they are few of many, and intervals are for new groups.
    """

    name: str
    title: str
    summary: str
    metric: str
    takes: str
    shape: tuple[int, ...]
    dtype: str
    groups: str = ""
    fixed_groups: bool = False
    order: int = 0
    knows: str = ""

    @property
    def shapes(self) -> Shapes:
        """Shape of what each input takes of an item."""
        return (self.shape,)

    @property
    def modality(self) -> Modality:
        """What kind of thing an item is."""
        return modality_of(self.shape, self.dtype)

    @abstractmethod
    def prepare(self, stored: Mapping[str, Array]) -> Array:
        """Convert the arrays of the data set to inputs as the models take them."""

    def preparation(self) -> Mapping[str, bytes]:
        """Files that a program elsewhere needs to prepare items, by name; see `takes`."""
        return {}

    def texts(self, split: str) -> tuple[str, ...]:  # noqa: ARG002 - for tasks of texts
        """The items as texts, where these are kept; empty for other tasks.

        Args:
            split: "test" or "calibration".
        """
        return ()

    def encode(self, texts: Sequence[str]) -> Array:
        """Inputs of texts, for a task that has some."""
        raise NotImplementedError(self.name)

    def classes(self) -> tuple[str, ...]:
        """Human names of the classes, in index order; empty for a task without classes."""
        return datasets.classes(self.name)

    def test(self) -> Examples:
        """The whole test set.

        Raises:
            FileRefused: it cannot be read, or does not fit the task.
            IntegrityError: the built-in file is not the recorded one.
        """
        return self._examples("test")

    def calibration(self) -> Examples:
        """Items from the training part, for calibrating quantizers; never test items."""
        return self._examples("calibration")

    def _examples(self, split: str) -> Examples:
        stored = datasets.arrays(self.name, split)
        place = f"The {split} set of {self.name}"
        try:
            inputs, targets, groups = self.prepare(stored), stored["y"], stored["group"]
        except (KeyError, ValueError, TypeError) as error:  # arrays of other names, shapes or types
            raise FileRefused(f"{place} does not fit its task: {error}.") from error
        count = len(targets) if targets.ndim else 0
        if not count or inputs.shape != (count, *self.shape) or str(inputs.dtype) != self.dtype:
            raise FileRefused(f"{place} has {targets.shape} targets and {inputs.dtype} inputs of {inputs.shape}.")
        if inputs.dtype.kind == "f" and not np.isfinite(inputs).all():
            raise FileRefused(f"{place} has inputs that are not finite.")
        if targets.shape != (count,) or targets.dtype.kind not in "iu":
            raise FileRefused(f"{place} has targets of {targets.dtype} and shape {targets.shape}, not class indices.")
        if not 0 <= targets.min() <= targets.max() < len(self.classes()):
            raise FileRefused(f"{place} has targets beyond its {len(self.classes())} classes.")
        if groups.shape != (count,) or groups.dtype.kind != "U":
            raise FileRefused(f"{place} does not name the group of each item.")
        return Examples(inputs, targets.astype(np.int64), groups)
