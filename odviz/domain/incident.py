"""Incidents: variants that answer otherwise on a device than in their benchmark, from the alarm to cause and end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from odviz.domain.monitoring import DriftAlarm
from odviz.domain.target import OperatingPoint


class IncidentCause(StrEnum):
    """Why a device answered otherwise."""

    INPUTS = "inputs"
    """It saw other things than the test items."""

    SENSOR = "sensor"
    """Its camera, microphone or sensor, or how inputs are prepared."""

    MODEL = "model"
    """Another or a damaged model ran, or it was never as good as its benchmark."""

    DEVICE = "device"
    """Heat, load, an update, or another device."""

    LOG = "log"
    """The log did not say what the device answered."""

    UNKNOWN = "unknown"


class IncidentEnd(StrEnum):
    """How an incident ended."""

    ROLLED_BACK = "rolled-back"
    """An earlier release took its place again."""

    RETRAINED = "retrained"
    """A new model took its place."""

    RELABELLED = "relabelled"
    """The benchmark's items or labels were brought up to what the device sees."""

    REPAIRED = "repaired"
    """Sensor, device, preparation or log were mended."""

    FALSE_ALARM = "false-alarm"
    """Nothing had changed."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A log raised alarms.

    Attributes:
        number: of the incident, from 1.
        release: id of the release that wrote the log; empty for a variant that is none.
        benchmark: id of the benchmark that the log was compared with.
        point: the variant.
        answers: number of answers in the log.
        alarms: in the order in which they were raised, with their tests, evidence and times.
        note: in somebody's words; may be empty.
        when: it was recorded, UTC.
        who: recorded it, as they named themselves.
    """

    number: int
    release: str
    benchmark: str
    point: OperatingPoint
    answers: int
    alarms: tuple[DriftAlarm, ...]
    note: str
    when: datetime
    who: str

    @property
    def subject(self) -> str:
        """The release, or the variant and its benchmark."""
        return self.release or f"{self.point.label} ({self.benchmark})"


@dataclass(frozen=True, slots=True)
class IncidentClosure:
    """An incident ended.

    Attributes:
        number: of the incident.
        cause: of it.
        end: how it ended.
        release: id of the release that took the place again; empty unless it was rolled back by odviz.
        note: in somebody's words; may be empty.
        when: UTC.
        who: closed it, as they named themselves.
    """

    number: int
    cause: IncidentCause
    end: IncidentEnd
    release: str
    note: str
    when: datetime
    who: str
