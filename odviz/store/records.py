"""Records of the store, beside the domain's own values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from odviz.arrays import Array
from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.failure import Failure
from odviz.domain.label import BenchmarkLabel
from odviz.domain.model import Artifact, GraphFacts
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import BackgroundLoad, Block, Imported, Stage, State
from odviz.domain.target import OperatingPoint
from odviz.library.owner import Owner
from odviz.store.rows import Count, Finite


@dataclass(frozen=True, slots=True)
class BenchmarkRecord:
    """One benchmark as stored, without its samples.

    Attributes:
        id: short unique id that a link or a command can name.
        created: when it was submitted (UTC).
        started: when it was claimed (UTC); None while it is queued.
        ended: when it ended (UTC), or None.
        plan: what to measure.
        state: where it stands.
        cancel_requested: whether it has been requested to stop.
        owner: the process that will run it, runs or ran it; None if it is missing or damaged.
        environment: the machine that measured, and what else figures depend on; None before the benchmark ran.
        failure: why it ended, if not well.
        stress_only: whether it was resumed for its stress tests alone.
        imported: set if another machine measured it.
        label: what people call it.
        baseline: whether others of its task are compared with it.
    """

    id: str
    created: datetime
    started: datetime | None
    ended: datetime | None
    plan: BenchmarkPlan
    state: State
    cancel_requested: bool
    owner: Owner | None
    environment: BenchmarkEnvironment | None
    failure: Failure | None
    stress_only: bool = False
    imported: Imported | None = None
    label: BenchmarkLabel = field(default_factory=BenchmarkLabel)
    baseline: bool = False

    @property
    def duration_s(self) -> float | None:
        """Seconds from its claim to its end; None without both, or if the clock was set back meanwhile."""
        if self.started is None or self.ended is None or self.ended < self.started:
            return None
        return (self.ended - self.started).total_seconds()

    @property
    def last_measured(self) -> datetime:
        """When measuring last ended, or began; when it was submitted, before that. Benchmarks are listed by it."""
        return self.ended or self.started or self.created


@dataclass(frozen=True, slots=True)
class DamagedRecord:
    """A benchmark whose record cannot be read; it can only be deleted.

    Attributes:
        id: its id.
        reason: what is wrong, and what to do.
    """

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What one child process did for one operating point.

    Attributes:
        id: number of the run.
        key: of the operating point; of the variant, for the stage that makes its file.
        stage: what was done.
        test: name of the stress test; None for other stages.
        launch: which fresh process of that stage, from 0.
        sha256: of the file that was run; empty if none was.
        started: UTC.
        ended: UTC; None while it runs.
        failure: why it ended, if not well.
    """

    id: int
    key: str
    stage: Stage
    launch: Count
    sha256: str
    started: datetime
    ended: datetime | None
    failure: Failure | None
    test: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it has ended well."""
        return self.ended is not None and self.failure is None


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure that a meter gave in one run: memory or energy.

    Attributes:
        value: with the model, in `unit`.
        baseline: the same meter without it; the figure that is shown is the difference.
        unit: "B" or "J".
        method: how it was read ("VmHWM after clear_refs").
    """

    value: Finite
    baseline: Finite
    unit: str
    method: str


@dataclass(frozen=True, slots=True)
class StoredArtifact:
    """A variant's file and what it is made of.

    Attributes:
        variant: key of the variant.
        file: its path, format and size.
        facts: what it is made of.
        notes: remarks of the compression, for people ("the recipe changed nothing").
    """

    variant: str
    file: Artifact
    facts: GraphFacts
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PredictionsKey:
    """All that the outputs of a model depend on; where it is unchanged, they are predicted only once.

    Attributes:
        sha256: of the model file.
        runtime: name of the runtime.
        runtime_version: its version.
        data_sha256: of the evaluation set.
        threads: threads inside one inference (float sums depend on them).
        processor: runtimes choose their kernels by it: int8 products that saturate on one are exact on another.
    """

    sha256: str
    runtime: str
    runtime_version: str
    data_sha256: str
    threads: int
    processor: str


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """A model's outputs on a whole evaluation set, and their scores, in the order of its items.

    Attributes:
        metric: name of the metric that gave the scores.
        scores: shape (N, …), as the metric gives them.
        outputs: of the model, each of shape (N, …); None where they were too large to keep.
    """

    metric: str
    scores: Array
    outputs: tuple[Array, ...] | None


@dataclass(frozen=True, slots=True)
class RunSamples:
    """A run that has ended, with what it measured.

    Attributes:
        run: the run; its number is its position in the benchmark.
        readings: of meters.
        blocks: timed inferences.
        outcome: what a stress test found, arrays by name.
    """

    run: RunRecord
    readings: tuple[Reading, ...] = ()
    blocks: tuple[Block, ...] = ()
    outcome: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class WholeBenchmark:
    """A benchmark that has ended, with everything that its figures are computed from.

    Attributes:
        record: plan, state, environment and times.
        points: its operating points, in the order of the plan.
        runs: in the order they began.
        background: other programs, by launch.
        files: the record of each variant's file; the files themselves are not part of it.
        predictions: on the whole test set, by the position of the point.
    """

    record: BenchmarkRecord
    points: tuple[OperatingPoint, ...]
    runs: tuple[RunSamples, ...]
    background: tuple[BackgroundLoad, ...]
    files: tuple[StoredArtifact, ...]
    predictions: Mapping[int, Predictions]
