"""How far an attack may move each number of an item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from odviz.arrays import Array, Floats
from odviz.domain.attack import Unsuitable
from odviz.domain.modality import Modality, modality_of

IMAGE_RADIUS = 8 / 255
"""Of the range of the numbers: the usual one for pictures, which hardly anybody sees."""

SIGNAL_RADIUS = 0.1
"""Of the standard deviation of each channel or feature."""

_FEWEST_VALUES = 10
"""A feature with fewer different values is a category or a count, which no small step changes."""


@dataclass(frozen=True, eq=False)
class Space:
    """The box around an item that an attack stays in.

    Attributes:
        modality: what an item is.
        low: least value of each number in the data, shape of an item.
        high: greatest value.
        radius: greatest step from the item; 0 where nothing may change.
    """

    modality: Modality
    low: Floats
    high: Floats
    radius: Floats

    def inside(self, moved: Array, items: Array) -> Array:
        """Bring moved items, shape (n, …), back to the box around the items they were made of."""
        near = np.clip(moved, items - self.radius, items + self.radius)
        inside: Array = np.clip(near, np.minimum(self.low, items), np.maximum(self.high, items)).astype(items.dtype)
        return inside


def space_of(inputs: Array, strength: float = 1.0) -> Space | Unsuitable:
    """The box for items like these.

    The numbers of a picture share one range; those of a signal or a table are in units of their own, so that a step is
    a share of the standard deviation of their channel or feature.

    Args:
        inputs: items of the task, shape (N, …), channels last.
        strength: factor on the radius.
    """
    if inputs.dtype.names:
        return Unsuitable.SEVERAL_INPUTS
    if inputs.dtype.kind != "f":
        return Unsuitable.TOKENS
    shape = inputs.shape[1:]
    modality = modality_of(shape, str(inputs.dtype))
    over = tuple(range(inputs.ndim)) if modality is Modality.IMAGE else tuple(range(max(1, inputs.ndim - 1)))
    if modality is Modality.SIGNAL and inputs.ndim == 2:
        over = (0, 1)
    finite = np.where(np.isfinite(inputs), inputs, np.nan)
    low, high, spread = (
        np.broadcast_to(figure(finite, axis=over), shape) for figure in (np.nanmin, np.nanmax, np.nanstd)
    )
    radius = IMAGE_RADIUS * (high - low) if modality is Modality.IMAGE else SIGNAL_RADIUS * spread
    if modality is Modality.TABULAR:
        radius = np.where([len(np.unique(column)) < _FEWEST_VALUES for column in inputs.T], 0.0, radius)
        if not radius.any():
            return Unsuitable.CATEGORIES
    return Space(modality, low.astype(float), high.astype(float), strength * radius.astype(float))
