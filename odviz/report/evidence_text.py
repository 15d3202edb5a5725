"""The checks of an evidence bundle in words."""

from __future__ import annotations

from collections.abc import Mapping

from odviz.domain.evidence import (
    CheckOutcome,
    EvidencePart,
    EvidenceReport,
    Obstacle,
    SignatureCheck,
    SignatureState,
)
from odviz.units import counted

SUMMARY = ("Checked", "Hold", "Differ", "Not recomputable")
DIFFERENCES = ("What", "Which", "Claimed", "Found")
OPEN = ("What", "Which", "Why it cannot be recomputed")

_PARTS: Mapping[EvidencePart, str] = {
    EvidencePart.ARCHIVE: "Archive, byte by byte",
    EvidencePart.FILE: "Files, by sha256",
    EvidencePart.AUDIT: "Audit log, by its hash chain",
    EvidencePart.ITEMS: "Labels and groups, beside those here",
    EvidencePart.DEVICE: "Device profiles, beside those here",
    EvidencePart.ENVIRONMENT: "Machines that measured",
    EvidencePart.MODEL: "Model files, by the sha256 that was measured",
    EvidencePart.SCORES: "Scores of items, from outputs and labels",
    EvidencePart.FIGURE: "Figures, from the samples",
    EvidencePart.RECOMMENDATION: "Recommendations, from the figures",
    EvidencePart.GATE: "Clauses and verdict of the policy",
}
_OBSTACLES: Mapping[Obstacle, str] = {
    Obstacle.OUTPUTS_NOT_KEPT: "its outputs were too large to keep: scores are taken as they are",
    Obstacle.NO_LABELS: "the items have no labels in the bundle: scores are taken as they are",
}
_SIGNATURES: Mapping[SignatureState, str] = {
    SignatureState.VALID_NAMED_KEY: "Signed with the key that you named: whoever holds it signed exactly this.",
    SignatureState.VALID_KEY_INSIDE: "Signed with the key inside: unchanged since somebody signed it. Who that was is "
    "proven only by a public key that you have from the maker (--public-key).",
    SignatureState.OTHER_KEY: "Signed, but not with the key that you named.",
    SignatureState.INVALID: "The signature is not valid: this is not what was signed.",
}


def headline(report: EvidenceReport) -> str:
    """What came of it, in a sentence."""
    differing = len(report.of(CheckOutcome.DIFFERS))
    if report.holds:
        figures = [check for check in report.checks if check.part is EvidencePart.FIGURE]
        return f"Everything holds: {counted(len(figures), 'figure')} computed again from the samples."
    if not any(check.part is EvidencePart.FIGURE for check in report.checks):
        return f"{counted(differing, 'file')} changed: nothing was computed from what is left."
    return f"{counted(differing, 'claim')} differ from what was computed again." if differing else "It does not hold."


def signature(check: SignatureCheck) -> str:
    """What the signature proves."""
    if check.state is SignatureState.UNSIGNED:
        return "Not signed, and a key was named." if check.named else "Not signed: anybody may have made or changed it."
    key = f" Key inside: {check.fingerprint}." if check.fingerprint else ""
    return _SIGNATURES[check.state] + key


def summary_rows(report: EvidenceReport) -> list[tuple[str, ...]]:
    """How many checks of each part hold, differ, and cannot be made; see `SUMMARY`."""
    outcomes = (CheckOutcome.HOLDS, CheckOutcome.DIFFERS, CheckOutcome.NOT_POSSIBLE)
    rows = []
    for part, title in _PARTS.items():
        own = [check.outcome for check in report.checks if check.part is part]
        if own:
            rows.append((title, *(f"{own.count(outcome):,}" if outcome in own else "" for outcome in outcomes)))
    return rows


def difference_rows(report: EvidenceReport) -> list[tuple[str, ...]]:
    """Everything that differs; see `DIFFERENCES`."""
    return [(check.part.value, check.subject, check.claimed, check.actual) for check in report.of(CheckOutcome.DIFFERS)]


def open_rows(report: EvidenceReport) -> list[tuple[str, ...]]:
    """Everything that cannot be recomputed, with the reason; see `OPEN`."""
    return [
        (check.part.value, check.subject, _OBSTACLES[check.obstacle] if check.obstacle else "")
        for check in report.of(CheckOutcome.NOT_POSSIBLE)
    ]
