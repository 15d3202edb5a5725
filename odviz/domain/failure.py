"""Failures of runs, as values that are stored and shown."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import StrEnum

FULL = (errno.ENOSPC, errno.EDQUOT)
"""Error numbers of a disk that is full, and of a quota that is used up."""


class FailureKind(StrEnum):
    """Why there is no figure."""

    UNSUPPORTED = "unsupported"
    WRONG_PREDICTIONS = "wrong-predictions"
    ERROR = "error"
    CRASH = "crash"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out-of-memory"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    DISK_FULL = "disk-full"

    @property
    def ends_benchmark(self) -> bool:
        """Whether nothing else is tried after it."""
        return self in (FailureKind.CANCELLED, FailureKind.DISK_FULL)


@dataclass(frozen=True, slots=True)
class Failure:
    """A recorded failure.

    Attributes:
        kind: the class of the failure.
        reason: one sentence for a person.
        detail: what the runtime or the system printed (the tail of it), for an engineer.
    """

    kind: FailureKind
    reason: str
    detail: str = ""
