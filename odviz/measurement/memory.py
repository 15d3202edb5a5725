"""Peak memory of loading and running a model, in a process that has done nothing else."""

from __future__ import annotations

import ctypes
import gc
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from odviz.domain.model import Layout
from odviz.formats import FORMATS
from odviz.formats.base import WARM_UP_ITEM
from odviz.runtimes.base import Array, Runtime

PROC = Path("/proc/self")
_RESET_PEAK = "5"  # proc(5): resets the peak resident set size to its current value

BY_KERNEL = "VmHWM after clear_refs"
BY_STEPS = "resident memory after each step (psutil): peaks between steps are missed"


@dataclass(frozen=True, slots=True)
class MemoryReading:
    """Resident memory of one process, bytes.

    Attributes:
        baseline_bytes: with the runtime loaded and warmed up on a small network.
        peak_bytes: highest while the model was loaded and run; the model's own share is the difference.
        method: how it was read.
    """

    baseline_bytes: int
    peak_bytes: int
    method: str


class Gauge:
    """Reads this process's resident memory and its peak since the last reset.

    Args:
        proc: `/proc/self`, or a stand-in for it in tests.
    """

    def __init__(self, proc: Path = PROC) -> None:
        self._proc = proc
        self._highest = 0
        self.method = BY_KERNEL if self._reset_kernel() else BY_STEPS

    def reset(self) -> int:
        """Forget the peak.

        Returns:
            Bytes resident now.
        """
        if self.method == BY_KERNEL:
            self._reset_kernel()
            return self._status("VmRSS")
        self._highest = self._resident()
        return self._highest

    def peak(self) -> int:
        """Most bytes resident since the reset, or at the calls of `peak` since then where the kernel does not tell."""
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
        found = re.search(rf"^{field}:\s*(\d+) kB$", (self._proc / "status").read_text(), re.MULTILINE)
        if found is None:
            raise LookupError(field)
        return int(found[1]) * 1024

    @staticmethod
    def _resident() -> int:
        import psutil

        return int(psutil.Process().memory_info().rss)


def measure_memory(
    runtime: Runtime, path: Path, *, format: str, layout: Layout, threads: int, item: Array, runs: int
) -> MemoryReading:
    """Load a model, run it, and say how much memory that took at most.

    Only meaningful in a fresh process: memory that was freed before is used again without being seen. The runtime is
    first warmed up on the format's small network, or its own first touch (about 10 MB) would be counted with the model.

    Args:
        runtime: the runtime.
        path: the model file.
        format: its format.
        layout: of its input.
        threads: inside one inference.
        item: one canonical input.
        runs: how many inferences.

    Raises:
        Unavailable: the runtime is not there.
        FileRefused: the runtime cannot load this file.
    """
    gauge = Gauge()
    with tempfile.TemporaryDirectory(prefix="odviz-") as folder:
        network = Path(folder) / f"warm-up{FORMATS[format].suffixes[0]}"
        FORMATS[format].warm_up_network(network)
        runtime.load(network, Layout.TOKENS, threads).prepare(WARM_UP_ITEM)()
    _give_back()
    baseline = gauge.reset()
    invoke = runtime.load(path, layout, threads).prepare(item)
    gauge.peak()
    for _ in range(runs):
        invoke()
    return MemoryReading(baseline, max(baseline, gauge.peak()), gauge.method)


def _give_back() -> None:
    """Return freed memory to the system, or the model would move into it unseen."""
    gc.collect()
    if os.name == "posix":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc only
        if trim is not None:
            trim(0)
