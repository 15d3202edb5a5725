"""Data in a `.npz` archive: items `x`, labels or values `y`, and `group`."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from odviz.domain.errors import FileRefused
from odviz.library.files import printable

LARGEST = 2 << 30
"""Most bytes of the arrays of an archive, unpacked."""


@dataclass(frozen=True)
class RawData:
    """Items as a person stored them.

    Attributes:
        items: shape (N, …).
        targets: shape (N, …); None without labels.
        groups: shape (N,), text; None if the items come in no groups.
    """

    items: NDArray[Any]
    targets: NDArray[Any] | None
    groups: NDArray[np.str_] | None


def read(path: Path) -> RawData:
    """Read an archive.

    Raises:
        FileRefused: no archive of plain arrays, too large, without `x`, or arrays of different lengths.
    """
    name = printable(path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > LARGEST:
            raise FileRefused(f"{name} holds {size >> 20:,} MB unpacked; {LARGEST >> 20:,} MB is the most.")
        with np.load(path, allow_pickle=False) as arrays:
            parts = {key: arrays[key] for key in ("x", "y", "group") if key in arrays.files}
            names = arrays.files
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise FileRefused(
            f"{name} is not an archive of plain arrays: {error}. Write it with numpy.savez(path, x=items, y=labels)."
        ) from error
    if "x" not in parts:
        raise FileRefused(f"{name} holds {', '.join(names) or 'nothing'}, but no x: store the items as x, labels as y.")
    plain = [key for key, array in parts.items() if not isinstance(array, np.ndarray)]
    if plain:
        raise FileRefused(f"{name}: {plain[0]} is no array; write it with numpy.savez(path, x=items, y=labels).")
    items = parts["x"]
    if items.ndim < 2 or not items.size:
        raise FileRefused(f"{name}: x has shape {items.shape}; it must have one row an item, and at least one.")
    if items.dtype.kind not in "biuf":
        raise FileRefused(f"{name}: x is of type {items.dtype}; it must hold numbers.")
    for key, array in parts.items():
        if len(array) != len(items):
            raise FileRefused(f"{name}: x holds {len(items):,} items and {key} {len(array):,}; they must be as many.")
    groups = parts["group"].astype(str) if "group" in parts else None
    return RawData(items, parts.get("y"), groups)
