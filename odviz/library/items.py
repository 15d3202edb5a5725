"""Items of networks with several inputs: records with a field of its own for each input.

An item of a network with one input is that input's array. An array of N records is indexed, stored and hashed like any
other array, so that only what makes or reads items looks at their parts.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from odviz.arrays import Array

Shapes = tuple[tuple[int, ...], ...]


ITEMS = "(items)"
"""Name of the field that the first input takes; the others are named like their inputs."""


def joined(arrays: Mapping[str, Array]) -> Array:
    """Items from the array of each input: the array itself if there is one.

    Args:
        arrays: by name of the input, in the order of the inputs; each of shape (N, …).

    Returns:
        Shape (N, …), or N records.
    """
    if len(arrays) == 1:
        return next(iter(arrays.values()))
    fields = [(name, array.dtype, array.shape[1:]) for name, array in arrays.items()]
    items = np.empty(len(next(iter(arrays.values()))), np.dtype(fields, align=True))
    for name, array in arrays.items():
        items[name] = array
    return items


def parts(item: Array) -> tuple[Array, ...]:
    """The array of each input: of one item, or of all items."""
    names = item.dtype.names
    return tuple(np.asarray(item[name]) for name in names) if names else (item,)


def shapes(items: Array) -> Shapes:
    """Shape of what each input takes of one item; of all items."""
    return tuple(part.shape[1:] for part in parts(items))
