"""Incidents: opened from the alarms of a log, listed, closed with their cause, and ended by a rollback."""

from __future__ import annotations

from dataclasses import replace

from odviz.analysis.incidents import IncidentRecord, incident_records
from odviz.domain.audit import AuditEntry, AuditKind
from odviz.domain.errors import InputError, UnknownName
from odviz.domain.incident import Incident, IncidentCause, IncidentClosure, IncidentEnd
from odviz.domain.monitoring import MonitorReport
from odviz.domain.release import Channel
from odviz.execution.probe import Probe
from odviz.serialization import to_canonical_json
from odviz.services.release_log import LONGEST_REASON, named, read_log, registry
from odviz.services.rollback import MakeProbe, RollbackOutcome, roll_back
from odviz.store import Store
from odviz.store.clock import now

Log = tuple[AuditEntry, ...]


def incidents(store: Store) -> tuple[IncidentRecord, ...]:
    """All incidents, oldest first.

    Raises:
        Damaged: an entry of the audit log cannot be read.
    """
    return incident_records(registry(store).events.values())


def find_incident(store: Store, number: int) -> IncidentRecord:
    """The incident of a number.

    Raises:
        UnknownName: there is none.
    """
    return _find(incidents(store), number)


def open_incident(store: Store, report: MonitorReport, who: str, note: str = "") -> Incident:
    """Record that a log raised alarms.

    Args:
        store: the database.
        report: on the log.
        who: records it.
        note: in their words.

    Raises:
        InputError: it raised none, or an incident of the same release or variant is open.
        Damaged: the audit log was changed.
    """
    who, note = named(who), _noted(note)
    if not report.alarms:
        raise InputError("The log raised no alarm: there is no incident to open.")

    incident = Incident(
        0, report.release, report.benchmark, report.point, report.answers, report.alarms, note, now(), who
    )

    def event(log: Log) -> str:
        nonlocal incident
        records = incident_records(read_log(log).events.values())
        for record in records:
            if record.is_of(report):
                raise InputError(f"Incident {record.incident.number} of {record.incident.subject} is open already.")
        incident = replace(incident, number=len(records) + 1)
        return to_canonical_json(incident)

    store.add_entry(AuditKind.INCIDENT_OPENED, event)
    return incident


def close_incident(
    store: Store, number: int, cause: IncidentCause, end: IncidentEnd, who: str, note: str = "", release: str = ""
) -> IncidentClosure:
    """Record cause and end of an incident.

    Args:
        store: the database.
        number: of the incident.
        cause: of it.
        end: how it ended.
        who: closes it.
        note: in their words.
        release: id of the release that took the place again; see `roll_back_incident`.

    Raises:
        UnknownName: there is no such incident.
        InputError: it is closed.
        Damaged: the audit log was changed.
    """
    closure = IncidentClosure(number, cause, end, release, _noted(note), now(), named(who))

    def event(log: Log) -> str:
        record = _find(incident_records(read_log(log).events.values()), number)
        if record.closure:
            raise InputError(f"Incident {number} was closed by {record.closure.who} already.")
        return to_canonical_json(closure)

    store.add_entry(AuditKind.INCIDENT_CLOSED, event)
    return closure


def roll_back_incident(
    store: Store,
    number: int,
    channel: Channel,
    cause: IncidentCause,
    who: str,
    note: str = "",
    *,
    make_probe: MakeProbe = Probe,
) -> RollbackOutcome:
    """Roll a channel back from the release of an incident, and close the incident.

    Args:
        store: the database.
        number: of the incident.
        channel: in which the release is in use.
        cause: of the incident.
        who: rolls back.
        note: in their words.
        make_probe: see `services.rollback.roll_back`.

    Raises:
        UnknownName: there is no such incident.
        InputError: it is closed or of no release, the channel has another release, or had none before.
        IntegrityError: a kept file is missing, or was changed.
        Damaged: the audit log was changed.
    """
    present = registry(store)
    record = _find(incident_records(present.events.values()), number)
    mine = record.incident
    if record.closure or not mine.release:
        reason = "is closed" if record.closure else "is of a variant that was not released"
        raise InputError(f"Incident {number} {reason}: there is nothing to roll back.")
    task = mine.point.variant.task
    in_use = present.in_use(task, channel)
    if in_use is None or in_use.id != mine.release:
        raise InputError(f"{mine.release} is not in {channel}; in use is {in_use.id if in_use else 'nothing'}.")
    why = f"Incident {number}: {note}" if note else f"Incident {number}"
    outcome = roll_back(store, channel, why, who, task=task, make_probe=make_probe)
    close_incident(store, number, cause, IncidentEnd.ROLLED_BACK, who, note, outcome.release.id)
    return outcome


def _find(records: tuple[IncidentRecord, ...], number: int) -> IncidentRecord:
    record = next((one for one in records if one.incident.number == number), None)
    if record is None:
        raise UnknownName("incident", str(number), [str(one.incident.number) for one in records])
    return record


def _noted(note: str) -> str:
    """A note without spaces around it.

    Raises:
        InputError: it is too long.
    """
    note = note.strip()
    if len(note) > LONGEST_REASON:
        raise InputError(f"The note has more than {LONGEST_REASON:,} characters.")
    return note
