"""Energy per inference from a meter, over a sustained loop."""

from __future__ import annotations

import time
from collections.abc import Callable

from odviz.domain.errors import Unavailable
from odviz.measurement.meters import METERS
from odviz.measurement.meters.base import Meter
from odviz.measurement.readings import EnergyReading

WINDOWS = 10
"""Windows of the loop; their spread is that within one process, not between processes."""


def first_meter() -> Meter:
    """The first meter that is available.

    Raises:
        Unavailable: no meter is; the message has the reason of each.
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
    """Measure idle power for a fifth of `seconds`, then run inferences for the rest.

    RAPL counters update about once per millisecond, too rarely for one short inference, so a sustained loop is
    measured (Khan et al., "RAPL in Action", ACM TOMPECS 3(2), 2018).

    Args:
        invoke: runs one inference.
        meter: the meter.
        seconds: total duration.
        clock: time in seconds.
        sleep: waits for so many seconds.

    Raises:
        Unavailable: the meter cannot be read.
    """
    joules = meter.open()
    start, energy = clock(), joules()
    sleep(seconds / 5)
    idle_watts = (joules() - energy) / (clock() - start)
    window = seconds * 4 / 5 / WINDOWS
    figures = []
    for _ in range(WINDOWS):
        start, energy, count = clock(), joules(), 0
        while (elapsed := clock() - start) < window or not count:
            invoke()
            count += 1
        figures.append((joules() - energy - idle_watts * elapsed) / count)
    return EnergyReading(tuple(figures), meter.name, f"{meter.scope}, above idle")
