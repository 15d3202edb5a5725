"""Tasks of the user's own, from their records."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array
from odviz.domain.own_task import OwnTask, Preparation
from odviz.library import datasets
from odviz.library.items import ITEMS, Shapes, joined
from odviz.tasks.base import Examples, Task


class OwnTaskPlugin(Task):
    """A task whose data set and record lie in the user's folder.

    Args:
        name: of the data set.
        record: beside it.
    """

    def __init__(self, name: str, record: OwnTask) -> None:
        self.name, self.title, self.metric = name, record.title, record.metric
        self.shape, self.dtype = record.shape, record.dtype
        self._record = record
        shape = " × ".join(map(str, record.shape))
        kinds = f" in {len(record.classes)} classes" if record.classes else ""
        self.summary = f"Your own data: items of {shape}{kinds}."
        self.takes = f"one item of shape {shape} ({record.dtype})"
        if record.preparation != Preparation():
            self.takes += f", {record.preparation.label}"
        if record.further:
            self.takes += f"; beside it {', '.join(one.name for one in record.further)}"

    @property
    def shapes(self) -> Shapes:
        """See base.Task."""
        return (self.shape, *(one.shape for one in self._record.further))

    def prepare(self, stored: Mapping[str, Array]) -> Array:
        """See base.Task."""
        further = {
            one.name: np.ascontiguousarray(stored[stored_name(place)], one.dtype)
            for place, one in enumerate(self._record.further, start=1)
        }
        return joined({ITEMS: prepared(stored["x"], self._record.preparation, self.dtype), **further})

    def classes(self) -> tuple[str, ...]:
        """See base.Task."""
        return self._record.classes

    def _examples(self, split: str) -> Examples:
        stored = datasets.arrays(self.name, split)
        return Examples(self.prepare(stored), stored["y"], stored["group"], stored_columns(stored))


def stored_name(place: int) -> str:
    """Name, in the archive of a data set, of what the input at a place takes."""
    return f"x{place or ''}"


def named_columns(columns: Mapping[str, NDArray[np.str_]]) -> dict[str, NDArray[np.str_]]:
    """Columns as arrays of an archive, whose names no heading can spoil; see `stored_columns`."""
    numbered = {f"column{place}": cells for place, cells in enumerate(columns.values())}
    return {"columns": np.array(list(columns), str), **numbered} if columns else {}


def stored_columns(stored: Mapping[str, Array]) -> dict[str, NDArray[np.str_]]:
    """The columns in an archive by heading; none in one of an older odviz."""
    headings = stored["columns"].tolist() if "columns" in stored else []
    return {heading: stored[f"column{place}"] for place, heading in enumerate(headings)}


def prepared(items: Array, preparation: Preparation, dtype: str) -> Array:
    """Convert stored items to inputs.

    Args:
        items: shape (N, …), channels last.
        preparation: what to do.
        dtype: of the inputs; integer inputs are rounded.
    """
    if preparation.reverse_channels:
        items = items[..., ::-1]
    if preparation == Preparation(reverse_channels=preparation.reverse_channels):
        return np.ascontiguousarray(items, dtype)
    real = items.astype(np.float32) * np.float32(preparation.scale)
    real = (real - np.asarray(preparation.mean, np.float32)) / np.asarray(preparation.std, np.float32)
    if np.issubdtype(np.dtype(dtype), np.integer):
        bounds = np.iinfo(dtype)
        real = np.clip(np.rint(real), bounds.min, bounds.max)
    return np.ascontiguousarray(real, dtype)
