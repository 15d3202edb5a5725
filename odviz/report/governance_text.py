"""Evidence for the NIST AI RMF in words."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from odviz.domain.governance import RiskEvidence, RiskEvidenceKind, RiskFunction

TITLE = "Evidence for the NIST AI RMF"

DISCLAIMER = (
    "Evidence, not certification: odviz lists what it holds for the functions of the NIST AI Risk Management Framework "
    "1.0 (NIST AI 100-1). Whether that is enough, the organization that uses the model must decide."
)

FUNCTIONS = {
    RiskFunction.GOVERN: "Govern",
    RiskFunction.MAP: "Map",
    RiskFunction.MEASURE: "Measure",
    RiskFunction.MANAGE: "Manage",
}

KINDS = {
    RiskEvidenceKind.MODEL_LICENCE: "Licence of the model",
    RiskEvidenceKind.DATA_LICENCE: "Licence of the data",
    RiskEvidenceKind.TRAINING: "How it was trained",
    RiskEvidenceKind.INTENDED_USE: "Intended use",
    RiskEvidenceKind.LIMITS: "Known limits",
    RiskEvidenceKind.DATA_SOURCE: "Source of the data",
    RiskEvidenceKind.DATA_LIMITS: "What the data do not show",
    RiskEvidenceKind.BENCHMARK: "Benchmark",
    RiskEvidenceKind.DATA_REPORT: "Checks of the data",
    RiskEvidenceKind.STRESS: "Stress tests",
    RiskEvidenceKind.PERSONAL_DATA: "Personal data",
    RiskEvidenceKind.HARM: "Groups before and after compression",
    RiskEvidenceKind.ENERGY: "Energy",
    RiskEvidenceKind.GATE: "Gate",
    RiskEvidenceKind.ROLLBACK: "Rollback",
    RiskEvidenceKind.MONITORING: "Monitoring",
}

HEADINGS = ("Function", "Evidence", "There", "What it says, or who must provide it")

_LONGEST = 160
"""Characters of what a piece of evidence says; the rest stands in the card."""


def rows(entries: Sequence[RiskEvidence]) -> tuple[tuple[str, ...], ...]:
    """Cells of the table with `HEADINGS`, unescaped."""
    return tuple(
        (
            f"{FUNCTIONS[one.function]} {one.category}",
            KINDS[one.kind],
            "yes" if one.present else "missing",
            detail(one),
        )
        for one in entries
    )


def detail(entry: RiskEvidence) -> str:
    """What a piece of evidence says, or why it is missing and who must provide it."""
    if not entry.present:
        return f"{entry.detail} To be provided by {entry.who}."
    return shorten(entry.detail, _LONGEST, placeholder=" …")


def summary(entries: Sequence[RiskEvidence]) -> str:
    """How much there is for each function, in a sentence."""
    parts = []
    for function, name in FUNCTIONS.items():
        own = [one for one in entries if one.function is function]
        parts.append(f"{name} {sum(one.present for one in own)} of {len(own)}")
    return f"There is: {', '.join(parts)}."
