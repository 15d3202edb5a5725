"""Size: the bytes of the model file."""

from __future__ import annotations

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.objectives.base import DeviceSamples, HostSamples, Missing, ObjectivePlugin, counted

SIZE = Objective(
    name="size",
    title="File size",
    unit="B",
    higher_is_better=False,
    limit=Limit(
        key="size",
        label="File",
        phrase="file size limit",
        short="≤ {} file",
        unit="MB",
        scale=1e6,
        most=1e9,
        help="Largest file.",
    ),
    order=4,
    superlative="the one with the smallest file",
    caption="to download",
)


def host(samples: HostSamples) -> Estimate | Missing:
    """The size of the file that was run."""
    facts = samples.result.facts
    return counted(facts.file_bytes, SIZE.unit) if facts else Missing()


def device(samples: DeviceSamples) -> Estimate | Missing:
    """The same as on this host: the same file is sent to the device."""
    return host(samples.host)


plugin = ObjectivePlugin(SIZE, host, device)
