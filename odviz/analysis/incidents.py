"""Incidents as the audit log has them, and what a rollback would bring back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from odviz.analysis.releases import ReleaseRegistry
from odviz.domain.incident import Incident, IncidentClosure
from odviz.domain.monitoring import MonitorReport
from odviz.domain.release import Channel, Event, Release


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """An incident, and its end.

    Attributes:
        incident: as it was opened.
        closure: None while it is open.
    """

    incident: Incident
    closure: IncidentClosure | None = None

    def is_of(self, report: MonitorReport) -> bool:
        """Whether it is open, and of the release or variant of a report."""
        mine, reported = self.incident, report
        same = mine.release == reported.release and mine.point == reported.point
        return self.closure is None and same and mine.benchmark == reported.benchmark


@dataclass(frozen=True, slots=True)
class RollbackOffer:
    """A channel in which a release is in use.

    Attributes:
        channel: which.
        to: id of the release that a rollback brings back; empty if none was in the channel before.
    """

    channel: Channel
    to: str


def incident_records(events: Iterable[Event]) -> tuple[IncidentRecord, ...]:
    """All incidents that events tell of, oldest first."""
    records: dict[int, IncidentRecord] = {}
    for event in events:
        match event:
            case Incident(number=number):
                records[number] = IncidentRecord(event)
            case IncidentClosure(number=number):
                records[number] = replace(records[number], closure=event)
    return tuple(records.values())


def rollback_offers(registry: ReleaseRegistry, release: Release) -> tuple[RollbackOffer, ...]:
    """The channels in which a release is in use, and what was there before."""
    offers = []
    for channel in registry.channels_of(release):
        earlier = registry.earlier(release.task, channel)
        offers.append(RollbackOffer(channel, earlier[-1].id if earlier else ""))
    return tuple(offers)
