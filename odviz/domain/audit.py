"""The audit log: entries that are only ever added, each with the sha256 of the one before, and how that is checked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

GENESIS = "0" * 64
"""What stands for the hash of an entry before the first one."""


class AuditKind(StrEnum):
    """What an entry records; `EVENTS` of `domain.release` has the type of its payload."""

    RELEASED = "released"
    PROMOTED = "promoted"
    OVERRIDDEN = "overridden"
    """Promoted although the gate did not pass."""

    ROLLED_BACK = "rolled-back"
    INCIDENT_OPENED = "incident-opened"
    INCIDENT_CLOSED = "incident-closed"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry, its cells as they are stored: whether they can be read is another question.

    Attributes:
        sequence: 1 for the first entry.
        kind: value of an `AuditKind`.
        payload: JSON of the event (`serialization.to_canonical_json`); this text is what is hashed.
        previous: `sha256` of the entry before; `GENESIS` for the first.
        sha256: see `digest`.
    """

    sequence: int
    kind: str
    payload: str
    previous: str
    sha256: str

    @property
    def digest(self) -> str:
        """The sha256 that it must have: of the JSON list of its other cells, in ASCII and without spaces."""
        cells = [self.sequence, self.kind, self.payload, self.previous]
        return hashlib.sha256(json.dumps(cells, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def next_entry(last: AuditEntry | None, kind: AuditKind, payload: str) -> AuditEntry:
    """The entry that follows another; the first one after None."""
    sequence, previous = (1, GENESIS) if last is None else (last.sequence + 1, last.sha256)
    unsigned = AuditEntry(sequence, kind.value, payload, previous, "")
    return AuditEntry(sequence, kind.value, payload, previous, unsigned.digest)


class FaultKind(StrEnum):
    """What is wrong with an entry."""

    CHANGED = "changed"
    """Its bytes are not those that were hashed."""

    MISSING = "missing"
    """It is not there, and later entries are."""

    OUT_OF_ORDER = "out-of-order"
    """It stands at another place than its number."""

    UNLINKED = "unlinked"
    """It does not continue the entry before, which was exchanged."""

    HEAD_UNKNOWN = "head-unknown"
    """No entry has the hash that was noted elsewhere: what it stood for was cut off or written anew."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first thing that is wrong with a log.

    Attributes:
        kind: what it is.
        sequence: number of the entry; of the last one for `HEAD_UNKNOWN`.
    """

    kind: FaultKind
    sequence: int


def head_of(entries: Sequence[AuditEntry]) -> str:
    """The hash that stands for a whole log: that of its last entry, `GENESIS` for an empty one."""
    return entries[-1].sha256 if entries else GENESIS


def first_fault(entries: Sequence[AuditEntry], head: str = "") -> ChainFault | None:
    """The first changed, missing or exchanged entry of a log; None if there is none.

    Args:
        entries: all of them, in the order in which they are kept.
        head: hash of an entry that was noted elsewhere, or the beginning of it; empty if none was. Without it a log
            that was cut off at its end, or written anew as a whole, has no fault.
    """
    previous = GENESIS
    for place, entry in enumerate(entries, start=1):
        if entry.sequence != place:
            later = any(one.sequence == place for one in entries[place:])
            return ChainFault(FaultKind.OUT_OF_ORDER if later or entry.sequence < place else FaultKind.MISSING, place)
        if entry.digest != entry.sha256:
            return ChainFault(FaultKind.CHANGED, place)
        if entry.previous != previous:
            return ChainFault(FaultKind.UNLINKED, place)
        previous = entry.sha256
    if not any(sha256.startswith(head) for sha256 in (GENESIS, *(one.sha256 for one in entries))):
        return ChainFault(FaultKind.HEAD_UNKNOWN, len(entries))
    return None
