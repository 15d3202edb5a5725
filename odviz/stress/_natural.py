"""Test items as they were before their task prepared them for models, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.modality import Modality
from odviz.library import datasets
from odviz.stress import _image, _signal, _tabular, _text
from odviz.stress._chosen import Rows
from odviz.stress._kinds import Kind
from odviz.stress.base import StressData
from odviz.tasks.base import Task


@dataclass(frozen=True)
class Natural:
    """Items in the form in which they are changed.

    Attributes:
        items: pictures from 0 to 1, standardised signals, rows, texts or token ids; as `kinds` take them.
        kinds: of changes to them.
        inputs: turns changed items into inputs of models; see `natural_items` for what is cut off.
    """

    items: Any
    kinds: tuple[Kind, ...]
    inputs: Callable[[Any], Array]


def kinds_of(task: Task) -> tuple[Kind, ...]:
    """The kinds of changes to the items of a task."""
    match task.modality:
        case Modality.IMAGE:
            return _image.KINDS
        case Modality.SIGNAL:
            return _signal.KINDS
        case Modality.TABULAR:
            return _tabular.KINDS
        case Modality.TEXT:
            return _text.KINDS if task.texts("test") else _text.TOKEN_KINDS


def natural_items(data: StressData, rows: Rows, is_cut: bool = True) -> Natural:
    """Some of the test items in their natural form.

    Args:
        data: of the benchmark.
        rows: indices of the items.
        is_cut: whether changed numbers are cut off at the range of the test set; else at that of their type.
    """
    task, kinds = data.task, kinds_of(data.task)
    if kinds is _text.KINDS:
        texts = task.texts("test")
        return Natural([texts[row] for row in rows], kinds, task.encode)
    whole, prepare = _stored(data, rows)
    if kinds is _text.TOKEN_KINDS:
        return Natural(whole[rows], kinds, prepare)
    scale = _SCALES[task.modality](whole)
    if not is_cut:
        limits = np.iinfo(whole.dtype) if whole.dtype.kind in "iu" else np.finfo(whole.dtype)
        scale = replace(scale, low=limits.min, high=limits.max)
    return Natural(scale.natural(whole[rows]), kinds, lambda items: prepare(scale.stored(items, whole.dtype)))


def _stored(data: StressData, rows: Rows) -> tuple[Array, Callable[[Array], Array]]:
    """All items as they are stored, and the function that prepares changed copies of some; inputs where none are."""
    try:
        stored = datasets.arrays(data.task.name, "test")
    except FileRefused:  # its items come from elsewhere
        return data.examples.inputs, lambda items: items
    own: Mapping[str, Array] = {name: array[rows] if name[0] in "xyg" else array for name, array in stored.items()}

    def prepare(items: Array) -> Array:
        return data.task.prepare({**own, "x": items})

    return stored["x"], prepare


@dataclass(frozen=True)
class _Scale:
    """A linear scale of stored numbers.

    Attributes:
        offset: number that becomes 0.
        unit: of the natural numbers.
        low: least number of the test set, that of the channel where they have a scale of their own.
        high: greatest, likewise.
        shape: of a natural item.
    """

    offset: Any
    unit: Any
    low: Any
    high: Any
    shape: tuple[int, ...]
    stored_shape: tuple[int, ...]

    def natural(self, items: Array) -> Array:
        """Stored items on the scale."""
        scaled = (items.astype(np.float32) - self.offset) / self.unit
        return np.asarray(scaled, np.float32).reshape(len(items), *self.shape)

    def stored(self, items: Array, dtype: np.dtype[Any]) -> Array:
        """Items on the scale as they are stored, within the range of the test set."""
        numbers = np.asarray(items, float).reshape(len(items), *self.stored_shape) * self.unit + self.offset
        numbers = np.clip(numbers, self.low, self.high)
        whole: Array = (np.rint(numbers) if dtype.kind in "iu" else numbers).astype(dtype)
        return whole


def _image_scale(whole: Array) -> _Scale:
    low, high = (0, 255) if whole.dtype == np.uint8 else (float(whole.min()), float(whole.max()))
    shape = whole.shape[1:] if whole.ndim > 3 else (*whole.shape[1:], 1)
    return _Scale(low, (high - low) or 1, low, high, shape, whole.shape[1:])


def _channel_scale(whole: Array) -> _Scale:
    shape = whole.shape[1:] if whole.ndim > 2 else (*whole.shape[1:], 1)
    axes = tuple(range(whole.ndim - 1)) if whole.ndim > 2 else None
    spread = whole.std(axis=axes, dtype=float)
    unit = np.where(spread > 0, spread, 1)
    return _Scale(
        whole.mean(axis=axes, dtype=float), unit, whole.min(axis=axes), whole.max(axis=axes), shape, whole.shape[1:]
    )


def _row_scale(whole: Array) -> _Scale:
    return _Scale(0, 1, whole.min(axis=0), whole.max(axis=0), whole.shape[1:], whole.shape[1:])


_SCALES = {Modality.IMAGE: _image_scale, Modality.SIGNAL: _channel_scale, Modality.TABULAR: _row_scale}
