"""Calibration items in the layout and type of a model file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from odviz.compression.base import ModelSource
from odviz.domain.errors import RecipeError
from odviz.domain.model import Layout

MAX_ITEMS = 200
"""Ranges hardly change after a hundred items, and the histograms of entropy calibration are slow."""


def batches(source: ModelSource, dtype: DTypeLike, limit: int = MAX_ITEMS) -> Iterator[NDArray[Any]]:
    """At most `limit` items, evenly spread over the calibration set, each with a batch axis, in the file's layout.

    Args:
        source: the file, its layout and the items.
        dtype: of the file's input.
        limit: maximum number of items.

    Raises:
        RecipeError: the task has no calibration items.
    """
    inputs = source.calibration.inputs
    if not len(inputs):
        raise RecipeError("Static quantization needs calibration items, and the task has none.")
    indices = np.unique(np.linspace(0, len(inputs) - 1, min(limit, len(inputs))).astype(int))
    for index in indices:
        item = inputs[index]
        if source.layout is Layout.CHANNELS_FIRST:
            item = np.moveaxis(item, -1, 0)
        yield np.ascontiguousarray(item[np.newaxis], dtype)
