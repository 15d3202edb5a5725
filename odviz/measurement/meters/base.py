"""What an energy meter is to odviz: a small Protocol; one file each behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Meter(Protocol):
    """Something that counts joules; a plugin."""

    name: str
    title: str
    scope: str
    """What it counts, in words ("CPU packages"); that idling is taken off is said by who takes it off."""

    def unavailable(self) -> str:
        """Why it cannot be read here and what would help; empty when it can. Must not raise."""
        ...

    def open(self) -> Callable[[], float]:
        """A function that returns joules used since this call.

        It has to be called more often than the underlying counter wraps, which for RAPL is once in minutes.

        Raises:
            Unavailable: it cannot be read here.
        """
        ...
