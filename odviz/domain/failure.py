"""How a run can end other than well, as a value that is stored and shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Failure:
    """A recorded bad end.

    Attributes:
        kind: the class of the failure.
        reason: one sentence for the person who asked.
        detail: what the runtime or the system printed (the tail of it), for an engineer.
    """

    kind: FailureKind
    reason: str
    detail: str = ""
