"""Two operating points, figure by figure; and what is unlike about how they were measured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Objective
from odviz.domain.target import OperatingPoint


class Unlikeness(StrEnum):
    """What may make two figures differ beside the variants themselves."""

    MACHINE = "machine"
    """Measured on processors of other names or features, or one of them on another computer."""

    DATA = "data"
    """Other test items, so that no two predictions are compared."""

    RUNTIME = "runtime"
    """Another runtime, or another version of it."""

    PACKAGES = "packages"
    """Model files that other versions of packages made."""

    THREADS = "threads"

    LOAD = "load"
    """Other programs disturbed the timing of one of them, or of both."""

    SPEED = "speed"
    """The machine ran at another speed, as the reference loop tells; intervals allow for what networks feel of it."""

    UNKNOWN_SPEED = "unknown-speed"
    """An older odviz timed one of them without the reference loop, so that another speed cannot be allowed for."""

    PROJECTION = "projection"
    """Figures of a device that were not measured by odviz there: published, or projected from published ones."""

    SESSIONS = "sessions"
    """Timed in other sessions: drift of the machine is not cancelled, and intervals allow for it."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """One thing that is not the same for both.

    Attributes:
        kind: what it is.
        base: how it is for the one that is compared with.
        new: how it is for the other.
    """

    kind: Unlikeness
    base: str
    new: str


class FileFact(StrEnum):
    """What two files may differ in beside their operators."""

    RECIPE = "recipe"
    FORMAT = "format"
    RUNTIME = "runtime"
    """Name and version."""

    THREADS = "threads"
    SIZE = "size"
    """Bytes."""

    DOWNLOAD = "download"
    """Bytes, compressed."""

    PARAMETERS = "parameters"
    NONZERO = "nonzero"
    """Parameters that are not zero."""

    MACS = "macs"
    QUANTIZED = "quantized"
    """Share of the compute operators whose weights are integers."""

    SHA256 = "sha256"


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact that differs.

    Attributes:
        fact: what.
        base: of the one that is compared with; None if it is not known.
        new: of the other; likewise.
    """

    fact: FileFact
    base: float | str | None
    new: float | str | None


class ChangeKind(StrEnum):
    """What the interval of a change says."""

    BETTER = "better"
    WORSE = "worse"
    OPEN = "open"
    """The interval holds no change, or it is of a time while `Unlikeness.UNKNOWN_SPEED`."""

    EQUAL = "equal"
    """The interval lies within a thousandth of no change."""


@dataclass(frozen=True, slots=True)
class ObjectiveChange:
    """One objective of both.

    Attributes:
        objective: which.
        base: its estimate for the one that is compared with.
        new: its estimate for the other.
        change: new over base where `is_ratio`, else new less base.
        is_ratio: whether the change is a ratio.
        paired: whether the same items or rounds were compared, so that what they share cancels.
        kind: what the interval of the change says.
    """

    objective: Objective
    base: Estimate
    new: Estimate
    change: Estimate
    is_ratio: bool
    paired: bool
    kind: ChangeKind

    @property
    def is_timed(self) -> bool:
        """Whether both figures depend on how fast the machine was: measured times and energies."""
        return self.objective.unit in ("s", "J") and self.base.provenance.sampled and self.new.provenance.sampled


@dataclass(frozen=True, slots=True)
class PointComparison:
    """Two operating points.

    Attributes:
        base: the one that is compared with.
        new: the other.
        changes: of the objectives that both have, in their order.
        operators: how many of each operator the files have, base and new, for those that differ.
        predicted_otherwise: items on which the two do not agree, by the task's metric; None if it is not known.
        items: number of items that both predicted; 0 if it is not known.
        launches: in how many launches each was timed, the fewer of both; 0 if odviz did not time them.
        facts: what else the files and how they are run differ in.
        scored: the points of the hosts that predicted for both: others than `base` and `new` on a device.
    """

    base: OperatingPoint
    new: OperatingPoint
    changes: tuple[ObjectiveChange, ...]
    operators: dict[str, tuple[int, int]]
    predicted_otherwise: int | None = None
    items: int = 0
    launches: int = 0
    facts: tuple[FactChange, ...] = ()
    scored: tuple[OperatingPoint, ...] = ()

    def of(self, kind: ChangeKind) -> tuple[ObjectiveChange, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind is kind)


@dataclass(frozen=True, slots=True)
class BenchmarkComparison:
    """Operating points of two benchmarks, or of one.

    Attributes:
        base: id of the benchmark that is compared with.
        new: id of the other.
        unlike: what may make figures differ beside the variants.
        pairs: points that are compared, in the order of the new benchmark's plan.
        only_base: points without a partner.
        only_new: likewise.
    """

    base: str
    new: str
    unlike: tuple[Unlike, ...]
    pairs: tuple[PointComparison, ...]
    only_base: tuple[OperatingPoint, ...] = ()
    only_new: tuple[OperatingPoint, ...] = ()
