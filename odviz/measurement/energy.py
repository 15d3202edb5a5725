"""Joules per inference: from a meter, in a loop long enough for it to see."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from odviz.domain.errors import Unavailable
from odviz.measurement.meters import METERS
from odviz.measurement.meters.base import Meter

WINDOWS = 10
"""Parts the loop is cut into; they show how steady one process is, and nothing of how far processes lie apart."""


@dataclass(frozen=True, slots=True)
class EnergyReading:
    """What a meter counted.

    Attributes:
        idle_watts: power before the loop, with nothing of ours running.
        joules: of one inference above idle, one figure per window.
        inferences: how many ran in all.
        meter: name of the meter.
        scope: what is inside the figures.
    """

    idle_watts: float
    joules: tuple[float, ...]
    inferences: int
    meter: str
    scope: str


def first_meter() -> Meter:
    """The first meter that can be read here.

    Raises:
        Unavailable: none can, with each one's reason.
    """
    reasons = []
    for meter in METERS:
        reason = meter.unavailable()
        if not reason:
            return meter
        reasons.append(f"{meter.title}: {reason}")
    raise Unavailable("No energy meter can be read here. " + " ".join(reasons))


def measure_energy(
    invoke: Callable[[], object],
    meter: Meter,
    seconds: float,
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], None] = time.sleep,
) -> EnergyReading:
    """Idle for a fifth of `seconds`, then infer without pause for the rest.

    RAPL counters move once in about a millisecond and say nothing of one short inference; only a sustained loop
    does (Khan et al., "RAPL in Action", ACM TOMPECS 3(2), 2018).

    Args:
        invoke: one inference.
        meter: what counts.
        seconds: how long in all.
        clock: seconds.
        sleep: waits, idle.

    Raises:
        Unavailable: the meter cannot be read.
    """
    joules = meter.open()
    start, used = clock(), joules()
    sleep(seconds / 5)
    idle = (joules() - used) / (clock() - start)
    window = seconds * 4 / 5 / WINDOWS
    figures, total = [], 0
    for _ in range(WINDOWS):
        start, used, count = clock(), joules(), 0
        while (elapsed := clock() - start) < window or not count:
            invoke()
            count += 1
        figures.append((joules() - used - idle * elapsed) / count)
        total += count
    return EnergyReading(idle, tuple(figures), total, meter.name, f"{meter.scope}, above idle")
