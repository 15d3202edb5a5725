"""Why a variant takes the time that it takes: time by operator, what the machine can do, causes and experiments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.estimate import Estimate
from odviz.domain.model import Variant


class OperatorRole(StrEnum):
    """What an operator does with numbers."""

    INTEGER = "integer"
    """Computes with 8-bit integers."""

    FLOAT = "float"

    CONVERSION = "conversion"
    """Changes the type of numbers or their order in memory, and computes nothing."""

    OTHER = "other"
    """Looks up, compares or counts: neither floats nor 8-bit integers."""


class ProfileMethod(StrEnum):
    """How the time of operators was found."""

    PROFILER = "profiler"
    """The runtime's own profiler, less what it adds to each operator."""

    CUTS = "cuts"
    """Differences between copies of the file that end after one layer and after the next."""


@dataclass(frozen=True, slots=True)
class OperatorTime:
    """Time of one operator in one inference.

    Attributes:
        operator: its type, as the runtime names it ("QLinearConv").
        name: of the operator.
        role: what it does with numbers.
        time_s: seconds; not negative.
        reads: types of the numbers that it reads ("uint8"), in order.
    """

    operator: str
    name: str
    role: OperatorRole
    time_s: float
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeProfile:
    """Where the time of one inference goes.

    Attributes:
        method: how that was found.
        p50: measured without the profiler, in turns with the profiled inferences.
        operators: in the order in which they run.
        call_s: seconds of an inference of a network that computes almost nothing.
        node_s: seconds that each operator more costs, however little it computes; 0 where it is not known.
        counted: sum of the operators over the time that they were in, before an excess was taken from all of them in
            proportion: above 1 where the profiler itself slowed them.
    """

    method: ProfileMethod
    p50: Estimate
    operators: tuple[OperatorTime, ...]
    call_s: float
    node_s: float
    counted: float = 1.0

    @property
    def operators_s(self) -> float:
        """Seconds of all operators together."""
        return sum(operator.time_s for operator in self.operators)

    @property
    def rest_s(self) -> float:
        """Seconds of the p50 that lie in no operator: the call and the dispatch."""
        return self.p50.centre - self.operators_s

    @property
    def overhead(self) -> float:
        """Share of the time that an equal number of operators that compute almost nothing would take, 0 to 1."""
        return min(1.0, (self.call_s + self.node_s * len(self.operators)) / self.p50.centre)

    def share(self, role: OperatorRole) -> float:
        """Share of the operators' time in those of a role, 0 to 1."""
        total = self.operators_s
        return sum(one.time_s for one in self.operators if one.role is role) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Roofline:
    """What one processor reached in a short probe: the best of several runs.

    Attributes:
        processor: whose; see `Environment.processor`.
        float_macs: multiply-accumulates in single precision a second, in a product of matrices.
        integer_macs: the same of 8-bit integers.
        copied_bytes: bytes read and written a second when memory beyond the caches is copied.
        threads: that worked.
    """

    processor: str
    float_macs: float
    integer_macs: float
    copied_bytes: float
    threads: int = 1


class Bound(StrEnum):
    """What limits the speed of a network on a machine."""

    COMPUTE = "compute"
    MEMORY = "memory"
    DISPATCH = "dispatch"
    """The call of the runtime and of its operators."""


class SpeedCause(StrEnum):
    """Why a variant is as fast as it is; causes of slowness first, in the order in which they are looked for."""

    ZEROS = "zeros"
    """Zero weights are multiplied like all others."""

    UNCHANGED = "unchanged"
    """The runtime computes the same as for the uncompressed network."""

    DYNAMIC = "dynamic"
    """Activations are rounded during each inference, for convolutions without a fast kernel."""

    SIGNED = "signed"
    """Signed activations, for which the processor has no fast kernel."""

    HALF = "half"
    """Half precision is computed in single precision, with casts in between."""

    SLOW_INTEGERS = "slow-integers"
    """The processor multiplies 8-bit integers no faster than floats in these layers."""

    STORED_ONLY = "stored-only"
    """Weights are stored as integers and computed as floats."""

    FLOAT_LEFT = "float-left"
    """Most of the time is in operators that stayed float."""

    CONVERSIONS = "conversions"
    """Conversions take what integers save."""

    NO_KERNEL = "no-kernel"
    """The runtime has only its slow, portable kernels for this file."""

    THREADS = "threads"
    """Threads wait for each other."""

    DISPATCH = "dispatch"
    """So little is computed that calling the operators takes most of the time."""

    MEMORY = "memory"
    """Reading the weights takes longer than computing with them."""

    FEWER_MACS = "fewer-macs"
    """Less is computed: channels were removed."""

    INTEGERS = "integers"
    """Products of 8-bit integers are faster than those of floats."""


