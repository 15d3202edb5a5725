"""Memory: the peak resident memory of loading and running a model."""

from __future__ import annotations

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.objectives.base import DeviceSamples, HostSamples, Missing, ObjectivePlugin

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


def host(samples: HostSamples) -> Estimate | Missing:
    """The peak above the warmed-up runtime, over fresh processes."""
    return samples.result.memory or Missing(samples.failure.reason if samples.failure else "")


def device(samples: DeviceSamples) -> Estimate | Missing:
    """A range counted from the shapes of the graph."""
    return samples.estimate.ram or Missing("The graph's shapes are not fixed, so its memory cannot be counted.")


plugin = ObjectivePlugin(MEMORY, host, device)
