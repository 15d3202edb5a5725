"""The interface of an objective plug-in: where its estimates and their bootstrap replicates come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from odviz.arrays import Array, Floats
from odviz.domain.device import DeviceEstimate
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.failure import Failure
from odviz.domain.objective import Objective
from odviz.domain.result import PointResult
from odviz.metrics.base import Metric
from odviz.objectives.groups import NO_GROUPS, ItemGroups
from odviz.objectives.intervals import from_intervals
from odviz.stats.calibration import Sureness
from odviz.stats.full_speed import UNTIMED, SteadyBlocks


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of the predictions of one operating point.

    Attributes:
        metric: that gave them.
        values: score of each test item, shape (N, …).
        groups: of the test items.
        sureness: of the predictions; None where no classes are predicted, or their probabilities are not known.
    """

    metric: Metric
    values: Array
    groups: ItemGroups = NO_GROUPS
    sureness: Sureness | None = None


Outcome = Mapping[str, Array]
"""What a stress test found for one operating point: arrays by name."""


@dataclass(frozen=True, slots=True)
class HostSamples:
    """What a benchmark stored about one operating point, beside the estimates already made of it.

    Attributes:
        result: the estimates.
        scores: of its predictions; None without predictions.
        steady: its timed inferences.
        failure: the first thing that went wrong, even where the point has estimates.
        stress: what each stress test found, by its name.
    """

    result: PointResult
    scores: Scores | None = None
    steady: SteadyBlocks = UNTIMED
    failure: Failure | None = None
    stress: Mapping[str, Outcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeviceSamples:
    """What is known of one variant on another device.

    Attributes:
        host: of the same file on this host.
        estimate: on the device.
    """

    host: HostSamples
    estimate: DeviceEstimate


@dataclass(frozen=True, slots=True)
class Missing:
    """An objective of which no estimate can be given.

    Attributes:
        reason: why, as a sentence; empty if there is nothing to say.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """A request for bootstrap replicates of one objective, of all points together.

    Attributes:
        objective: which.
        samples: of each point on this host.
        estimates: of each point, by objective; each has this one.
        resamples: number of replicates.
        rng: source of the randomness.
    """

    objective: Objective
    samples: Sequence[HostSamples]
    estimates: Sequence[Mapping[Objective, Estimate]]
    resamples: int
    rng: np.random.Generator

    @property
    def own(self) -> list[Estimate]:
        """The estimate of this objective of each point."""
        return [estimates[self.objective] for estimates in self.estimates]

    @property
    def scores(self) -> list[Scores]:
        """Scores of each point; only for points that have some."""
        return [samples.scores for samples in self.samples if samples.scores is not None]


def _only_here(_: DeviceSamples) -> Missing:
    return Missing("It is known only for the machine on which it was measured.")


def independent(draw: Draw, estimates: Sequence[Estimate] | None = None) -> Floats:
    """Replicates from intervals alone; shape (resamples, points).

    Args:
        draw: the request.
        estimates: one per point; by default those of the objective.
    """
    models = [samples.result.point.variant.model for samples in draw.samples]
    return from_intervals(estimates or draw.own, models, draw.resamples, draw.rng)


@dataclass(frozen=True)
class ObjectivePlugin:
    """An objective and the source of its estimates.

    Attributes:
        objective: its name, title, unit, direction, limit and axis.
        host: its estimate for an operating point that was measured here.
        device: its estimate for a variant on another device; None where it depends on the file alone, which is the same
            there.
        replicates: bootstrap replicates of all points, shape (resamples, points), paired wherever the samples are; by
            default from the intervals.
        adapt: the objective for the metric and the test items of one task, with another title, unit or direction; None
            if the task does not have it. By default it is the same for all tasks.
        ratio: the objective where only ratios are known, because all estimates are `EstimateKind.COMPUTING_ALONE`; None
            if it has no such estimates.
        stress: name of the stress test that it needs, so that only benchmarks with that test have it; empty for none.
        replaces: the objective whose place it takes in the answer under stress; None if it takes none.
        of_items: whether it depends on the predictions of the test items alone, so that the replicates of two points
            are paired wherever both predicted the same items, and are the same whichever points are drawn together.
        change: how two points differ, by a better method than the quantiles of their replicates: new over base on a
            logarithmic axis, else new less base; None for a pair to which the method does not apply.
    """

    objective: Objective
    host: Callable[[HostSamples], Estimate | Missing]
    device: Callable[[DeviceSamples], Estimate | Missing] | None = _only_here
    replicates: Callable[[Draw], Floats] = independent
    adapt: Callable[[Metric, ItemGroups], Objective | None] | None = None
    ratio: Objective | None = None
    stress: str = ""
    replaces: Objective | None = None
    of_items: bool = False
    change: Callable[[PointPair], Estimate | None] = lambda _: None

    @property
    def name(self) -> str:
        """Name of the objective."""
        return self.objective.name

    def for_task(self, metric: Metric, groups: ItemGroups) -> Objective | None:
        """The objective for one task; None if the task does not have it."""
        return self.adapt(metric, groups) if self.adapt else self.objective


@dataclass(frozen=True, slots=True)
class PointPair:
    """Two operating points of which one objective is compared.

    Attributes:
        base: samples of the one that is compared with.
        new: samples of the other.
        same_items: whether both predicted the same test items.
        in_turns: whether both were measured in turns, in one benchmark on this host.
        estimates: of the objective, of base and new.
    """

    base: HostSamples
    new: HostSamples
    same_items: bool
    in_turns: bool
    estimates: tuple[Estimate, Estimate]

    @property
    def on_host(self) -> bool:
        """Whether both estimates are from samples that odviz took, so that what is true of sessions is true of them."""
        return all(estimate.provenance.sampled for estimate in self.estimates)


def counted(value: float, unit: str) -> Estimate:
    """A figure that was counted, not sampled."""
    return Estimate(value, value, value, unit, Provenance.MEASURED, n=1, level=1.0)
