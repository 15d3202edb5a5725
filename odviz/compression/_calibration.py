"""Calibration items as a model file takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from odviz.compression.base import Source
from odviz.domain.errors import RecipeError
from odviz.domain.model import Layout

ITEMS = 200
"""Most items that are looked at; ranges hardly move after a hundred, and entropy's histograms take time."""


def batches(source: Source, dtype: DTypeLike, limit: int = ITEMS) -> Iterator[NDArray[Any]]:
    """At most `limit` items, evenly spread over the calibration set, each with a batch axis, in the file's layout.

    Args:
        source: the file, its layout and the items.
        dtype: what the file's input takes.
        limit: most items.

    Raises:
        RecipeError: there are no calibration items.
    """
    inputs = source.calibration.inputs
    if not len(inputs):
        raise RecipeError("Static quantization needs calibration items, and the task has none.")
    places = np.unique(np.linspace(0, len(inputs) - 1, min(limit, len(inputs))).astype(int))
    for place in places:
        item = inputs[place]
        if source.layout is Layout.CHANNELS_FIRST:
            item = np.moveaxis(item, -1, 0)
        yield np.ascontiguousarray(item[np.newaxis], dtype)