class SpeedChange(StrEnum):
    """What an experiment changes."""

    PARENT = "parent"
    """The uncompressed network in its place."""

    STATIC = "static"
    """Ranges of activations learned beforehand: static int8 instead of dynamic."""

    UNSIGNED = "unsigned"
    """Unsigned 8-bit activations instead of signed ones."""

    SEVEN_BITS = "seven-bits"
    """Weights of 7 bits instead of 8: the same kernels without overflow."""

    FLOAT_STEM = "float-stem"
    """The first convolution the other way: in float, or in integers."""

    ALL_INTEGER = "all-integer"
    """Every operator that has an integer kernel in integers, and none left out."""

    PRODUCTS_ONLY = "products-only"
    """Integers in convolutions and products alone: other operators are left out."""

    FLOATS = "floats"
    """The same weights as floats."""

    KERNELS = "kernels"
    """The layers that are computed in integers, in floats; only the time in operators is compared."""

    FILLED = "filled"
    """Numbers in place of the zeros."""

    THREADS = "threads"
    """Another number of threads."""

    EMPTY = "empty"
    """As many operators that compute almost nothing."""

    BATCH = "batch"
    """Eight items in one inference; times are those of one item."""

    PLAIN = "plain"
    """The runtime without what makes it fast."""


@dataclass(frozen=True, slots=True)
class SpeedExperiment:
    """One thing that was changed, and what became of the time of one inference.

    Attributes:
        cause: what it tells of.
        change: what was changed.
        before: p50 of the variant, seconds.
        after: p50 with the change, seconds.
        ratio: before over after, from inferences in turns: above 1 if the change makes it faster.
        confirms: whether the change does what it would do if the cause were right.
        detail: which of several such changes it was ("4 threads"); else empty.
    """

    cause: SpeedCause
    change: SpeedChange
    before: Estimate
    after: Estimate
    ratio: Estimate
    confirms: bool
    detail: str = ""


BATCH = 8
"""Items in one inference of `SpeedChange.BATCH`."""


@dataclass(frozen=True, slots=True)
class LayerWork:
    """What one layer of a file computes.

    Attributes:
        name: of the operator.
        operator: its type.
        macs: multiply-accumulates of one inference.
        parameters: learned numbers that it stores.
        zeros: how many of these are zero.
    """

    name: str
    operator: str
    macs: int
    parameters: int
    zeros: int


@dataclass(frozen=True, slots=True)
class RemovedLayer:
    """What pruning left of one layer with weights.

    Attributes:
        name: of the layer in the uncompressed network.
        operator: its type.
        macs_before: multiply-accumulates of one inference before pruning.
        macs: those that are computed now.
        parameters_before: weights before pruning.
        parameters: weights that are stored now.
        zeros: how many of these are zero.
    """

    name: str
    operator: str
    macs_before: int
    macs: int
    parameters_before: int
    parameters: int
    zeros: int


@dataclass(frozen=True, slots=True)
class WhyReport:
    """Why one variant is as fast as it is on one runtime.

    Attributes:
        variant: which.
        sha256: of its file.
        runtime: name of the runtime.
        threads: inside one inference.
        flags: features of the processor that kernels are picked by.
        own: where its time goes.
        parent: where that of the uncompressed network goes; None for that itself, or where it does not run.
        speedup: the parent's time over its own, from inferences in turns; None without a parent.
        roofline: of this host.
        macs: multiply-accumulates of one inference, as the file has them.
        parent_macs: those of the uncompressed network.
        nonzero: share of the learned numbers that are not zero, 0 to 1.
        weight_bytes: of the file.
        bound: what limits the variant.
        experiments: all that were made.
        removed: what pruning left of each layer; empty for a variant that was not pruned.
        nominal: percent that the recipe wanted to remove; 0 for one that removes nothing.
        cut_short: whether time ran out before all was tried.
    """

    variant: Variant
    sha256: str
    runtime: str
    threads: int
    flags: tuple[str, ...]
    own: TimeProfile
    parent: TimeProfile | None
    speedup: Estimate | None
    roofline: Roofline
    macs: int
    parent_macs: int
    nonzero: float
    weight_bytes: int
    bound: Bound
    experiments: tuple[SpeedExperiment, ...] = ()
    removed: tuple[RemovedLayer, ...] = ()
    nominal: int = 0
    cut_short: bool = False

    @property
    def causes(self) -> tuple[SpeedExperiment, ...]:
        """The experiments that confirm their cause, in the order of `SpeedCause`."""
        order = list(SpeedCause)
        confirmed = (one for one in self.experiments if one.confirms)
        return tuple(sorted(confirmed, key=lambda one: order.index(one.cause)))
