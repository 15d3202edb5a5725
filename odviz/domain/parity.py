"""How the runtimes that load one file agree: their predictions, the first layer that differs, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.estimate import Estimate
from odviz.domain.failure import Failure
from odviz.domain.model import Variant


@dataclass(frozen=True, slots=True)
class Layer:
    """One step of a network as a file stores it.

    Attributes:
        operator: its type ("Conv").
        name: of the operator, or of what it writes where operators have no names.
        tensors: what it writes, as the file names it.
        reads: positions of the layers that write what it reads; without the network's input and stored weights.
        step: real difference of two neighbouring values that it writes; 0 for floats.
        types: of the tensors that it reads ("int8"), in order; empty where the format does not tell.
    """

    operator: str
    name: str
    tensors: tuple[str, ...]
    reads: tuple[int, ...] = ()
    step: float = 0.0
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LayerGraph:
    """The layers of a file in the order in which they run.

    Attributes:
        layers: those whose outputs are numbers that depend on the input.
        rounding: largest relative error of one rounding of the numbers that it stores and computes with: 2⁻⁹ with 8-bit
            integers, 2⁻¹¹ with half precision, 2⁻²⁴ with single precision.
    """

    layers: tuple[Layer, ...]
    rounding: float


class Change(StrEnum):
    """What an experiment changes; the first three are made in a copy of the file."""

    SEVEN_BITS = "seven-bits"
    """Weights of 7 bits instead of 8, of the double step: no sum of two products overflows 16 bits."""

    ONE_SCALE = "one-scale"
    """One scale for all channels of a weight tensor instead of one per channel."""

    FLOATS = "floats"
    """The same weights as floats, so that no product is computed in integers."""

    ITEMS = "items"
    """How the items are prepared for the other runtime."""

    THREADS = "threads"

    PLAIN = "plain"
    """One runtime computes in its plain way; see `odviz.runtimes.base.Runtime`."""

    MOVED = "moved"
    """Every number of the input is moved by less than one rounding, and a runtime is compared with itself."""


class Cause(StrEnum):
    """Why two runtimes give other outputs for the same file, in the order in which a cause is looked for."""

    PREPARATION = "preparation"
    SATURATION = "saturation"
    CHANNEL_SCALES = "channel-scales"
    THREADS = "threads"
    OPTIMISATION = "optimisation"
    INTEGERS = "integers"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True)
class Experiment:
    """One thing that was changed, and what became of the difference between two runtimes.

    Attributes:
        cause: what it tells of.
        subject: name of the runtime that was changed alone; empty if the file or the items were.
        before: mean over the items of their largest relative difference.
        after: the same with the change; for `Change.MOVED` that of one runtime to itself.
        explains: whether the change removes the difference, or (`Change.MOVED`) makes as large a one.
        change: what was changed.
        detail: which of several such changes it was ("channels reversed"); else empty.
    """

    cause: Cause
    subject: str
    before: float
    after: float
    explains: bool
    change: Change
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Parting:
    """The first layer at which two runtimes part.

    Attributes:
        layer: what it reads agrees, and what it writes does not.
        position: in the order of the file, from 1.
        layers: of the file.
        difference: largest relative difference of what it writes.
        steps: that difference in steps of the layer's integers; 0 for floats.
        read: largest relative difference of what it reads; 0 for the input.
        unseen: layers right before it that compute otherwise when their outputs are looked at.
    """

    layer: Layer
    position: int
    layers: int
    difference: float
    steps: float
    read: float
    unseen: int


@dataclass(frozen=True, slots=True)
class RuntimeParity:
    """One runtime with the file, compared with the first runtime that loads it.

    Attributes:
        runtime: its name.
        version: installed.
        failure: why it predicted nothing; None if it did.
        quality: the task's metric on the items; None where the metric does not fit the outputs.
        agreement: share of the items predicted as the first runtime predicts them; None for itself.
        original: share of the items predicted as the uncompressed network predicts them on the first runtime; None for
            the uncompressed network.
        difference: largest difference to the first runtime's outputs, over the largest of these.
        worst: number of the test item that differs most; items on which the predictions differ come first.
        parting: first layer that differs for that item; None without disagreement, or where none could be found.
        experiments: all that were made.
    """

    runtime: str
    version: str
    failure: Failure | None = None
    quality: Estimate | None = None
    agreement: Estimate | None = None
    original: Estimate | None = None
    difference: float = 0.0
    worst: int = 0
    parting: Parting | None = None
    experiments: tuple[Experiment, ...] = ()

    @property
    def causes(self) -> tuple[Experiment, ...]:
        """The experiments that explain the disagreement, in the order of `Cause`."""
        order = list(Cause)
        return tuple(sorted((one for one in self.experiments if one.explains), key=lambda one: order.index(one.cause)))


NOTEWORTHY = 0.01
"""Largest relative difference of outputs that is no disagreement while all predictions are the same."""


@dataclass(frozen=True, slots=True)
class ParityReport:
    """All runtimes with one file.

    Attributes:
        variant: whose file it is.
        sha256: of the file.
        items: number of test items.
        metric: name of the metric.
        threads: inside one inference.
        runtimes: the first one that loads the file is the one that others are compared with.
        cut_short: whether time ran out before all was tried.
    """

    variant: Variant
    sha256: str
    items: int
    metric: str
    threads: int
    runtimes: tuple[RuntimeParity, ...]
    cut_short: bool = False

    @property
    def first(self) -> RuntimeParity | None:
        """The runtime that others are compared with; None if none loads the file."""
        return next((runtime for runtime in self.runtimes if runtime.failure is None), None)

    @property
    def disagreeing(self) -> tuple[RuntimeParity, ...]:
        """The runtimes that predict otherwise, or whose outputs differ by more than `NOTEWORTHY`."""
        return tuple(runtime for runtime in self.runtimes if disagrees(runtime))


def disagrees(runtime: RuntimeParity) -> bool:
    """Whether a runtime disagrees with the first one."""
    agreement = runtime.agreement
    return agreement is not None and (agreement.centre < 1 or runtime.difference > NOTEWORTHY)
