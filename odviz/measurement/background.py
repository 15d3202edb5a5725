"""Processor time that other programs take while something is measured."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress

import psutil

from odviz.domain.result import BackgroundLoad

PAGES = "pages of this odviz"
"""Name of the server that started the benchmark."""

_NAMED = 3
_LEAST = 0.02
"""A program below this share of a core is not named."""


class BackgroundMeter:
    """Observes the processor from its creation on.

    Everything that is neither measured nor measures counts as another program; so does the server that draws the pages.
    The counters of the system advance in steps of 10 ms, so that a second is the least that is worth observing.

    Args:
        measured: ids of the processes that are measured.
        server: id of the process that draws pages; 0 if there is none.
    """

    def __init__(self, measured: Collection[int], server: int = 0) -> None:
        self._own, self._server = {*measured, os.getpid()}, server
        self._start = time.monotonic()
        self._system = psutil.cpu_times()
        self._programs = _processor_time()

    def read(self, launch: int) -> BackgroundLoad:
        """The load since the creation; while the measured processes are still alive.

        Args:
            launch: number of the launch that was measured.
        """
        seconds = max(time.monotonic() - self._start, 1e-3)
        system, programs = psutil.cpu_times(), _processor_time()
        spent = {pid: total - self._programs.get(pid, ("", 0.0))[1] for pid, (_, total) in programs.items()}
        by_name: dict[str, float] = defaultdict(float)
        own_s = sum(spent.pop(pid, 0.0) for pid in self._own)
        for pid, used in spent.items():
            by_name[PAGES if pid == self._server else programs[pid][0]] += used / seconds
        busy_s = _busy(system) - _busy(self._system) - own_s
        stolen_s = getattr(system, "steal", 0.0) - getattr(self._system, "steal", 0.0)
        busiest = sorted(by_name.items(), key=lambda item: -item[1])[:_NAMED]
        named = {name: round(share, 3) for name, share in busiest if share >= _LEAST}
        return BackgroundLoad(launch, seconds, max(0.0, busy_s / seconds), max(0.0, stolen_s / seconds), named)


def _busy(times: psutil._common.scputimes) -> float:
    """Seconds in which the processor worked for a program of this system."""
    return float(sum(getattr(times, kind, 0.0) for kind in ("user", "nice", "system", "irq", "softirq")))


def _processor_time() -> dict[int, tuple[str, float]]:
    """Name and seconds of processor time of every process, by its id: a thread of the kernel changes its name."""
    times = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error), process.oneshot():
            used = process.cpu_times()
            times[process.pid] = process.name(), used.user + used.system
    return times
