"""Which evidence odviz has of a model for each function of the NIST AI RMF, and which is missing."""

from __future__ import annotations

from collections.abc import Sequence

from odviz.analysis.incidents import incident_records
from odviz.analysis.releases import read_registry
from odviz.domain.card import Basis, Statement, Topic, Voice
from odviz.domain.governance import RiskEvidence, RiskEvidenceKind, RiskFunction
from odviz.services.cards import ModelCard

_GOVERN, _MAP, _MEASURE, _MANAGE = RiskFunction

_OF_MODEL = (
    (_GOVERN, "6.1", RiskEvidenceKind.MODEL_LICENCE, Topic.LICENCE),
    (_MAP, "1.1", RiskEvidenceKind.INTENDED_USE, Topic.USE),
    (_MAP, "2.2", RiskEvidenceKind.LIMITS, Topic.LIMITS),
    (_MAP, "2.3", RiskEvidenceKind.TRAINING, Topic.TRAINING),
    (_MEASURE, "2.3", RiskEvidenceKind.BENCHMARK, Topic.FIGURES),
    (_MEASURE, "2.7", RiskEvidenceKind.STRESS, Topic.STRESS),
    (_MEASURE, "2.11", RiskEvidenceKind.HARM, Topic.GROUPS),
    (_MEASURE, "2.12", RiskEvidenceKind.ENERGY, Topic.ENERGY),
)
_OF_DATA = (
    (_GOVERN, "6.1", RiskEvidenceKind.DATA_LICENCE, Topic.LICENCE),
    (_MAP, "2.3", RiskEvidenceKind.DATA_SOURCE, Topic.SOURCE),
    (_MAP, "2.2", RiskEvidenceKind.DATA_LIMITS, Topic.LIMITS),
    (_MEASURE, "2.5", RiskEvidenceKind.DATA_REPORT, Topic.QUALITY),
    (_MEASURE, "2.10", RiskEvidenceKind.PERSONAL_DATA, Topic.PERSONAL),
)


def evidence(card: ModelCard) -> tuple[RiskEvidence, ...]:
    """Every kind of evidence of a model and the data that it is tested on, by function and subcategory."""
    sources = ((_OF_MODEL, card.statements), (_OF_DATA, card.data.statements))
    entries = [
        _of_statement(function, category, kind, next(one for one in statements if one.topic is topic))
        for rules, statements in sources
        for function, category, kind, topic in rules
    ]
    entries += _of_releases(card)
    order = list(RiskFunction)
    return tuple(sorted(entries, key=lambda one: (order.index(one.function), *map(int, one.category.split(".")))))


def _of_releases(card: ModelCard) -> list[RiskEvidence]:
    """What the audit log has of the releases of a model."""
    registry = card.registry or read_registry(())
    releases = [one for one in registry.releases if (one.task, one.model) == (card.model.task, card.model.name)]
    gates, ways_back, incidents = [], [], []
    for one in releases:
        if verdict := registry.verdict_on(one):
            result = verdict.result
            gates.append(f"{one.id}: {result.verdict.upper()} by “{result.policy.title}”, against {verdict.base}.")
        for channel in registry.channels_of(one):
            if earlier := registry.earlier(one.task, channel):
                ways_back.append(f"{one.id} is in {channel}, and can be rolled back to {earlier[-1].id}.")
    for record in incident_records(registry.events.values()):
        if record.incident.release in {one.id for one in releases}:
            state = "closed" if record.closure else "open"
            incidents.append(f"Incident {record.incident.number} of {record.incident.release}, {state}.")
    return [
        _of_log("1.1", RiskEvidenceKind.GATE, gates, "No release of it was compared with another by a policy."),
        _of_log("2.4", RiskEvidenceKind.ROLLBACK, ways_back, "No release of it has one before it in a channel."),
        _of_log(
            "4.1",
            RiskEvidenceKind.MONITORING,
            incidents,
            "No incident of a release of it is recorded; logs of devices without alarms are not kept.",
        ),
    ]


def _of_log(category: str, kind: RiskEvidenceKind, lines: Sequence[str], why: str) -> RiskEvidence:
    who = None if lines else Voice.SHIPPER
    return RiskEvidence(_MANAGE, category, kind, bool(lines), " ".join(reversed(lines)) or why, who)


def _of_statement(function: RiskFunction, category: str, kind: RiskEvidenceKind, statement: Statement) -> RiskEvidence:
    detail = " ".join(statement.lines) if statement.known else statement.why
    return RiskEvidence(function, category, kind, statement.basis is not Basis.MISSING, detail, statement.who)
