"""Putting inputs and outputs of another file of the same network in the order of the first one's, by trying."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.formats import FORMATS
from odviz.importing.interface import Interface, open_session, probe
from odviz.importing.trying import stacked
from odviz.metrics.base import Metric
from odviz.units import percent

_PERMUTED = 4
"""Most inputs of which every order is tried; of more, the file's own and that of the names."""

_SAME = 0.5
"""Least share of items on which two files of one network predict the same; quantizing one of them changes few."""


@dataclass(frozen=True, slots=True)
class Placed:
    """How another file of a network takes the items.

    Attributes:
        layout: of its first input.
        remark: on how well both files agree.
    """

    layout: Layout
    remark: str


def place(
    path: Path, format: str, names: Sequence[str], items: Array, reference: Array, metric: Metric, layout: Layout
) -> Placed:
    """Find out how another file of a network takes the items and which of its outputs is the scores.

    The file's inputs are put in the order of the items' parts, and the scores before its other outputs.

    Args:
        path: of the file, which is changed.
        format: its format.
        names: of the first file's inputs, in the order of the items' parts.
        items: as the first file takes them, shape (N, …).
        reference: what it predicts for them, shape (N, …).
        metric: that judges predictions.
        layout: of the first file.

    Raises:
        FileRefused: no order of inputs gives the same predictions.
    """
    interface = probe(path, format)
    best: tuple[float, float, tuple[str, ...], Layout, str] | None = None
    refusal = FileRefused(f"No output of the {FORMATS[format].title} file is like the scores of the first file.")
    for order in _orders(interface, names):
        FORMATS[format].reorder(path, order, ())
        for own in dict.fromkeys((layout, Layout.CHANNELS_LAST, Layout.CHANNELS_FIRST)):
            try:
                session = open_session(path, format, own)
                predicted = [session.predict(item) for item in items]
            except FileRefused as error:
                refusal = error if best is None else refusal
                continue
            for output, port in enumerate(interface.outputs):
                likeness = _likeness([outputs[output] for outputs in predicted], reference, metric)
                if likeness is not None and (best is None or likeness > best[:2]):
                    best = (*likeness, order, own, port.name)
    if best is None:
        raise refusal
    agreement, _, order, own, output_name = best
    title = FORMATS[format].title
    if agreement < _SAME:
        raise FileRefused(
            f"The {title} file predicts the same as the first one on only {percent(agreement)} of {len(items)} items; "
            "two files are added together if they are of one network."
        )
    FORMATS[format].reorder(path, order, (output_name,))
    remark = f"The {title} file predicts the same as the first one on {percent(agreement)} of {len(items)} items."
    return Placed(own, remark)


def _orders(interface: Interface, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Orders of the inputs worth trying, that of the same names first."""
    own = [port.name for port in interface.inputs]
    if len(own) != len(names):
        raise FileRefused(f"The files have {len(names)} and {len(own)} inputs: they are not of one network.")
    plain = {_plain(name): name for name in own}
    matched = tuple(plain.get(_plain(name), "") for name in names)
    every = permutations(own) if len(own) <= _PERMUTED else [tuple(own)]
    yield from dict.fromkeys([matched, *every] if "" not in matched else every)


def _plain(name: str) -> str:
    """Name of an input without what converters add to it."""
    return name.removeprefix("serving_default_").partition(":")[0]


def _likeness(outputs: Sequence[Array], reference: Array, metric: Metric) -> tuple[float, float] | None:
    """Share of items that are predicted the same, and how near the numbers are; None for an output of another size."""
    try:
        own = stacked(outputs).reshape(reference.shape)
        same = metric.agreement((own,), (reference,))
    except ValueError:
        return None
    return float(same.mean()), -float(np.abs(own.astype(float) - reference.astype(float)).mean())
