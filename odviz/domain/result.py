"""Results of a benchmark, as the page and the terminal show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.estimate import Estimate
from odviz.domain.failure import Failure
from odviz.domain.model import GraphFacts
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.target import OperatingPoint


class Stage(StrEnum):
    """What a run (one child process) did.

    A run of the stage LATENCY also measures memory while it loads; an older odviz did that in runs of the stage MEMORY.
    """

    COMPRESS = "compress"
    ACCURACY = "accuracy"
    LATENCY = "latency"
    MEMORY = "memory"
    ENERGY = "energy"
    STRESS = "stress"


class State(StrEnum):
    """Where a benchmark stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Block:
    """One interleaved block: consecutive timed inferences of one variant in one round.

    Attributes:
        launch: which fresh process, from 0.
        round: which round within the launch, from 0; variants of one round are paired.
        wall_ns: wall time of each kept inference; of a long block, evenly spaced quantiles of all of them.
        cpu_ns: mean CPU time of an inference, over all threads of the process.
        timed: number of timed inferences; 0 if every one is kept.
        reference_ns: time of the reference loop right before or right after the block, the longer of both; 0 if an
            older odviz timed the block without it.
    """

    launch: int
    round: int
    wall_ns: tuple[int, ...]
    cpu_ns: int
    timed: int = 0
    reference_ns: int = 0

    @property
    def inferences(self) -> int:
        """Number of timed inferences."""
        return self.timed or len(self.wall_ns)


BUSY = 0.15
"""Processor time of others, cores, that is named as a disturbance; a quiet machine has 0.01 to 0.05."""


@dataclass(frozen=True, slots=True)
class BackgroundLoad:
    """What other programs took from the processor while the blocks of one launch were timed.

    Attributes:
        launch: which launch.
        seconds: length of the observation.
        others: processor time of other programs per second; 1 is one core.
        stolen: processor time that the hypervisor gave to other machines, per second.
        programs: names of the busiest other programs with their processor time per second, most first.
        full_speed_ns: time of the reference loop at the highest speed that the machine had in the launch.
    """

    launch: int
    seconds: float
    others: float
    stolen: float = 0.0
    programs: Mapping[str, float] = field(default_factory=dict)
    full_speed_ns: float = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether other programs, or other machines on the same processor, took enough to disturb the timing."""
        return self.others + self.stolen > BUSY


@dataclass(frozen=True, slots=True)
class Latency:
    """Time of one inference at batch 1, seconds.

    Attributes:
        minimum: fastest seen.
        p50: median.
        p90: 90th percentile; None while too few inferences were timed for its interval to be finite.
        p99: 99th percentile; likewise.
        cpu_p50: median CPU time.
        between_launches: relative half width of the p50 between launches of this benchmark, which more launches
            narrow; the interval of `p50` also holds the spread between sessions. None for a single inference.
        launches: how many launches, each a fresh process, its times are from.
        noisy: its times may be off: the machine was hardly ever at full speed while it was timed, for which they are
            corrected, so either way; or its thread had to wait for the processor, so that they are too long.
        slowdown: reference loop of its blocks over that at the machine's full speed, median; None without a reference.
        speedup: p50 of the parent on the same runtime over this p50, paired by round; None for the parent.
        needs: how many more inferences a percentile that is None needs, by its name ("p99").
    """

    minimum: Estimate
    p50: Estimate
    p90: Estimate | None
    p99: Estimate | None
    cpu_p50: Estimate
    between_launches: float | None
    launches: int
    noisy: bool
    slowdown: float | None = None
    speedup: Estimate | None = None
    needs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The task's metric on the whole test set.

    Attributes:
        value: of the metric ("share of right predictions" for top-1).
        difference: to the parent on the same items, in the unit of the metric; None for the parent.
        agreement: share of items predicted as the parent predicts them; None for the parent.
        p_value: of the metric's test of no difference; None for the parent.
        groups: the value for the items of each source (a person, a website) where there are several, by its name: how
            far a single source may lie off. All intervals but these are then for the average over new sources.
    """

    value: Estimate
    difference: Estimate | None = None
    agreement: Estimate | None = None
    p_value: float | None = None
    groups: Mapping[str, Estimate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """Marks a benchmark that another machine measured and that came here as a file.

    Attributes:
        id: of the benchmark on that machine.
        sha256: of what the file holds; the same for every file of the same results.
        when: of the import (UTC).
    """

    id: str
    sha256: str
    when: datetime


class Membership(StrEnum):
    """Where a point stands against the front, and how sure that is."""

    FRONT = "front"
    AMBIGUOUS = "ambiguous"
    DOMINATED = "dominated"


class NoteKind(StrEnum):
    """What a note is about."""

    COMPRESSION = "compression"
    RUN_FAILED = "run-failed"
    ONE_LAUNCH = "one-launch"


@dataclass(frozen=True, slots=True)
class Note:
    """A remark beside the figures of a point, which stand all the same.

    Attributes:
        kind: what it is about.
        message: a sentence for people ("the recipe changed nothing").
        failure: of the run that failed, if one did.
    """

    kind: NoteKind
    message: str
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class PointResult:
    """Everything known of one operating point.

    Attributes:
        point: what was measured.
        sha256: of the file that was run; empty if none could be made.
        facts: what the file is made of.
        notes: remarks beside the figures.
        accuracy: None if not predicted.
        latency: None if not timed.
        memory: peak resident bytes above the warmed-up runtime, or None.
        energy: joules per inference, or None.
        failure: why it is not usable; a failure beside usable figures is a note.
    """

    point: OperatingPoint
    sha256: str = ""
    facts: GraphFacts | None = None
    notes: tuple[Note, ...] = ()
    accuracy: Accuracy | None = None
    latency: Latency | None = None
    memory: Estimate | None = None
    energy: Estimate | None = None
    failure: Failure | None = None

    @property
    def usable(self) -> bool:
        """Whether it may stand on a front: measured, and not broken."""
        return self.failure is None and self.latency is not None and self.accuracy is not None


@dataclass(frozen=True)
class BenchmarkResult:
    """One benchmark as stored.

    Attributes:
        id: short unique id that a link or a command can name.
        plan: what was measured, and how hard.
        state: where it stands.
        created: when it was submitted (UTC).
        environment: the machine that measured, and what else figures depend on; None before the benchmark ran.
        points: one per operating point, in plan order.
        failure: why it ended, if not well.
        background: other programs, by launch; empty if an older odviz measured it.
        imported: set if another machine measured it.
    """

    id: str
    plan: BenchmarkPlan
    state: State
    created: datetime
    environment: BenchmarkEnvironment | None = None
    points: tuple[PointResult, ...] = ()
    failure: Failure | None = None
    background: tuple[BackgroundLoad, ...] = ()
    imported: Imported | None = None

    @cached_property
    def between_launches(self) -> tuple[float, ...]:
        """Relative half widths of the medians between launches, of the points that have one, ascending."""
        timed = (point.latency for point in self.points if point.latency)
        return tuple(sorted(one.between_launches for one in timed if one.between_launches is not None))
