"""What is released and in use, as the audit log says: there is no other record of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from odviz.domain.audit import AuditEntry, AuditKind, ChainFault, FaultKind, first_fault, head_of
from odviz.domain.errors import InputError, UnknownName
from odviz.domain.release import EVENTS, Channel, Event, PolicyVerdict, Promotion, Release, Rollback
from odviz.domain.text import quoted
from odviz.serialization import from_json

Slot = tuple[str, Channel]
"""Name of a task, and one of its channels."""


@dataclass(frozen=True)
class ReleaseRegistry:
    """The audit log, read.

    Attributes:
        entries: the log as it is stored.
        fault: the first thing that is wrong with it; None if nothing is.
        events: what the entries record, up to the fault, by sequence.
        releases: oldest first.
        history: releases that each channel has had, those that were rolled back left out; the last is in use.
    """

    entries: Sequence[AuditEntry]
    fault: ChainFault | None
    events: Mapping[int, Event]
    releases: tuple[Release, ...]
    history: Mapping[Slot, tuple[Release, ...]]

    @property
    def head(self) -> str:
        """The hash that stands for the whole log."""
        return head_of(self.entries)

    def find(self, name: str) -> Release:
        """The release of an id, or of the end of one: "resnet-8/v2", or "v2" if only one model has that.

        Raises:
            UnknownName: there is none.
            InputError: several are meant.
        """
        meant = [one for one in self.releases if one.id == name or one.id.endswith(f"/{name}")]
        if not meant:
            raise UnknownName("release", name, [one.id for one in self.releases])
        if len(meant) > 1:
            raise InputError(f"{quoted(name)} may be {', '.join(one.id for one in meant)}: write the whole name.")
        return meant[0]

    def in_use(self, task: str, channel: Channel) -> Release | None:
        """The release in a channel of a task; None if none ever was."""
        return next(reversed(self.history.get((task, channel), ())), None)

    def earlier(self, task: str, channel: Channel) -> tuple[Release, ...]:
        """What a channel can be rolled back to, oldest first."""
        return self.history.get((task, channel), ())[:-1]

    def verdict_on(self, release: Release) -> PolicyVerdict | None:
        """The last verdict on a release: of its latest promotion, or of its own day; None if it was never compared."""
        promotions = (one for one in self.events.values() if isinstance(one, Promotion) and one.release == release.id)
        return next((one.verdict for one in reversed(list(promotions)) if one.verdict), release.verdict)

    def channels_of(self, release: Release) -> tuple[Channel, ...]:
        """The channels in which a release is in use."""
        return tuple(channel for channel in Channel if self.in_use(release.task, channel) == release)


def read_registry(entries: Sequence[AuditEntry], head: str = "") -> ReleaseRegistry:
    """What an audit log says; what follows the first fault in it is left out.

    Args:
        entries: the log.
        head: see `first_fault`.

    Raises:
        ValueError: the payload of an entry is not that of its kind.
    """
    fault = first_fault(entries, head)
    events = dict(_events(_sound(entries, fault)))
    releases: dict[str, Release] = {}
    history: dict[Slot, tuple[Release, ...]] = {}
    for event in events.values():
        match event:
            case Release():
                releases[event.id] = event
            case Promotion(task=task, channel=channel):
                history[task, channel] = (*history.get((task, channel), ()), releases[event.release])
            case Rollback(task=task, channel=channel):
                past = history[task, channel]
                kept = max(place for place, one in enumerate(past[:-1]) if one.id == event.release)
                history[task, channel] = past[: kept + 1]
    return ReleaseRegistry(entries, fault, events, tuple(releases.values()), history)


def _sound(entries: Sequence[AuditEntry], fault: ChainFault | None) -> Sequence[AuditEntry]:
    """The entries before a fault; all where the fault is that the log ends too early."""
    return entries if fault is None or fault.kind is FaultKind.HEAD_UNKNOWN else entries[: fault.sequence - 1]


def _events(entries: Sequence[AuditEntry]) -> Iterator[tuple[int, Event]]:
    for entry in entries:
        yield entry.sequence, from_json(EVENTS[AuditKind(entry.kind)], entry.payload)
