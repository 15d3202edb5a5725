"""Test items as a person can look at them: a picture, curves, a text or numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from odviz.arrays import Array, Floats
from odviz.library.items import parts

_PICTURE_CHANNELS = (1, 3, 4)
_MOST_CURVES = 16
"""Channels up to which a table of numbers is drawn as curves over its longer axis; a larger one is a picture."""

_MOST_NUMBERS = 24
"""Numbers that are written out; more are a curve."""

_LEAST_SIDE, _MOST_SIDE = 112, 448
"""Pixels of a picture's longer side: small ones are enlarged by a whole factor, large ones thinned out."""


@dataclass(frozen=True, eq=False)
class ItemView:
    """One item; one of the fields is set.

    Attributes:
        picture: shape (height, width, 3), from 0 to 255.
        curves: shape (channels, length).
        text: of a task of texts.
        numbers: by name.
    """

    picture: NDArray[np.uint8] | None = None
    curves: Floats | None = None
    text: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)


def view(item: Array, text: str = "", columns: Mapping[str, str] | None = None) -> ItemView:
    """How an item is looked at.

    Args:
        item: as a model takes it; of several inputs the first is looked at.
        text: the item as it was written; empty for items that are no texts.
        columns: what the table of an own data set has of it, by heading.
    """
    if text:
        return ItemView(text=text)
    array = np.asarray(parts(item)[0], float)
    if array.ndim < 2 and (columns or array.size <= _MOST_NUMBERS):
        numbers = {str(place): f"{number:.4g}" for place, number in enumerate(np.ravel(array), start=1)}
        return ItemView(numbers=columns or numbers)
    while array.ndim > 3:  # of a film the middle picture
        array = array[len(array) // 2]
    if array.ndim == 3 and array.shape[-1] in _PICTURE_CHANNELS:
        return ItemView(picture=_picture(array))
    flat = array.reshape(len(array), -1) if array.ndim > 1 else array[np.newaxis]
    if min(flat.shape) > _MOST_CURVES:
        return ItemView(picture=_picture(flat[..., np.newaxis]))
    return ItemView(curves=flat.T if flat.shape[0] > flat.shape[1] else flat)


def _picture(array: Floats) -> NDArray[np.uint8]:
    """Numbers as colours, from the least to the greatest; they may have been standardised."""
    colours = array[..., :3]  # without opacity
    low, high = float(colours.min()), float(colours.max())
    scaled = np.round(255 * (colours - low) / ((high - low) or 1)).astype(np.uint8)
    pixels = np.repeat(scaled, 3, axis=2) if array.shape[-1] == 1 else scaled
    side = max(pixels.shape[:2])
    factor, step = -(-_LEAST_SIDE // side), -(-side // _MOST_SIDE)
    return pixels[::step, ::step].repeat(factor, axis=0).repeat(factor, axis=1)
