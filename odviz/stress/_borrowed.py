"""Items of other data in the form that a task takes: pictures in its size, signals in its length, texts, rows."""

from __future__ import annotations

import numpy as np

from odviz.arrays import Array
from odviz.domain.modality import Modality
from odviz.library.files import read_bytes
from odviz.library.parsing import LARGEST_ARCHIVE, parse_arrays
from odviz.library.sources import built_in
from odviz.metrics import METRICS
from odviz.stress._chosen import Rows, chosen_items
from odviz.stress._natural import natural_items
from odviz.stress.base import StressData
from odviz.tasks import TASKS
from odviz.tasks.base import Task

DIGITS = "handwritten-digits/digits.npz"
"""Pictures that ship for this alone; no model of odviz knows them."""

_SHIPPED = {Modality.IMAGE: "product-images", Modality.SIGNAL: "exercise", Modality.TEXT: "review-sentiment"}
"""The built-in task whose items are foreign to the tasks of a person's own."""


def why_not(task: Task, other: str) -> str:
    """Why items of another data set cannot be foreign items of a task, as a sentence; empty if they can."""
    source = TASKS[other]
    if source.name == task.name:
        return f"The items of {other} are the task's own."
    if source.modality is not task.modality or len(source.shapes) > 1 or len(task.shapes) > 1:
        return f"The items of {other} are not of the kind that {task.name} takes."
    if _converts(task, source) or (source.shape, source.dtype) == (task.shape, task.dtype):
        return ""
    return f"The items of {other} are {source.shape}, and {task.name} takes {task.shape}; they cannot be converted."


def shipped_source(task: Task) -> str:
    """Name of the data that ship with odviz and are foreign to a task; empty if there are none."""
    other = _SHIPPED.get(task.modality, "")
    if other == task.name:
        return DIGITS if task.modality is Modality.IMAGE else ""
    return "" if not other or why_not(task, other) else other


def borrowed_items(data: StressData, rows: Rows, name: str) -> Array:
    """Inputs of items of another data set, at most as many as there are rows.

    Args:
        data: of the benchmark.
        rows: test items, which tell shape and scale.
        name: of the other data set, or `DIGITS`.
    """
    natural = natural_items(data, rows)
    if name == DIGITS:
        return natural.inputs(as_pictures(_digits()[: len(rows)], natural.items.shape[1:]))
    other = TASKS[name]
    source = StressData(other, other.test(), METRICS[other.metric], data.seed)
    chosen = chosen_items(source.examples, 1, data.seed)[: len(rows)]
    if not _converts(data.task, other):
        inputs: Array = source.examples.inputs[chosen]
        return inputs
    items = natural_items(source, chosen).items
    match data.task.modality:
        case Modality.IMAGE:
            return natural.inputs(as_pictures(items, natural.items.shape[1:]))
        case Modality.SIGNAL:
            return natural.inputs(as_signals(items, natural.items.shape[1:]))
    return natural.inputs(items)


def as_pictures(pictures: Array, shape: tuple[int, int, int]) -> Array:
    """Pictures in another size, as grey as the wanted ones.

    Args:
        pictures: shape (N, H, W, C), 0 to 1.
        shape: height, width and channels that are wanted.
    """
    from PIL import Image

    height, width, channels = shape
    if pictures.shape[-1] != channels:
        pictures = np.repeat(pictures.mean(axis=-1, keepdims=True), channels, axis=-1)
    resized = np.empty((len(pictures), *shape), np.float32)
    for place, picture in enumerate(pictures):
        for channel in range(channels):
            plane = Image.fromarray(np.ascontiguousarray(picture[..., channel], np.float32))
            resized[place, ..., channel] = plane.resize((width, height), Image.Resampling.BILINEAR)
    return resized


def as_signals(signals: Array, shape: tuple[int, int]) -> Array:
    """Signals in another length; their channels are repeated or left out until there are as many as wanted.

    Args:
        signals: shape (N, T, C).
        shape: samples and channels that are wanted.
    """
    length, channels = shape
    places = np.linspace(0, signals.shape[1] - 1, length)
    before = np.floor(places).astype(int)
    after, share = np.minimum(before + 1, signals.shape[1] - 1), (places - before)[:, np.newaxis]
    stretched = (1 - share) * signals[:, before] + share * signals[:, after]
    return np.asarray(stretched[..., np.arange(channels) % signals.shape[2]], np.float32)


def _converts(task: Task, source: Task) -> bool:
    match task.modality:
        case Modality.IMAGE | Modality.SIGNAL:
            return True
        case Modality.TEXT:
            return bool(task.texts("test") and source.texts("test"))
        case Modality.TABULAR:
            return False


def _digits() -> Array:
    """Handwritten digits, shape (N, 8, 8, 1), 0 to 1."""
    content = read_bytes(built_in().datasets.file(DIGITS), LARGEST_ARCHIVE, "data file")
    return np.asarray(parse_arrays(content, DIGITS)["x"][..., np.newaxis] / 16, np.float32)
