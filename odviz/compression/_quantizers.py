"""What the quantizers have in common: calibration items, silence, and how much of a model became integers."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from odviz.compression.base import Applied, ModelSource
from odviz.domain.errors import RecipeError
from odviz.domain.model import Layout
from odviz.formats import FORMATS

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


def covered(target: Path, format: str, why_not: str, *, spared: int = 0, notes: tuple[str, ...] = ()) -> Applied:
    """The result of a quantizer, from the share of convolutions, products and recurrences that became integers.

    Args:
        target: the quantized file.
        format: its format.
        why_not: a sentence that says which operators the method cannot quantize.
        spared: how many were left in float on purpose, as one of the notes says.
        notes: further ones on a model that was converted.
    """
    facts = FORMATS[format].facts(target)
    integers = round(facts.quantized_ops * facts.compute_ops)
    if not integers:
        return Applied(False, (why_not,))
    if integers + spared >= facts.compute_ops:
        return Applied(True, notes)
    return Applied(True, (f"{integers} of {facts.compute_ops} compute operators became integers. {why_not}", *notes))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Suppress prints, warnings and log records below the level of an error."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),  # progress bars
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
