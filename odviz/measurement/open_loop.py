"""Inferences that arrive at times of their own, whether the one before is done or not."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from time import perf_counter_ns

from odviz.measurement.timing import Clock

_WAKING_NS = 100_000
"""How long before an arrival sleeping ends: a system wakes a program up to 0.1 ms too late."""


def answer_arrivals(
    invoke: Callable[[], object],
    arrivals_ns: Sequence[int],
    patience_ns: int,
    clock: Clock = perf_counter_ns,
    sleep: Callable[[float], object] = time.sleep,
) -> tuple[int, ...]:
    """Answer requests one after the other, in the order of their arrival, and time each from its arrival.

    The time that a request waits for those before it counts. A loop that starts the next request only when the last one
    is answered would leave out the very times in which it is slow ("coordinated omission").

    Args:
        invoke: runs one inference.
        arrivals_ns: when each request arrives, nanoseconds from now, ascending.
        patience_ns: how long after the last arrival requests are still answered.
        clock: clock of wall time in nanoseconds.
        sleep: waits for a number of seconds.

    Returns:
        Nanoseconds from the arrival to the answer; fewer than there are arrivals if the last ones were not answered.
    """
    latencies: list[int] = []
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = clock()
        given_up = start + arrivals_ns[-1] + patience_ns
        for arrival in arrivals_ns:
            due = start + arrival
            now = clock()
            if now > given_up:
                break
            if due - now > _WAKING_NS:
                sleep((due - now - _WAKING_NS) / 1e9)
            while clock() < due:
                pass
            invoke()
            latencies.append(clock() - due)
    finally:
        if collecting:
            gc.enable()
    return tuple(latencies)
