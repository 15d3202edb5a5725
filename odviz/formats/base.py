"""The base class of formats, and functions on the files that hold one model.

Every worker that measures imports a format for its warm-up network; what only other functions need is imported in them.
"""

from __future__ import annotations

import base64
import shutil
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from odviz.domain.errors import FileRefused
from odviz.domain.model import GraphFacts, Signature
from odviz.domain.parity import Change, LayerGraph
from odviz.domain.why import LayerWork, SpeedChange

FACTS_VERSION = 3
"""Raised whenever `Format.facts` counts otherwise than before; stored facts of an older version are counted again."""

WARM_UP_ITEM = np.array([1, 2, 3, 4], np.float32)
"""An input of the warm-up network, without the batch axis."""

WARM_UP_OUTPUT = np.array([10, -1], np.float32)
"""The output of the warm-up network for `WARM_UP_ITEM`, without the batch axis."""


class Format(ABC):
    """A format of model files; a plug-in.

    Attributes:
        name: as typed ("onnx").
        title: as shown ("ONNX").
        suffixes: of the main file; odviz writes the first.
        packages: installed packages whose version may change the bytes of the files that compression methods write.
        warm_up: the file of the warm-up network in base64; see `warm_up_network`.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    packages: ClassVar[tuple[str, ...]]
    warm_up: ClassVar[str]

    def files(self, path: Path) -> tuple[Path, ...]:
        """Files that hold the model: the main file, then its companions, of which there are none by default.

        Args:
            path: the main file; it need not exist.
        """
        return (path,)

    def copy(self, path: Path, target: Path) -> None:
        """Copy a model to a main file of another name; each companion is named like it, with its own suffix.

        Raises:
            OSError: a file cannot be read or written.
        """
        for file in self.files(path):
            shutil.copyfile(file, target.with_suffix(file.suffix))

    @abstractmethod
    def facts(self, path: Path, *shapes: Sequence[int]) -> GraphFacts:
        """Sizes, parameters, MACs and operators of a model, for one inference at batch 1; the model is not run.

        Args:
            path: of the main file.
            shapes: of a batch of one of each input, in the layout of the file: they fix the sizes that it leaves open.

        Raises:
            FileRefused: the file is not of this format, or its shapes are not fixed.
        """

    def signature(self, path: Path) -> Signature | None:  # noqa: ARG002 - for formats that quantize inputs
        """Types of a model's input and output; None in a format whose files take and return what the task does.

        Args:
            path: of the main file, which a worker has inspected before.

        Raises:
            FileRefused: the file is not of this format.
        """
        return None

    def layers(self, path: Path) -> LayerGraph:  # noqa: ARG002 - for formats that can be looked into
        """The layers of a model; none in a format that cannot be looked into.

        Args:
            path: of the main file.

        Raises:
            FileRefused: the file is not of this format.
        """
        return LayerGraph((), 2.0**-24)

    def expose(self, path: Path, target: Path, tensors: Sequence[str]) -> tuple[int, ...]:  # noqa: ARG002
        """Write a copy of a model that outputs further tensors, behind its own outputs.

        Unlike a debugging option of a runtime, this lets every runtime compute as it does otherwise: LiteRT keeps its
        delegate with `experimental_preserve_all_tensors`, tflite-runtime drops it.

        Args:
            path: of the main file.
            target: main file to write.
            tensors: of layers of the file.

        Returns:
            Position of each tensor among the outputs of the copy.

        Raises:
            FileRefused: the file is not of this format, or the format cannot be looked into.
        """
        raise FileRefused(f"Files of the format {self.title} cannot be looked into.")

    def requantize(self, path: Path, target: Path, change: Change) -> int:  # noqa: ARG002
        """Write a copy of a model with other integer weights.

        Args:
            path: of the main file.
            target: main file to write; nothing is written if nothing changes.
            change: one of weights.

        Returns:
            How many stored tensors were changed.

        Raises:
            FileRefused: the file is not of this format.
        """
        return 0

    def vary(self, path: Path, target: Path, change: SpeedChange) -> int:  # noqa: ARG002
        """Write a copy of a model that does the same work in other conditions: `SpeedChange.FILLED` or `BATCH`.

        Args:
            path: of the main file.
            target: main file to write; nothing is written if nothing changes.
            change: what is changed.

        Returns:
            How many tensors were changed.

        Raises:
            FileRefused: the file is not of this format.
        """
        return 0

    def cut(self, path: Path, target: Path, tensors: Sequence[str]) -> None:  # noqa: ARG002
        """Write a copy of a model that ends behind a layer.

        Args:
            path: of the main file.
            target: main file to write.
            tensors: that the last layer of the copy writes.

        Raises:
            FileRefused: the file is not of this format, or odviz cannot cut files of it.
        """
        raise FileRefused(f"odviz cannot cut files of the format {self.title}.")

    def work(self, path: Path, *shapes: Sequence[int]) -> tuple[LayerWork, ...]:  # noqa: ARG002
        """Multiply-accumulates and weights of each layer that has some, in running order; empty where not known.

        Args:
            path: of the main file.
            shapes: as for `facts`.

        Raises:
            FileRefused: the file is not of this format, or its shapes are not fixed.
        """
        return ()

    @abstractmethod
    def validate(self, path: Path) -> None:
        """Check that a file is a valid model of this format.

        Raises:
            FileRefused: it is not, with the reason.
        """

    def plain(self, path: Path) -> None:  # noqa: B027 - most formats have no other outputs
        """Replace outputs that are no tensors by the tensors that they are made of, in place, where that is known.

        Args:
            path: of the main file.
        """

    def reorder(self, path: Path, inputs: Sequence[str], outputs: Sequence[str]) -> None:  # noqa: ARG002
        """Put inputs and outputs of a model in another order, in place.

        Args:
            path: of the main file.
            inputs: names of those that come first; the others follow in their order.
            outputs: likewise.

        Raises:
            FileRefused: odviz cannot do it in this format.
        """
        if len(inputs) > 1 or outputs:
            raise FileRefused(f"odviz cannot put the inputs and outputs of {self.title} files in order.")

    def warm_up_network(self, target: Path) -> None:
        """Write a network of eight weights, on which a runtime is warmed up before memory is measured.

        One fully connected layer, y = W·x + b, with x of shape (1, 4), y of shape (1, 2), both float32,
        W = [[1, 1, 1, 1], [1, −1, 1, −1]] and b = [0, 1]. No library that writes model files is imported for it: its
        own memory would hide a part of what is measured.
        """
        target.write_bytes(base64.b64decode(self.warm_up))

    def chain_network(self, target: Path, operators: int, reads: int) -> None:  # noqa: ARG002
        """Write a network of operators that compute almost nothing and that no runtime merges.

        It takes and returns four numbers, as the input of the warm-up network.

        Args:
            target: main file to write.
            operators: how many follow each other.
            reads: how many tensors each of them reads, all but one of them stored: 1 to 3.

        Raises:
            FileRefused: odviz cannot write one in this format.
        """
        raise FileRefused(f"odviz cannot write such a network as {self.title}.")


def digest(files: Sequence[Path]) -> str:
    """Sha256 of a model: of its one file, or of the digests of its files in order.

    Raises:
        OSError: a file cannot be read.
    """
    from odviz.library.integrity import digest_of

    return joined_digest([digest_of(path) for path in files])


def joined_digest(digests: Sequence[str]) -> str:
    """Sha256 of a model from those of its files in order."""
    import hashlib

    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def size_bytes(files: Sequence[Path]) -> int:
    """Bytes of all files together.

    Raises:
        OSError: a file cannot be read.
    """
    return sum(path.stat().st_size for path in files)


def read(path: Path) -> bytes:
    """Contents of a file.

    Raises:
        FileRefused: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from None
