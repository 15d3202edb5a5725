"""Peak resident memory of loading and running a model in a fresh process."""

from __future__ import annotations

import ctypes
import gc
import os
import re
import tempfile
from pathlib import Path

from odviz.arrays import Array
from odviz.domain.model import Layout
from odviz.formats import FORMATS
from odviz.formats.base import WARM_UP_ITEM
from odviz.measurement.readings import MemoryReading
from odviz.runtimes.base import Runtime, Session

PROC = Path("/proc/self")
_RESET_PEAK = "5"  # proc(5): resets the peak resident set size to its current value

BY_KERNEL = "VmHWM after clear_refs"
BY_STEPS = "resident memory after each step (psutil): peaks between steps are missed"


class Gauge:
    """Resident memory of this process and its peak since the last reset.

    Args:
        proc: path of `/proc/self`.
    """

    def __init__(self, proc: Path = PROC) -> None:
        self._proc = proc
        self._highest = 0
        self.method = BY_KERNEL if self._reset_kernel() else BY_STEPS

    def reset(self) -> int:
        """Reset the peak to the current value and return it, in bytes."""
        if self.method == BY_KERNEL:
            self._reset_kernel()
            return self._status("VmRSS")
        self._highest = self._resident()
        return self._highest

    def peak(self) -> int:
        """Peak since the reset in bytes; without kernel support, the highest value seen by `reset` and `peak`."""
        if self.method == BY_KERNEL:
            return self._status("VmHWM")
        self._highest = max(self._highest, self._resident())
        return self._highest

    def _reset_kernel(self) -> bool:
        try:
            (self._proc / "clear_refs").write_text(_RESET_PEAK)
            return self._status("VmHWM") > 0
        except (OSError, LookupError):
            return False

    def _status(self, field: str) -> int:
        match = re.search(rf"^{field}:\s*(\d+) kB$", (self._proc / "status").read_text(), re.MULTILINE)
        if match is None:
            raise LookupError(field)
        return int(match[1]) * 1024

    @staticmethod
    def _resident() -> int:
        import psutil

        return int(psutil.Process().memory_info().rss)


def measure_memory(
    runtime: Runtime, path: Path, *, format: str, layout: Layout, threads: int, item: Array, runs: int
) -> tuple[MemoryReading, Session]:
    """Load a model and run it, and measure the peak memory of that.

    The process must be fresh: reused memory that was freed before does not raise the peak. The runtime first runs the
    format's small network; otherwise its own initialisation (about 10 MB) would count as memory of the model.

    Args:
        runtime: the runtime.
        path: the model file.
        format: its format.
        layout: layout of its input.
        threads: threads inside one inference.
        item: one canonical input.
        runs: number of inferences.

    Returns:
        The reading, and the loaded model.

    Raises:
        Unavailable: the runtime is not installed.
        FileRefused: the runtime cannot load this file.
    """
    gauge = Gauge()
    with tempfile.TemporaryDirectory() as folder:
        network = Path(folder) / f"warm-up{FORMATS[format].suffixes[0]}"
        FORMATS[format].warm_up_network(network)
        runtime.load(network, Layout.TOKENS, threads).prepare(WARM_UP_ITEM)()
    _release_freed_memory()
    baseline = gauge.reset()
    session = runtime.load(path, layout, threads)
    invoke = session.prepare(item)
    gauge.peak()
    for _ in range(runs):
        invoke()
    return MemoryReading(baseline, max(baseline, gauge.peak()), gauge.method), session


def _release_freed_memory() -> None:
    """Return freed memory to the system, because a model loaded into it would not raise the peak."""
    gc.collect()
    if os.name == "posix":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc only
        if trim is not None:
            trim(0)
