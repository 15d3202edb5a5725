"""How stored items lie in memory, and how a model file takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.runtimes.inputs import fits

_CHANNELS = (1, 3, 4)
"""Usual numbers of channels of a picture."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One way in which items fit an input.

    Attributes:
        order: axes of a stored item in the order that has channels last; an axis of length 1 is added for −1.
        layout: of the file's input.
        title: in words.
    """

    order: tuple[int, ...]
    layout: Layout
    title: str

    def apply(self, items: Array) -> Array:
        """Items with channels last, shape (N, …)."""
        if -1 in self.order:
            items = items[..., np.newaxis]
            order = [items.ndim - 2 if axis == -1 else axis for axis in self.order]
        else:
            order = list(self.order)
        return items.transpose(0, *(axis + 1 for axis in order))


def arrangements(stored: tuple[int, ...], taken: tuple[int | None, ...]) -> tuple[Arrangement, ...]:
    """Every way in which stored items fit the input of a file, the most usual first.

    Args:
        stored: shape of a stored item.
        taken: shape of the file's input without the batch axis; None for a size that is open.

    Raises:
        FileRefused: the items do not fit in any way.
    """
    fitting = [way for way in _ways(len(stored), len(taken)) if fits(_taken(stored, way), taken)]
    usual = [way for way in fitting if _is_usual(way, taken)] or fitting
    if not usual:
        items, wanted = (
            " × ".join("any" if size is None else str(size) for size in shape) for shape in (stored, taken)
        )
        raise FileRefused(
            f"The items are {items}, and the model takes {wanted}; they do not fit, however they are turned."
        )
    return tuple(usual)


def _ways(stored: int, taken: int) -> list[Arrangement]:
    """Ways of an item with so many axes into an input with so many."""
    last, first = Layout.CHANNELS_LAST, Layout.CHANNELS_FIRST
    if stored == taken and taken == 3:
        return [
            Arrangement((0, 1, 2), last, "as stored, channels last"),
            Arrangement((0, 1, 2), first, "channels last, turned for the model"),
            Arrangement((1, 2, 0), first, "as stored, channels first"),
            Arrangement((1, 2, 0), last, "channels first, turned for the model"),
            Arrangement((1, 0, 2), last, "height and width exchanged"),
        ]
    if stored == taken and taken == 2:
        return [Arrangement((0, 1), last, "as stored"), Arrangement((1, 0), last, "rows and columns exchanged")]
    if stored == taken:
        return [Arrangement(tuple(range(stored)), last, "as stored")]
    if stored == 2 and taken == 3:
        return [
            Arrangement((0, 1, -1), layout, "grey pictures, with an axis of one channel") for layout in (last, first)
        ]
    return []


def _taken(stored: tuple[int, ...], way: Arrangement) -> tuple[int, ...]:
    """Shape of an item as the file gets it."""
    return way.layout.batch(tuple(1 if axis == -1 else stored[axis] for axis in way.order))[1:]


def _is_usual(way: Arrangement, taken: tuple[int | None, ...]) -> bool:
    """Whether the axis of channels has a usual length, where one of both ends has."""
    if len(taken) != 3 or not {taken[0], taken[-1]} & set(_CHANNELS):
        return True
    return taken[0 if way.layout is Layout.CHANNELS_FIRST else -1] in _CHANNELS
