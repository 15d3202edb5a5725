"""A process, identified so that its end can be noticed later, also after its id was given to another one."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from msgspec import Meta

UNKNOWN = ""
"""Birth of a process that exists but cannot be inspected."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that something belongs to: a benchmark that it runs or will run, or a folder of temporary files.

    Attributes:
        host: name of its machine.
        pid: its process id there.
        birth: when it was started, because process ids are reused.
    """

    host: str
    pid: Annotated[int, Meta(ge=0)]
    birth: str

    @classmethod
    def here(cls) -> Owner:
        """This process."""
        return cls.of(os.getpid())

    @classmethod
    def of(cls, pid: int) -> Owner:
        """A process of this machine that exists."""
        return cls(socket.gethostname(), pid, _birth(pid) or UNKNOWN)

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
    import psutil  # workers need it on other systems only

    try:
        return f"{psutil.Process(pid).create_time():.0f}"
    except psutil.NoSuchProcess:
        return None
    except psutil.Error:  # another user's process, on some systems
        return UNKNOWN
