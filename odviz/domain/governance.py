"""Evidence for the four functions of the NIST AI Risk Management Framework 1.0 (NIST AI 100-1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.card import Voice


class RiskFunction(StrEnum):
    """A function of the framework."""

    GOVERN = "govern"
    MAP = "map"
    MEASURE = "measure"
    MANAGE = "manage"


class RiskEvidenceKind(StrEnum):
    """What can be evidence."""

    MODEL_LICENCE = "model-licence"
    DATA_LICENCE = "data-licence"
    TRAINING = "training"
    INTENDED_USE = "intended-use"
    LIMITS = "limits"
    DATA_SOURCE = "data-source"
    DATA_LIMITS = "data-limits"
    BENCHMARK = "benchmark"
    DATA_REPORT = "data-report"
    STRESS = "stress"
    PERSONAL_DATA = "personal-data"
    HARM = "harm"
    ENERGY = "energy"
    GATE = "gate"
    ROLLBACK = "rollback"
    MONITORING = "monitoring"


@dataclass(frozen=True, slots=True)
class RiskEvidence:
    """One piece of evidence, or what is missing of it.

    Attributes:
        function: of the framework.
        category: number of its subcategory ("2.11").
        kind: what it is.
        present: whether odviz has it.
        detail: what it says, or why it is missing.
        who: who can provide it; None if it is there.
    """

    function: RiskFunction
    category: str
    kind: RiskEvidenceKind
    present: bool
    detail: str
    who: Voice | None = None
