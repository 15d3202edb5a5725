"""Memory: the peak resident memory of loading and running a model."""

from __future__ import annotations

from dataclasses import replace

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.objectives.base import DeviceSamples, HostSamples, Missing, ObjectivePlugin, PointPair
from odviz.objectives.change import unpaired

MEMORY = Objective(
    name="memory",
    title="Memory",
    unit="B",
    higher_is_better=False,
    limit=Limit(
        key="memory",
        label="Memory",
        phrase="memory limit",
        short="≤ {} memory",
        unit="MB",
        scale=1e6,
        help="Most memory it may need while it runs (peak resident memory).",
    ),
    order=2,
    superlative="the one that needs least memory",
    caption="while it runs (peak)",
)


_STEP = 128 << 10
"""Bytes by which the heap of glibc grows: in another session a process may have touched a step more or less."""


def host(samples: HostSamples) -> Estimate | Missing:
    """The peak above the warmed-up runtime, over fresh processes."""
    return samples.result.memory or Missing(samples.failure.reason if samples.failure else "")


def device(samples: DeviceSamples) -> Estimate | Missing:
    """A range counted from the shapes of the graph."""
    return samples.estimate.ram or Missing("The graph's shapes are not fixed, so its memory cannot be counted.")


def change(pair: PointPair) -> Estimate | None:
    """The ratio over two sessions, between which the heap of a process differs by a step or so; see `_STEP`."""
    if pair.in_turns or not pair.on_host:
        return None
    base, new = (replace(one, low=max(one.low - _STEP, 1.0), high=one.high + _STEP) for one in pair.estimates)
    return unpaired(base, new, is_ratio=True)


plugin = ObjectivePlugin(MEMORY, host, device, change=change)
