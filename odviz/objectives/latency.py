"""Latency: the median time of one inference at batch 1."""

from __future__ import annotations

import math
from statistics import median

from odviz.arrays import Floats
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Need, Objective
from odviz.objectives.base import DeviceSamples, Draw, HostSamples, Missing, ObjectivePlugin, PointPair, independent
from odviz.objectives.change import unpaired, wider
from odviz.stats import HIGHEST_SENSITIVITY, joint_p50, speedup

LATENCY = Objective(
    name="latency",
    title="Latency",
    unit="s",
    higher_is_better=False,
    limit=Limit(
        key="deadline",
        label="Deadline",
        phrase="deadline",
        short="≤ {}",
        unit="ms",
        scale=1e-3,
        help="Longest time that one prediction may take (median latency).",
        needs=(
            Need("video", "For every picture of a video (30 a second)", 1 / 30),
            Need("instant", "At once: it feels instant (0.1 s)", 0.1),
            Need("second", "Once a second", 1.0),
            Need("background", "In the background (within a minute)", 60.0),
        ),
        default="instant",
    ),
    order=1,
    superlative="the fastest",
    caption="for one prediction (p50)",
)


def host(samples: HostSamples) -> Estimate | Missing:
    """The median of the timed inferences."""
    latency = samples.result.latency
    return latency.p50 if latency else Missing()


def device(samples: DeviceSamples) -> Estimate | Missing:
    """Published or projected."""
    return samples.estimate.latency or Missing(samples.estimate.reason)


def replicates(draw: Draw) -> Floats:
    """Points measured by odviz are drawn by launch and round together, so that drift they share cancels."""
    if all(estimate.provenance.sampled for estimate in draw.own):
        timed = [samples.steady for samples in draw.samples]
        return joint_p50([one.moves for one in timed], draw.resamples, draw.rng, [one.correction_sd for one in timed])
    return independent(draw)


def change(pair: PointPair) -> Estimate | None:
    """The ratio of the times of the same rounds; over two sessions, that of their medians.

    If the machine ran at another speed in the other session, as the reference loop tells, the ratio may be off by as
    much as networks differ in how far that slows them (`odviz.stats.full_speed`).
    """
    base, new = pair.base.steady, pair.new.steady
    if not pair.on_host or not base.blocks or not new.blocks:
        return None
    if pair.in_turns:
        return speedup(new.timed, base.timed, base.full_speed_ns)
    loops = [median(block.reference_ns for block in steady.blocks) for steady in (base, new)]
    off = abs(math.log(loops[1] / loops[0])) if all(loops) else 0.0
    return wider(unpaired(*pair.estimates, is_ratio=True), math.exp(off * HIGHEST_SENSITIVITY))


plugin = ObjectivePlugin(LATENCY, host, device, replicates, change=change)
