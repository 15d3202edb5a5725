"""Incidents: opened once, closed once, and ended by a rollback, all in the audit log."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from odviz.analysis.incidents import rollback_offers
from odviz.analysis.monitoring import monitor
from odviz.domain.audit import AuditKind, first_fault
from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import Damaged, InputError, UnknownName
from odviz.domain.incident import IncidentCause, IncidentClosure, IncidentEnd
from odviz.domain.model import Artifact, Layout
from odviz.domain.monitoring import DriftKind
from odviz.domain.release import Channel, KeptContent, Promotion, ProofKind, Release
from odviz.report import incident_text
from odviz.serialization import to_canonical_json
from odviz.services import incidents as service
from odviz.services.release_log import registry, sha256_of
from odviz.store import open_store
from odviz.store.blobs import pack_arrays
from tests.fakes import point
from tests.monitor_data import Device, shifted

WHEN = datetime(2026, 11, 30, 11, tzinfo=UTC)
OLD, NEW = "toy/net/v1", "toy/net/v2"
MODEL, PREDICTED = b"model", pack_arrays((np.zeros(3),))


@pytest.fixture(scope="module")
def drifted():
    rng = np.random.default_rng(1)
    log = shifted(rng, 500, 500, Device(shares=(0.9, 0.1, 0.0, 0.0, 0.0)))
    return monitor("0toy", point(), Device().reference(rng), log)


@pytest.fixture
def store():
    with open_store("sqlite://") as opened:
        yield opened


@pytest.fixture
def released(store):
    """Two releases, the second in production."""
    model, predicted = (KeptContent("a", sha256_of(content), len(content)) for content in (MODEL, PREDICTED))
    artifact = Artifact("", model.sha256, 5, "onnx", Layout.CHANNELS_LAST)
    environment = BenchmarkEnvironment(data_sha256="gone")
    for number, release in ((1, OLD), (2, NEW)):
        value = Release(
            number, "0toy", point(), artifact, (model,), model, predicted, True, 3, environment, (), None, WHEN,
            "Ada", "because",
        )  # fmt: skip
        assert value.id == release
        contents = {model.sha256: MODEL, predicted.sha256: PREDICTED}
        store.add_entry(AuditKind.RELEASED, lambda _, value=value: to_canonical_json(value), contents)
        promotion = Promotion("toy", Channel.PRODUCTION, release, "", None, "", WHEN, "Ada")
        store.add_entry(AuditKind.PROMOTED, lambda _, event=promotion: to_canonical_json(event))


def test_an_incident_has_what_alarmed_and_is_opened_once(store, drifted):
    incident = service.open_incident(store, drifted, " Ada ", " since the move ")
    (record,) = service.incidents(store)
    assert record.incident == incident and record.closure is None
    assert (incident.number, incident.who, incident.note, incident.release) == (1, "Ada", "since the move", "")
    assert incident.alarms == drifted.alarms and incident.alarms[0].kind is DriftKind.CLASS
    assert incident.alarms[0].e_value >= incident.alarms[0].needed and incident.answers == 1000
    with pytest.raises(InputError, match="Incident 1"):
        service.open_incident(store, drifted, "Ada")
    assert service.open_incident(store, replace(drifted, benchmark="1toy"), "Ada").number == 2


def test_an_incident_is_closed_once_with_cause_and_end(store, drifted):
    service.open_incident(store, drifted, "Ada")
    closure = service.close_incident(store, 1, IncidentCause.SENSOR, IncidentEnd.REPAIRED, "Grace", "lens cleaned")
    assert service.find_incident(store, 1).closure == closure
    assert closure == IncidentClosure(
        1, IncidentCause.SENSOR, IncidentEnd.REPAIRED, "", "lens cleaned", closure.when, "Grace"
    )
    with pytest.raises(InputError, match="Grace"):
        service.close_incident(store, 1, IncidentCause.LOG, IncidentEnd.FALSE_ALARM, "Ada")
    assert service.open_incident(store, drifted, "Ada").number == 2
    assert first_fault(store.audit_log()) is None and len(store.audit_log()) == 3


def test_what_cannot_be_recorded_is_refused(store, drifted):
    for wrong in ({"report": replace(drifted, alarms=())}, {"who": " "}, {"note": "x" * 2001}, {"who": "x" * 101}):
        with pytest.raises(InputError):
            service.open_incident(store, **{"report": drifted, "who": "Ada"} | wrong)
    with pytest.raises(UnknownName):
        service.close_incident(store, 1, IncidentCause.LOG, IncidentEnd.FALSE_ALARM, "Ada")
    assert store.audit_log() == ()


def test_a_changed_log_takes_no_incident(store, drifted):
    service.open_incident(store, drifted, "Ada")
    with store._writing() as connection:
        connection.exec_driver_sql("UPDATE audit SET payload = replace(payload, 'Ada', 'Eve')")
    with pytest.raises(Damaged):
        service.close_incident(store, 1, IncidentCause.LOG, IncidentEnd.FALSE_ALARM, "Ada")


@pytest.mark.usefixtures("released")
def test_a_rollback_ends_the_incident_of_what_is_in_use(store, drifted):
    report = replace(drifted, release=NEW)
    present = registry(store)
    (offer,) = rollback_offers(present, present.find(NEW))
    assert (offer.channel, offer.to) == (Channel.PRODUCTION, OLD)
    assert rollback_offers(present, present.find(OLD)) == ()
    service.open_incident(store, report, "Ada")
    with pytest.raises(InputError, match="candidate"):
        service.roll_back_incident(store, 1, Channel.CANDIDATE, IncidentCause.INPUTS, "Ada")
    outcome = service.roll_back_incident(store, 1, Channel.PRODUCTION, IncidentCause.INPUTS, "Ada", "new season")
    assert outcome.release.id == OLD and outcome.rollback.proof.kind is ProofKind.OTHER_ITEMS
    assert registry(store).in_use("toy", Channel.PRODUCTION).id == OLD
    record = service.find_incident(store, 1)
    assert (record.closure.end, record.closure.release) == (IncidentEnd.ROLLED_BACK, OLD)
    assert OLD in incident_text.details(record)[1] and incident_text.rows([record])[0][1] == NEW
    with pytest.raises(InputError, match="closed"):
        service.roll_back_incident(store, 1, Channel.PRODUCTION, IncidentCause.INPUTS, "Ada")


def test_a_variant_that_was_not_released_is_not_rolled_back(store, drifted):
    service.open_incident(store, drifted, "Ada")
    with pytest.raises(InputError, match="not released"):
        service.roll_back_incident(store, 1, Channel.PRODUCTION, IncidentCause.INPUTS, "Ada")
