"""Protocol of an energy meter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Meter(Protocol):
    """A plugin that counts joules."""

    name: str
    title: str
    scope: str
    """What it counts, for people ("CPU packages")."""

    def unavailable(self) -> str:
        """Why it cannot be read on this machine and what would help; empty if it can. Does not raise."""
        ...

    def open(self) -> Callable[[], float]:
        """Start counting; the returned function gives the joules used since this call.

        It must be called before the underlying counter wraps twice; RAPL counters wrap after minutes.

        Raises:
            Unavailable: it cannot be read on this machine.
        """
        ...
