"""Size: the bytes of the model file."""

from __future__ import annotations

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.objectives.base import HostSamples, Missing, ObjectivePlugin, counted

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


plugin = ObjectivePlugin(SIZE, host, None)
