"""Data in a `.npz` archive: items `x`, labels or values `y`, and `group`."""

from __future__ import annotations

from pathlib import Path

from odviz.domain.errors import FileRefused
from odviz.importing.raw_data import RawData
from odviz.library.files import printable, read_bytes
from odviz.library.parsing import parse_arrays

LARGEST = 1 << 30
"""Most bytes of an archive."""


def read(path: Path) -> RawData:
    """Read an archive.

    Raises:
        FileRefused: no archive of plain arrays, too large, without `x`, or arrays of different lengths.
    """
    name = printable(path.name)
    arrays = parse_arrays(read_bytes(path, LARGEST, "data file"), name)
    parts = {key: arrays[key] for key in ("x", "y", "group") if key in arrays}
    if "x" not in parts:
        raise FileRefused(f"{name} holds {', '.join(arrays) or 'nothing'}, but no x: store items as x, labels as y.")
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
