"""The Format protocol, and functions on the files that hold one model."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from odviz.domain.errors import FileRefused
from odviz.domain.model import GraphFacts
from odviz.library.integrity import digest_of

WARM_UP_ITEM = np.array([1, 2, 3, 4], np.float32)
"""An input of the warm-up network, without the batch axis."""

WARM_UP_OUTPUT = np.array([10, -1], np.float32)
"""The output of the warm-up network for `WARM_UP_ITEM`, without the batch axis."""


class Format(Protocol):
    """A format of model files; a plug-in."""

    name: str
    title: str
    """As shown ("ONNX")."""
    suffixes: tuple[str, ...]
    """Suffixes of the main file; odviz writes the first."""
    packages: tuple[str, ...]
    """Installed packages whose version may change the bytes of the files that compression methods write."""

    device_runtimes: tuple[str, ...]
    """Parts of the names, in lower case, of the runtimes on published devices that read the format without a
    converter."""

    def files(self, path: Path) -> tuple[Path, ...]:
        """Files that hold the model: the main file, then its companions.

        Args:
            path: the main file; it need not exist.
        """
        ...

    def copy(self, path: Path, target: Path) -> None:
        """Copy a model with its companions to a main file of another name.

        Raises:
            OSError: a file cannot be read or written.
        """
        ...

    def facts(self, path: Path) -> GraphFacts:
        """Sizes, parameters, MACs and operators of a model, for one inference at batch 1; the model is not run.

        Raises:
            FileRefused: the file is not of this format, or its shapes are not fixed.
        """
        ...

    def validate(self, path: Path) -> None:
        """Check that a file is a valid model of this format.

        Raises:
            FileRefused: it is not, with the reason.
        """
        ...

    def warm_up_network(self, target: Path) -> None:
        """Write a network of eight weights, on which a runtime is warmed up before memory is measured.

        One fully connected layer, y = W·x + b, with x of shape (1, 4), y of shape (1, 2), both float32,
        W = [[1, 1, 1, 1], [1, −1, 1, −1]] and b = [0, 1]. No library that writes model files is imported for it: its
        own memory would hide a part of what is measured.
        """
        ...

    def loading_snippet(self, file: str, shape: tuple[int, ...], dtype: str) -> str:
        """Python lines that load a file, run it on one `item` and leave its first output in `scores`.

        Args:
            file: name of the main file.
            shape: of the item, with the batch axis, in the layout of the file.
            dtype: numpy type of the item.
        """
        ...


def digest(files: Sequence[Path]) -> str:
    """Sha256 of a model: of its one file, or of the digests of its files in order.

    Raises:
        OSError: a file cannot be read.
    """
    digests = [digest_of(path) for path in files]
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def size_bytes(files: Sequence[Path]) -> int:
    """Bytes of all files together.

    Raises:
        OSError: a file cannot be read.
    """
    return sum(path.stat().st_size for path in files)


def copy_files(files: Sequence[Path], target: Path) -> None:
    """Copy the files of a model; each is named like `target`, with its own suffix.

    Raises:
        OSError: a file cannot be read or written.
    """
    for path in files:
        shutil.copyfile(path, target.with_suffix(path.suffix))


def read(path: Path) -> bytes:
    """Contents of a file.

    Raises:
        FileRefused: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from None
