"""Readers of a person's own data: one file each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from odviz.domain.errors import FileRefused
from odviz.importing.collection import collection
from odviz.importing.raw_data import RawData
from odviz.importing.readers.base import Reader
from odviz.registry import Registry
from odviz.runtimes.inputs import Port

READERS: Registry[Reader] = Registry("reader", __name__)


def read(path: Path, inputs: Sequence[Port], alive: Callable[[], None] = lambda: None) -> RawData:
    """Items and labels of a file, a folder or a zip archive, by the reader that takes most of its files.

    Args:
        path: of the data.
        inputs: of the network.
        alive: called after every item that takes time.

    Raises:
        FileRefused: no reader takes it, or the data cannot be used; says why and what would work.
    """
    files = collection(path)
    counts = {reader.name: sum(entry.suffix in reader.suffixes for entry in files.entries) for reader in READERS}
    name = max(counts, key=lambda name: counts[name])
    if not counts[name]:
        titles = "; ".join(reader.title for reader in READERS)
        raise FileRefused(f"{files.name} holds no data that odviz reads. It reads: {titles}.", place=files.name)
    data = READERS[name].read(files, inputs, alive)
    return replace(data, remarks=files.remarks + data.remarks)
