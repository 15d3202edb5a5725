"""Conversion of items to the inputs of a model file, and of its outputs to real values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.library.items import parts


@dataclass(frozen=True, slots=True)
class Port:
    """One input or output of a model file.

    Attributes:
        name: in the file.
        shape: with the batch axis; None for a symbolic length.
        dtype: of its elements.
        scale: real value of one integer step; 0 if the port is not quantized.
        zero_point: integer that represents zero.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: np.dtype[np.generic]
    scale: float = 0.0
    zero_point: int = 0


class PortSession(ABC):
    """A loaded model; base class of sessions.

    Args:
        path: of the file, for messages.
        layout: of its first input.
        inputs: of the model.
        outputs: of the model.

    Attributes:
        inputs: its inputs, in the file's order.
        outputs: its outputs, likewise.

    Raises:
        FileRefused: it has no input.
    """

    def __init__(self, path: Path, layout: Layout, inputs: Sequence[Port], outputs: Sequence[Port]) -> None:
        if not inputs:
            raise FileRefused(f"{path.name} has no input, so that every prediction of it is the same.")
        self._name, self._layout, self.inputs, self.outputs = path.name, layout, inputs, outputs

    def predict(self, item: Array) -> tuple[Array, ...]:
        """See base.Session."""
        batches = self._batches(item)
        try:
            outputs = tuple(self._run(batches))
        except MemoryError:
            raise
        except Exception as error:  # the kernels of runtimes raise errors of their own
            raise FileRefused(f"{self._name} can be loaded, and cannot be run: {error}") from error
        return tuple(fetch(batch, port) for batch, port in zip(outputs, self.outputs, strict=True))

    def _batches(self, item: Array) -> tuple[Array, ...]:
        return feeds(item, self._layout, self.inputs)

    @abstractmethod
    def _run(self, batches: Sequence[Array]) -> Iterable[Array]:
        """Run one inference on a batch for each input; the outputs in the file's order."""


def feeds(item: Array, layout: Layout, ports: Sequence[Port]) -> tuple[Array, ...]:
    """What each input of a file takes of an item.

    Args:
        item: canonical; a record of one array an input where there are several.
        layout: of the first input; the others take their part as it is.
        ports: the file's inputs.

    Raises:
        FileRefused: the item has more or fewer parts than the file has inputs; or see `feed`.
    """
    own = parts(item)
    if len(own) != len(ports):
        names = ", ".join(port.name for port in ports)
        raise FileRefused(f"The model has {len(ports)} inputs ({names}), and the task's items {len(own)}.")
    layouts = (layout, *(Layout.TOKENS for _ in ports[1:]))
    return tuple(feed(part, layout, port) for part, layout, port in zip(own, layouts, ports, strict=True))


def feed(item: Array, layout: Layout, port: Port) -> Array:
    """A contiguous batch of one in the layout, type and quantization of `port`.

    An input without a batch axis (a sampling rate, the state of a recurrence) takes an item of its own shape.

    Args:
        item: canonical: channels last or tokens, without the batch axis.
        layout: of the file's input.
        port: the file's input.

    Raises:
        FileRefused: the model takes another shape, or integers without a scale.
    """
    # A view by `transpose` takes a tenth of the time of `moveaxis`.
    whole = item.transpose(-1, *range(item.ndim - 1)) if layout is Layout.CHANNELS_FIRST else item
    batch = whole[np.newaxis]
    if batch.shape != port.shape and not fits(batch.shape, port.shape):
        if not fits(whole.shape, port.shape):
            raise FileRefused(mismatch(port.name, port.shape, batch.shape, layout))
        batch = whole
    return np.require(_typed(batch, port), requirements=("C", "A"))


def mismatch(name: str, accepted: Sequence[int | None], shape: Sequence[int], layout: Layout) -> str:
    """The sentence about items that do not fit an input.

    Args:
        name: of the input.
        accepted: its shape; None for a size that is open.
        shape: of a batch of one, in the layout.
        layout: of the file's input.
    """
    sizes = " × ".join("any" if size is None else str(size) for size in accepted)
    return (
        f"The model's input {name!r} takes {sizes}, but the task's items are {' × '.join(map(str, shape))} ({layout})."
    )


def fits(shape: Sequence[int], accepted: Sequence[int | None]) -> bool:
    """Whether items of a shape fit an input; None stands for a size that is open."""
    return len(shape) == len(accepted) and all(
        size is None or size == length for length, size in zip(shape, accepted, strict=True)
    )


def _typed(batch: Array, port: Port) -> Array:
    if port.dtype == batch.dtype:
        return batch
    real, integer = np.issubdtype(batch.dtype, np.floating), np.issubdtype(port.dtype, np.integer)
    if not (real and integer):
        return batch.astype(port.dtype)
    if not port.scale:
        raise FileRefused(
            f"The model's input {port.name!r} takes {port.dtype} without a scale, so real values cannot be put in; "
            "a model that takes float32, or one with quantization parameters, would work."
        )
    bounds = np.iinfo(port.dtype)  # type: ignore[type-var]  # an integer type: checked above
    steps: Array = np.clip(np.rint(batch / port.scale) + port.zero_point, bounds.min, bounds.max)
    return steps.astype(port.dtype)


def fetch(batch: Array, port: Port) -> Array:
    """One output without the batch axis; float32 real values where `port` is quantized."""
    output: Array = batch[0] if batch.ndim and batch.shape[0] == 1 else batch
    if not port.scale:
        return output
    return (output.astype(np.float32) - np.float32(port.zero_point)) * np.float32(port.scale)
