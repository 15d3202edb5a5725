"""A fixed piece of work whose duration shows how fast the machine runs right now."""

from __future__ import annotations

from functools import cache
from time import perf_counter_ns

import numpy as np
from numpy.typing import NDArray

from odviz.measurement.timing import Clock

_STEPS = 1_500
_PASSES = 20
_LENGTH = 4_096


@cache
def _vector() -> NDArray[np.float32]:
    return np.linspace(1.0, 2.0, _LENGTH, dtype=np.float32)  # 16 kB: it stays in the first-level cache


def reference_ns(clock: Clock = perf_counter_ns) -> int:
    """Run the reference loop once, in about 0.3 ms.

    Half of it is scalar work and half is vector work in one thread, because a neighbour on the same physical core slows
    networks by anything between the two. On virtual machines nothing else tells of such neighbours: a loop of this kind
    took 1.8 times as long, for milliseconds to minutes, while no time was reported as stolen.

    Args:
        clock: clock of wall time in nanoseconds.

    Returns:
        Nanoseconds.
    """
    vector = _vector()
    start = clock()
    total = 0
    for number in range(_STEPS):
        total += number * number
    for _ in range(_PASSES):
        np.sqrt(vector * vector + vector)
    return clock() - start
