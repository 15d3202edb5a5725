"""Timing of one block of inferences, between two runs of the reference loop."""

from __future__ import annotations

import gc
from collections.abc import Callable
from itertools import repeat
from time import perf_counter_ns, process_time_ns

from odviz.measurement.readings import BlockTimes

KEPT = 100
"""Most times that are kept of a block; short inferences would otherwise fill megabytes a second."""

Clock = Callable[[], int]


def time_block(
    invoke: Callable[[], object],
    discard: int,
    timed: int,
    reference: Callable[[], int],
    wall: Clock = perf_counter_ns,
    cpu: Clock = process_time_ns,
) -> BlockTimes:
    """Run the reference loop, then `discard` warm-up inferences, then time each of `timed`, then the loop again.

    Only the wall clock is read between inferences. Reading the CPU clock is a system call (0.3 to 3 µs) that makes the
    next inference of a small network 5 % slower, so it is read around the inferences; the cost of one reading is
    subtracted. Garbage collection is disabled during the block.

    Args:
        invoke: runs one inference.
        discard: number of warm-up inferences.
        timed: number of timed inferences.
        reference: runs the reference loop and returns its time in nanoseconds.
        wall: clock of wall time in nanoseconds.
        cpu: clock of CPU time in nanoseconds, over all threads of the process.
    """
    starts, ends = [0] * timed, [0] * timed
    collecting = gc.isenabled()
    gc.disable()
    try:
        before = reference()
        for _ in repeat(None, discard):
            invoke()
        first = cpu()
        start = cpu()
        for index in range(timed):
            starts[index] = wall()
            invoke()
            ends[index] = wall()
        spent = max(0, cpu() - start - (start - first))
        after = reference()
    finally:
        if collecting:
            gc.enable()
    times = [end - start for start, end in zip(starts, ends, strict=True)]
    return BlockTimes(quantiles(times), spent // timed, timed, max(before, after))


def quantiles(times: list[int], most: int = KEPT) -> tuple[int, ...]:
    """The times themselves, or the shortest and evenly spaced quantiles of the others if there are more than `most`.

    The median and high percentiles of the result are those of all times, to within half a step.
    """
    if len(times) <= most:
        return tuple(times)
    ordered = sorted(times)
    middles = (int((step + 0.5) / most * len(ordered)) for step in range(1, most))
    return (ordered[0], *(ordered[middle] for middle in middles))
