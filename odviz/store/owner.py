"""Which process runs a benchmark or waits to run it, said so that its death can be noticed later."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psutil

from odviz.store.rows import Count

UNKNOWN = ""
"""The birth of a process that is there but may not be looked at."""

NOBODY: Mapping[str, Any] = {"owner_host": None, "owner_pid": None, "owner_birth": None}
"""What a row of the table `benchmark` says where it is no process's."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A process.

    Attributes:
        host: name of its machine.
        pid: its number there.
        birth: when it was started, so that a number given out again is not taken for the same process.
    """

    host: str
    pid: Count
    birth: str

    @classmethod
    def here(cls) -> Owner:
        """This process."""
        return cls(socket.gethostname(), os.getpid(), _birth(os.getpid()) or UNKNOWN)

    def columns(self) -> dict[str, Any]:
        """What makes a row of the table `benchmark` this process's."""
        return {"owner_host": self.host, "owner_pid": self.pid, "owner_birth": self.birth}

    @property
    def elsewhere(self) -> bool:
        """Whether it is another machine's: of such a process nothing is sure."""
        return self.host != socket.gethostname()

    @property
    def gone(self) -> bool:
        """Whether it has surely ended."""
        return not self.elsewhere and _birth(self.pid) not in (self.birth, UNKNOWN)


def _birth(pid: int) -> str | None:
    """When a process was started; None where it is not there, or ended and only waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return None if _boot() else _birth_elsewhere(pid)
    except ProcessLookupError:  # ended between opening and reading
        return None
    # The name in parentheses may hold anything; after it come state (field 3) … start time in ticks (field 22).
    after_name = stat.rpartition(")")[2].split()
    return None if after_name[0] in "ZX" else f"{_boot()}/{after_name[19]}"


@cache
def _boot() -> str:
    """Linux's name for this boot: ticks since then do not move when the clock is set, as a date would."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _birth_elsewhere(pid: int) -> str | None:
    try:
        return f"{psutil.Process(pid).create_time():.0f}"
    except psutil.NoSuchProcess:
        return None
    except psutil.Error:  # another user's process, on some systems
        return UNKNOWN
