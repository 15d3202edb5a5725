"""Incidents in words and tables, and what can be done about an alarm."""

from __future__ import annotations

from collections.abc import Sequence

from odviz.analysis.incidents import IncidentRecord, RollbackOffer
from odviz.domain.incident import IncidentCause, IncidentEnd
from odviz.domain.monitoring import MonitorReport
from odviz.domain.text import capital
from odviz.report.monitor_text import what
from odviz.units import counted

HEADINGS = ("Incident", "Of", "First alarm", "Opened", "Cause", "End")

CAUSES = {
    IncidentCause.INPUTS: "the device sees other things",
    IncidentCause.SENSOR: "camera, sensor or preparation",
    IncidentCause.MODEL: "the model itself",
    IncidentCause.DEVICE: "the device: heat, load, an update",
    IncidentCause.LOG: "the log was wrong",
    IncidentCause.UNKNOWN: "not known",
}
ENDS = {
    IncidentEnd.ROLLED_BACK: "rolled back",
    IncidentEnd.RETRAINED: "retrained",
    IncidentEnd.RELABELLED: "items or labels brought up to date",
    IncidentEnd.REPAIRED: "device, sensor or log repaired",
    IncidentEnd.FALSE_ALARM: "false alarm",
}


def rows(records: Sequence[IncidentRecord]) -> list[tuple[str, ...]]:
    """Cells of the table of incidents, newest first."""
    return [
        (
            str(record.incident.number),
            record.incident.subject,
            capital(what(record.incident.alarms[0])),
            f"{record.incident.when:%Y-%m-%d %H:%M}, {record.incident.who}",
            CAUSES[record.closure.cause] if record.closure else "",
            _end(record),
        )
        for record in reversed(records)
    ]


def details(record: IncidentRecord) -> list[str]:
    """Everything that is recorded of an incident, in sentences."""
    incident, closure = record.incident, record.closure
    sentences = [
        f"Incident {incident.number} of {incident.subject}, opened by {incident.who} on "
        f"{incident.when:%Y-%m-%d %H:%M} UTC: {counted(len(incident.alarms), 'alarm')} in "
        f"{counted(incident.answers, 'answer')}, compared with benchmark {incident.benchmark}."
    ]
    if incident.note:
        sentences.append(incident.note)
    if closure is None:
        return [*sentences, "It is open."]
    back = f" to {closure.release}" if closure.release else ""
    sentences.append(
        f"Closed by {closure.who} on {closure.when:%Y-%m-%d %H:%M} UTC. Cause: {CAUSES[closure.cause]}. End: "
        f"{ENDS[closure.end]}{back}."
    )
    return [*sentences, closure.note] if closure.note else sentences


def in_use(report: MonitorReport, offers: Sequence[RollbackOffer]) -> str:
    """Where the release of a report is in use, as a sentence."""
    if not offers:
        return f"{report.release} is in no channel now."
    return f"{report.release} is in {' and '.join(offer.channel for offer in offers)} now."


def advice(report: MonitorReport, offers: Sequence[RollbackOffer], incident: IncidentRecord | None) -> list[str]:
    """What can be done in the terminal about the alarms of a report.

    Args:
        report: with alarms.
        offers: of its release.
        incident: that is open for it; None if none is.
    """
    sentences = [in_use(report, offers)] if report.release else []
    number = incident.incident.number if incident else 0
    for offer in offers:
        if not offer.to:
            continue
        command = f"releases rollback {offer.channel} --task {report.point.variant.task} --why REASON"
        if incident:
            command = f"incidents rollback {number} --channel {offer.channel}"
        sentences.append(f"`odviz {command}` brings {offer.to} back{f' and closes incident {number}' * bool(number)}.")
    if not incident:
        return [*sentences, "With --incident the alarm is recorded, until it is closed or rolled back."]
    return [*sentences, f"`odviz incidents close {number} --cause CAUSE --end END` closes it."]


def _end(record: IncidentRecord) -> str:
    closure = record.closure
    if closure is None:
        return "open"
    return f"{ENDS[closure.end]}, {closure.when:%Y-%m-%d}"
