"""Sustained latency: the median time of an inference at the end of minutes without a pause."""

from __future__ import annotations

from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.objectives.base import HostSamples, Missing, ObjectivePlugin, Outcome
from odviz.objectives.latency import LATENCY
from odviz.stats.slowing import curve, last_part

STRESS = "sustained"
"""The stress test whose outcomes it reads."""

SUSTAINED_LATENCY = Objective(
    name="sustained_latency",
    title="Sustained latency",
    unit="s",
    higher_is_better=False,
    limit=Limit(
        key="sustained_deadline",
        label="Deadline after minutes of work",
        phrase="deadline after minutes of work",
        short="≤ {} after minutes",
        unit="ms",
        scale=1e-3,
        help="Longest time for one prediction after minutes without a pause, when the machine may have become hot.",
    ),
    order=10,
    superlative="the fastest after minutes of work",
    caption="after minutes of work (p50)",
)


def minutes(outcome: Outcome) -> float:
    """Length of the load."""
    return float(outcome["elapsed_s"][-1]) / 60


def host(samples: HostSamples) -> Estimate | Missing:
    """The median time in the last fifth of the load."""
    if STRESS not in samples.stress:
        return Missing("It was not run for minutes.")
    outcome = samples.stress[STRESS]
    return last_part(curve(outcome["median_s"]), f"the last fifth of {minutes(outcome):.1f} minutes without a pause")


plugin = ObjectivePlugin(SUSTAINED_LATENCY, host, stress=STRESS, replaces=LATENCY)
