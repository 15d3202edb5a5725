"""How a child that is gone ended, as a Failure; pure but for one look at the kernel's counter."""

from __future__ import annotations

import signal
from pathlib import Path

from odviz.domain.failure import Failure, FailureKind

_VMSTAT = Path("/proc/vmstat")
_SIGKILL = 9  # Windows has no name for it
_NO_MEMORY = ("bad_alloc", "MemoryError", "out of memory", "Cannot allocate memory", "Failed to allocate")


def ending(returncode: int, stderr: str, memory_limit_bytes: int, killed_for_memory: bool) -> Failure:
    """What to record for a child that left before it answered.

    Args:
        returncode: its exit code, or minus the signal that ended it.
        stderr: the tail of what it printed.
        memory_limit_bytes: its limit; 0 for none.
        killed_for_memory: the kernel ended some process for want of memory while it lived.
    """
    limit = f" (its limit is {memory_limit_bytes / 2**20:.0f} MiB)" if memory_limit_bytes else ""
    if any(words in stderr for words in _NO_MEMORY):
        return Failure(FailureKind.OUT_OF_MEMORY, f"The child process ran out of memory{limit}.", stderr)
    if returncode == -_SIGKILL and killed_for_memory:
        return Failure(FailureKind.OUT_OF_MEMORY, "The system ran out of memory and ended the child process.", stderr)
    if returncode < 0:
        return Failure(FailureKind.CRASH, f"The child process crashed with {_signal(-returncode)}.", stderr)
    return Failure(FailureKind.CRASH, f"The child process left without an answer (exit code {returncode}).", stderr)


def _signal(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    return f"{name} ({(signal.strsignal(number) or '').lower()})"


def memory_kills(vmstat: Path = _VMSTAT) -> int:
    """How many processes the kernel has ended for want of memory since it started; 0 where it does not tell."""
    try:
        counters = dict(line.split() for line in vmstat.read_text().splitlines())
        return int(counters.get("oom_kill", 0))
    except (OSError, ValueError):
        return 0
