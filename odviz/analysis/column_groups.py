"""Groups of items by a column of the data: its values, or bands of its numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from odviz.domain.text import number
from odviz.objectives.groups import ItemGroups

MOST_VALUES = 50
"""Different texts up to which a column makes groups."""

_MOST_NUMBERS, _BANDS = 10, 4
"""Different numbers up to which each is a group; more are put into bands of about equally many items."""

MISSING = "(missing)"


def column_groups(heading: str, cells: NDArray[np.str_]) -> ItemGroups | None:
    """Group items by what a column has of them; None if it has one value only, or too many texts.

    Args:
        heading: of the column.
        cells: shape (N,).
    """
    names, index = np.unique(np.char.strip(cells), return_inverse=True)
    numbers = _numbers(names)
    if numbers is not None and (~np.isnan(numbers)).sum() > _MOST_NUMBERS:
        return _bands(heading, numbers[index])
    if not 2 <= len(names) <= MOST_VALUES:
        return None
    order = np.argsort(numbers) if numbers is not None else np.arange(len(names))
    titles = tuple(str(names[place]) or MISSING for place in order)
    return ItemGroups(heading, titles, np.argsort(order)[index], fixed=True)


def _bands(heading: str, values: NDArray[np.float64]) -> ItemGroups:
    """Bands between the quartiles; equal numbers are in one band, and missing ones in a group of their own."""
    known = values[~np.isnan(values)]
    edges = np.unique(np.quantile(known, np.arange(1, _BANDS) / _BANDS))
    band = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))
    present, index = np.unique(band, return_inverse=True)
    return ItemGroups(heading, tuple(_title(values[band == one]) for one in present), index, fixed=True)


def _title(values: NDArray[np.float64]) -> str:
    low, high = values.min(), values.max()
    return MISSING if np.isnan(low) else f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _numbers(names: NDArray[np.str_]) -> NDArray[np.float64] | None:
    """Texts as numbers, NaN for an empty one; None if one is no number."""
    try:
        return np.array([number(name) if name else np.nan for name in names.tolist()])
    except ValueError:
        return None
