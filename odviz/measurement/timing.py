"""Timing of one block of inferences."""

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
    """Run `discard` warm-up inferences, then time each of `timed` inferences.

    Only the wall clock is read between inferences. Reading the CPU clock is a system call (0.3 to 3 µs) that makes the
    next inference of a small network 5 % slower, so it is read around the block; the cost of one reading is subtracted
    and the rest divided equally. Garbage collection is disabled during the block.

    Args:
        invoke: runs one inference.
        discard: number of warm-up inferences.
        timed: number of timed inferences.
        wall: clock of wall time in nanoseconds.
        cpu: clock of CPU time in nanoseconds, over all threads of the process.

    Returns:
        Wall and CPU time per inference in nanoseconds, each of length `timed`; all CPU times are equal.
    """
    starts, ends = [0] * timed, [0] * timed
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in repeat(None, discard):
            invoke()
        first = cpu()
        start = cpu()
        for index in range(timed):
            starts[index] = wall()
            invoke()
            ends[index] = wall()
        spent = max(0, cpu() - start - (start - first))
    finally:
        if collecting:
            gc.enable()
    return tuple(end - start for start, end in zip(starts, ends, strict=True)), (spent // timed,) * timed
