"""Latency under load: the p90 of requests at the least rate that was tried, while every core is busy."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from odviz.arrays import Floats
from odviz.domain.estimate import Estimate
from odviz.domain.objective import Limit, Objective
from odviz.objectives.base import Draw, HostSamples, Missing, ObjectivePlugin, Outcome
from odviz.objectives.latency import LATENCY
from odviz.stats.open_loop import PERCENTILES, responses

STRESS = "load"
"""The stress test whose outcomes it reads."""

RATES: tuple[float, ...] = (30.0, 100.0)
"""Requests a second: as many as a video has pictures, and more."""

PERCENTILE = "p90"


class Condition(StrEnum):
    """What else the machine does."""

    QUIET = "quiet"
    BUSY = "busy"

    @property
    def label(self) -> str:
        """In words."""
        return {Condition.QUIET: "nothing else runs", Condition.BUSY: "every core is busy"}[self]


LOADED_LATENCY = Objective(
    name="loaded_latency",
    title="Latency under load",
    unit="s",
    higher_is_better=False,
    limit=Limit(
        key="loaded_deadline",
        label="Deadline under load",
        phrase="deadline under load",
        short="≤ {} under load",
        unit="ms",
        scale=1e-3,
        help="Longest time for 9 of 10 predictions that are asked for at the least rate, while the processor is busy.",
    ),
    order=8,
    superlative="the fastest under load",
    caption="under load (p90)",
)


def name_of(condition: Condition, rate: float) -> str:
    """Name of the latencies under a condition at a rate in the outcome of the test."""
    return f"{condition}-{rate:g}"


def rates_of(outcome: Outcome) -> tuple[float, ...]:
    """The rates that were tried, ascending."""
    return tuple(sorted({float(name.partition("-")[2]) for name in outcome}))


def _windows(outcome: Outcome) -> Floats:
    """Latencies at the least rate while the machine is busy."""
    return outcome[name_of(Condition.BUSY, rates_of(outcome)[0])]


def host(samples: HostSamples) -> Estimate | Missing:
    """The percentile of all requests; see `odviz.stats.open_loop` for the interval."""
    if STRESS not in samples.stress:
        return Missing("It was not tried under load.")
    outcome = samples.stress[STRESS]
    known = responses(list(_windows(outcome)), f"{rates_of(outcome)[0]:g} requests a second, {Condition.BUSY.label}")
    if PERCENTILE not in known.percentiles:
        needs = known.needs[PERCENTILE]
        why = f"{needs:,} more requests would be needed" if needs else "too many requests were not answered in time"
        return Missing(f"Its p90 under load is not known: {why}.")
    return known.percentiles[PERCENTILE]


def replicates(draw: Draw) -> Floats:
    """The same windows are drawn for all points: requests arrive at the same times in each."""
    windows = [_windows(samples.stress[STRESS]) for samples in draw.samples]
    drawn = draw.rng.integers(0, len(windows[0]), (draw.resamples, len(windows[0])))
    columns = [
        np.quantile(own[drawn].reshape(len(drawn), -1), PERCENTILES[PERCENTILE], axis=1, method="higher")
        for own in windows
    ]
    replicated: Floats = np.stack(columns, axis=1)
    return replicated


plugin = ObjectivePlugin(LOADED_LATENCY, host, replicates=replicates, stress=STRESS, replaces=LATENCY)
