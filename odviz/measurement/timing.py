"""One block of timed inferences."""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import repeat
from time import perf_counter_ns, process_time_ns

Clock = Callable[[], int]


def time_block(
    invoke: Callable[[], object],
    discard: int,
    timed: int,
    wall: Clock = perf_counter_ns,
    cpu: Clock = process_time_ns,
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Run `discard` inferences unseen, then time each of `timed` more.

    Nothing but the two readings of the wall clock stands between one inference and the next: the CPU clock is a
    system call (0.3 to 3 µs), after which the next inference of a small network is 5 % slower, so it is read
    around the block, less what one reading costs, and shared out equally. The garbage collector waits.

    Args:
        invoke: one inference.
        discard: inferences that warm the caches.
        timed: inferences that are kept.
        wall: nanoseconds of wall time.
        cpu: nanoseconds of CPU time over all threads of the process.

    Returns:
        Wall time of each kept inference, and the CPU time of each as an equal share of the block's; both
        nanoseconds, both of length `timed`.
    """
    starts, ends = [0] * timed, [0] * timed
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in repeat(None, discard):
            invoke()
        first = cpu()
        before = cpu()
        for index in range(timed):
            starts[index] = wall()
            invoke()
            ends[index] = wall()
        spent = max(0, cpu() - before - (before - first))
    finally:
        if collecting:
            gc.enable()
    return tuple(end - start for start, end in zip(starts, ends, strict=True)), (spent // timed,) * timed
