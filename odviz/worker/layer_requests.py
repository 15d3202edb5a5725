"""Requests about the layers of a model file: which they are, copies of the file that differ in one thing, and times."""

from __future__ import annotations

from msgspec import Struct

from odviz.domain.parity import Change, LayerGraph
from odviz.domain.why import LayerWork, SpeedChange
from odviz.measurement.readings import BlockTimes, ProfileReading, RateReading
from odviz.worker.request import CopyRequest, Done, FileRequest, Load, Request


class ListLayers(FileRequest[LayerGraph], frozen=True):
    """List the layers of a model file."""


class Exposed(Struct, frozen=True):
    """Where a copy of a file outputs further tensors.

    Attributes:
        positions: of the tensors among its outputs.
    """

    positions: tuple[int, ...]


class Expose(CopyRequest[Exposed], frozen=True):
    """Write a copy of a model file that outputs further tensors.

    Attributes:
        tensors: of layers of the file.
    """

    tensors: tuple[str, ...]


class Requantized(Struct, frozen=True):
    """How many stored tensors of a file were changed.

    Attributes:
        tensors: their number; nothing was written for 0.
    """

    tensors: int


class Requantize(CopyRequest[Requantized], frozen=True):
    """Write a copy of a model file with other integer weights.

    Attributes:
        change: of the weights.
    """

    change: Change


class ProfileOperators(Request[ProfileReading], frozen=True):
    """Time the operators of a model, and the model without the profiler in turns with it.

    Attributes:
        load: what to load.
        seconds: how long.
    """

    load: Load
    seconds: float


class TimedTogether(Struct, frozen=True):
    """Blocks of several models.

    Attributes:
        blocks: of each model in the order of the request, one a round.
        call_s: seconds of an inference of a network that computes almost nothing.
    """

    blocks: tuple[tuple[BlockTimes, ...], ...]
    call_s: float


class TimeTogether(Request[TimedTogether], frozen=True):
    """Time several models in turns in one process.

    Attributes:
        loads: what to load.
        seconds: how long.
    """

    loads: tuple[Load, ...]
    seconds: float


class Vary(CopyRequest[Requantized], frozen=True):
    """Write a copy of a model file that does the same work in other conditions.

    Attributes:
        change: what is changed; see `odviz.formats.base.Format.vary`.
    """

    change: SpeedChange


class Cut(CopyRequest[Done], frozen=True):
    """Write a copy of a model file that ends behind a layer.

    Attributes:
        tensors: that the last layer of the copy writes.
    """

    tensors: tuple[str, ...]


class LayersWork(Struct, frozen=True):
    """What the layers of a file compute.

    Attributes:
        layers: in running order.
    """

    layers: tuple[LayerWork, ...]


class ListWork(FileRequest[LayersWork], frozen=True):
    """Work out what each layer of a model file computes.

    Attributes:
        shapes: of a batch of one of each input, as the file takes it.
    """

    shapes: tuple[tuple[int, ...], ...]


class MeasureRates(Request[RateReading], frozen=True):
    """Measure how fast the processor computes and copies.

    Attributes:
        threads: that work.
    """

    threads: int
