"""The process that runs a benchmark, or will: identified so that its end can be noticed later."""

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
"""Birth of a process that exists but cannot be inspected."""

NOBODY: Mapping[str, Any] = {"owner_host": None, "owner_pid": None, "owner_birth": None}
"""Columns of a benchmark without an owner."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A process.

    Attributes:
        host: name of its machine.
        pid: its process id there.
        birth: when it was started, because process ids are reused.
    """

    host: str
    pid: Count
    birth: str

    @classmethod
    def here(cls) -> Owner:
        """This process."""
        return cls(socket.gethostname(), os.getpid(), _birth(os.getpid()) or UNKNOWN)

    def columns(self) -> dict[str, Any]:
        """The columns of the table `benchmark` that name this process."""
        return {"owner_host": self.host, "owner_pid": self.pid, "owner_birth": self.birth}

    @property
    def elsewhere(self) -> bool:
        """Whether it runs on another machine, where its end cannot be seen."""
        return self.host != socket.gethostname()

    @property
    def gone(self) -> bool:
        """Whether it has certainly ended."""
        return not self.elsewhere and _birth(self.pid) not in (self.birth, UNKNOWN)


def _birth(pid: int) -> str | None:
    """When a process was started; None if it does not exist or is a zombie."""
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
    """Linux's id of this boot: ticks since then do not move when the clock is set, as a date would."""
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
