"""What the quantizers have in common: calibration items, silence, and how much of a model became integers."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.compression._trial import failure
from odviz.compression.base import Applied, ModelSource
from odviz.domain.errors import RecipeError
from odviz.formats import FORMATS
from odviz.runtimes.inputs import Port, feeds
from odviz.stats import finite_items

MAX_ITEMS = 200
"""Ranges hardly change after a hundred items, and the histograms of entropy calibration are slow."""


def batches(source: ModelSource, ports: Sequence[Port], limit: int = MAX_ITEMS) -> Iterator[tuple[Array, ...]]:
    """At most `limit` items, evenly spread over the calibration set, each as the batches that the file's inputs take.

    Items with NaN or infinity are left out: the range of every number that they reach would be NaN.

    Args:
        source: the file, its layout and the items.
        ports: the file's inputs.
        limit: maximum number of items.

    Raises:
        RecipeError: the task has no calibration items, or none that is finite.
        FileRefused: the file takes another shape.
    """
    inputs = source.calibration.inputs
    if not len(inputs):
        raise RecipeError("Static quantization needs calibration items, and the task has none.")
    usable = np.flatnonzero(finite_items(inputs))
    if not len(usable):
        raise RecipeError("Every calibration item holds NaN or infinity, so no range can be learned from them.")
    places = np.linspace(0, len(usable) - 1, min(limit, len(usable))).astype(int)
    for index in usable[np.unique(places)]:
        yield feeds(inputs[index], source.layout, ports)


def left_out(source: ModelSource) -> tuple[str, ...]:
    """A note on the calibration items that are left out, if any."""
    count = int((~finite_items(source.calibration.inputs)).sum())
    if not count:
        return ()
    total = len(source.calibration.inputs)
    return (f"{count:,} of {total:,} calibration items held NaN or infinity and were left out.",)


def scaled(source: ModelSource, target: Path, write: Callable[[bool], None]) -> tuple[str, ...]:
    """Quantize with a scale per channel, or with one per tensor where that gives no file that runs.

    Args:
        source: what is quantized.
        target: what `write` writes.
        write: called with whether every channel has a scale of its own; it may raise anything.

    Returns:
        A note, if the scales are per tensor.
    """
    try:
        write(True)
    except Exception:  # the quantizers raise anything on weights that have no channels
        runs = False
    else:
        runs = not failure(target, source.format, source.layout, source.calibration)
    if runs:
        return ()
    write(False)
    return ("One scale per tensor: with one per channel the file does not run.",)


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
