"""Data in a `.npz` archive: items `x`, labels or values `y`, `group`, other texts, and what further inputs take."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from odviz.domain.errors import FileRefused
from odviz.importing.collection import Collection
from odviz.importing.raw_data import RawData
from odviz.importing.readers.base import Reader
from odviz.library.parsing import parse_arrays
from odviz.runtimes.inputs import Port


class Npz(Reader):
    """One archive of numpy arrays."""

    name = "npz"
    title = "arrays of numpy (.npz) with items x and labels or values y"
    suffixes = (".npz",)

    def read(
        self,
        files: Collection,
        inputs: Sequence[Port],
        alive: Callable[[], None],  # noqa: ARG002
    ) -> RawData:
        """See base.Reader."""
        archives = [entry for entry in files.entries if entry.suffix in self.suffixes]
        if len(archives) > 1:
            raise FileRefused(f"{files.name} holds {len(archives)} .npz archives; give one.", place=files.name)
        name = archives[0].path.name
        arrays = parse_arrays(archives[0].read(), name)
        named = "" if "x" in arrays else next((port.name for port in inputs if port.name in arrays), "")
        if named:
            arrays["x"] = arrays.pop(named)
        parts = {key: arrays.pop(key) for key in ("x", "y", "group") if key in arrays}
        if "x" not in parts:
            raise FileRefused(
                f"{name} holds {', '.join(arrays) or 'nothing'}, but no x: store items as x, labels as y."
            )
        items = parts["x"]
        if items.ndim < 2 or not items.size:
            raise FileRefused(f"{name}: x has shape {items.shape}; it must have one row an item, and at least one.")
        if items.dtype.kind not in "biuf":
            raise FileRefused(f"{name}: x is of type {items.dtype}; it must hold numbers.")
        for key, array in parts.items():
            if len(array) != len(items):
                raise FileRefused(
                    f"{name}: x holds {len(items):,} items and {key} {len(array):,}; they must be as many."
                )
        groups = parts["group"].astype(str) if "group" in parts else None
        columns = {"group": groups} if groups is not None else {}
        texts = [key for key, array in arrays.items() if array.dtype.kind == "U" and array.shape == (len(items),)]
        columns |= {key: arrays.pop(key) for key in texts}
        return RawData(items, parts.get("y"), groups, named, arrays, columns=columns)


plugin = Npz()
