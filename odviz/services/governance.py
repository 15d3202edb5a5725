"""Which evidence odviz has of a model for each function of the NIST AI RMF, and which is missing."""

from __future__ import annotations

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
_NEVER_KEPT = (
    ("1.1", RiskEvidenceKind.GATE, "No verdict of a gate is kept with a model.", Voice.SHIPPER),
    ("2.4", RiskEvidenceKind.ROLLBACK, "What replaces it when it fails is not recorded with a model.", Voice.SHIPPER),
    ("4.1", RiskEvidenceKind.MONITORING, "What devices answer is not recorded with a model.", Voice.SHIPPER),
)
"""Evidence that a card cannot hold."""


def evidence(card: ModelCard) -> tuple[RiskEvidence, ...]:
    """Every kind of evidence of a model and the data that it is tested on, by function and subcategory."""
    sources = ((_OF_MODEL, card.statements), (_OF_DATA, card.data.statements))
    entries = [
        _of_statement(function, category, kind, next(one for one in statements if one.topic is topic))
        for rules, statements in sources
        for function, category, kind, topic in rules
    ]
    entries += [RiskEvidence(_MANAGE, category, kind, False, why, who) for category, kind, why, who in _NEVER_KEPT]
    order = list(RiskFunction)
    return tuple(sorted(entries, key=lambda one: (order.index(one.function), _number(one.category))))


def _of_statement(function: RiskFunction, category: str, kind: RiskEvidenceKind, statement: Statement) -> RiskEvidence:
    detail = " ".join(statement.lines) if statement.known else statement.why
    return RiskEvidence(function, category, kind, statement.basis is not Basis.MISSING, detail, statement.who)


def _number(category: str) -> tuple[int, ...]:
    return tuple(map(int, category.split(".")))
