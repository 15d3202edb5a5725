"""Latency: the median time of one inference at batch 1."""

from __future__ import annotations

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Need, Objective
from odviz.objectives.base import DeviceSamples, Draw, HostSamples, Missing, ObjectivePlugin, independent
from odviz.objectives.intervals import Floats
from odviz.stats import joint_p50

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
        blocks = {samples.result.point.key: samples.blocks for samples in draw.samples}
        return joint_p50(blocks, draw.resamples, draw.rng)
    return independent(draw)


plugin = ObjectivePlugin(LATENCY, host, device, replicates)
