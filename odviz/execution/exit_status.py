"""The exit status of a child process as a failure."""

from __future__ import annotations

import signal
from pathlib import Path

from odviz.domain.failure import Failure, FailureKind
from odviz.worker.failures import reports_out_of_memory

_VMSTAT = Path("/proc/vmstat")
_SIGKILL = 9  # Windows has no name for it


def failure_of(returncode: int, stderr: str, memory_limit_bytes: int, killed_for_memory: bool) -> Failure:
    """Describe why a child process ended before it replied.

    Args:
        returncode: its exit code, or minus the signal that ended it.
        stderr: the tail of what it printed.
        memory_limit_bytes: its limit; 0 for none.
        killed_for_memory: whether the kernel killed some process for lack of memory while it lived.
    """
    limit = f" (its limit is {memory_limit_bytes / 2**20:.0f} MiB)" if memory_limit_bytes else ""
    if reports_out_of_memory(stderr):
        return Failure(FailureKind.OUT_OF_MEMORY, f"The child process ran out of memory{limit}.", stderr)
    if returncode == -_SIGKILL and killed_for_memory:
        return Failure(FailureKind.OUT_OF_MEMORY, "The system ran out of memory and ended the child process.", stderr)
    if returncode < 0:
        return Failure(FailureKind.CRASH, f"The child process crashed with {_signal(-returncode)}.", stderr)
    return Failure(FailureKind.CRASH, f"The child process exited without a reply (exit code {returncode}).", stderr)


def _signal(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    return f"{name} ({(signal.strsignal(number) or '').lower()})"


def memory_kills(vmstat: Path = _VMSTAT) -> int:
    """Number of processes that the kernel has killed for lack of memory since boot; 0 if it does not tell."""
    try:
        counters = dict(line.split() for line in vmstat.read_text().splitlines())
        return int(counters.get("oom_kill", 0))
    except (OSError, ValueError):
        return 0
