"""Releases, channels and their audit log in words and tables."""

from __future__ import annotations

from datetime import datetime

from odviz.analysis.releases import ReleaseRegistry
from odviz.charts.text import provenance_title
from odviz.domain.audit import ChainFault, FaultKind
from odviz.domain.gate import GateVerdict
from odviz.domain.incident import Incident, IncidentClosure
from odviz.domain.release import Event, PolicyVerdict, Promotion, ProofKind, Release, Rollback, RollbackProof
from odviz.report.incident_text import CAUSES, ENDS
from odviz.services.naming import Name
from odviz.services.release_log import ReleaseCheck
from odviz.units import counted, digits, estimate

CHANNELS = ("Task", "Channel", "In use", "Variant", "Before it")
RELEASES = ("Release", "Variant", "In use as", "Policy", "Released", "By", "Why")
FIGURES = ("Figure", "Value", "Provenance")
LOG = ("No.", "When", "What", "Who", "Why", "Hash")

_VERDICTS = {
    GateVerdict.PASS: "passes",
    GateVerdict.FAIL: "fails",
    GateVerdict.INCONCLUSIVE: "is inconclusive",
}
_FAULTS = {
    FaultKind.CHANGED: "Entry {sequence} of the audit log was changed after it was written.",
    FaultKind.MISSING: "Entry {sequence} of the audit log is missing.",
    FaultKind.OUT_OF_ORDER: "Entry {sequence} of the audit log stands at another place.",
    FaultKind.UNLINKED: "An entry before number {sequence} of the audit log was exchanged: its hash is another one.",
    FaultKind.HEAD_UNKNOWN: (
        "No entry of the audit log has the hash that was noted: its end was cut off after entry {sequence}, or the "
        "whole log was written anew."
    ),
}
_HASH_DIGITS = 12


def channel_rows(registry: ReleaseRegistry, name: Name) -> list[tuple[str, ...]]:
    """A row per channel that has a release, as `CHANNELS` names its cells."""
    rows: list[tuple[str, ...]] = []
    for (task, channel), history in sorted(registry.history.items()):
        *earlier, present = history
        before = earlier[-1].id if earlier else ""
        rows.append((task, channel.value, present.id, name(present.point), before))
    return rows


def release_rows(registry: ReleaseRegistry, name: Name) -> list[tuple[str, ...]]:
    """A row per release, newest first, as `RELEASES` names its cells."""
    return [
        (
            one.id,
            name(one.point),
            ", ".join(channel.value for channel in registry.channels_of(one)),
            "no release before it" if one.verdict is None else verdict_text(one.verdict),
            moment(one.when),
            one.who,
            one.why,
        )
        for one in reversed(registry.releases)
    ]


def figure_rows(release: Release) -> list[tuple[str, ...]]:
    """A row per figure, as `FIGURES` names its cells."""
    return [(one.title, estimate(one.estimate), provenance_title(one.estimate)) for one in release.figures]


def facts(release: Release) -> list[tuple[str, str]]:
    """What else a release pins, by name."""
    environment = release.environment
    return [
        ("sha256", release.artifact.sha256),
        ("Size", f"{release.artifact.size_bytes:,} B"),
        ("Benchmark", release.benchmark),
        ("Format", release.artifact.format),
        ("Machine", environment.cpu),
        ("odviz", environment.odviz),
        ("Test items", f"{release.items:,}"),
        ("Data", environment.data_sha256),
    ]


def verdict_text(verdict: PolicyVerdict) -> str:
    """What a policy said, in a few words."""
    return f"{verdict.result.verdict.value.upper()}: {verdict.result.policy.title}, against {verdict.base}"


def log_rows(registry: ReleaseRegistry) -> list[tuple[str, ...]]:
    """A row per entry, newest first, as `LOG` names its cells; those after a fault are not read."""
    rows: list[tuple[str, ...]] = []
    for entry in reversed(registry.entries):
        event = registry.events.get(entry.sequence)
        if event is None:
            what, when, who, why = f"{entry.kind} (not trusted: see above)", "", "", ""
        else:
            what, when, who = _what(event), moment(event.when), event.who
            why = _why(event)
        rows.append((str(entry.sequence), when, what, who, why, entry.sha256[:_HASH_DIGITS]))
    return rows


def _why(event: Event) -> str:
    match event:
        case Promotion(override=why) | Release(why=why) | Rollback(why=why):
            return why
        case Incident(note=note) | IncidentClosure(note=note):
            return note


def _what(event: Event) -> str:
    match event:
        case Release():
            return f"{event.id} released"
        case Promotion():
            return f"{event.release} to {event.channel}{_grounds(event)}"
        case Rollback():
            return f"{event.channel} back from {event.base} to {event.release}: {proof_text(event.proof)}"
        case Incident():
            return f"incident {event.number} of {event.subject}: {counted(len(event.alarms), 'alarm')}"
        case IncidentClosure():
            return f"incident {event.number} closed: {CAUSES[event.cause]}; {ENDS[event.end]}"


def _grounds(event: Promotion) -> str:
    if event.verdict is None:
        return ", the first there"
    result = event.verdict.result
    link = ", although it" if event.override else ": it"
    return f"{link} {_VERDICTS[result.verdict]} “{result.policy.title}”"


def proof_text(proof: RollbackProof) -> str:
    """What is known of the predictions of a release that came back, in a few words."""
    match proof.kind:
        case ProofKind.EQUAL:
            return f"proven, the same file and the same predictions on all {proof.items:,} test items"
        case ProofKind.DIFFERENT:
            return (
                f"not proven, the same file predicts {proof.different:,} of {proof.items:,} test items otherwise on "
                "this computer"
            )
        case ProofKind.OTHER_ITEMS:
            return "not proven, the same file, but the test items are not here any more"
        case ProofKind.NOT_RUN:
            return f"not proven, the same file, but it could not be run: {proof.reason}"


def fault_text(fault: ChainFault) -> str:
    """What is wrong with the audit log, in a sentence."""
    return _FAULTS[fault.kind].format(sequence=fault.sequence)


def check_lines(check: ReleaseCheck) -> list[str]:
    """What a check found, a sentence each."""
    registry = check.registry
    if registry.fault:
        lines = [fault_text(registry.fault), "Nothing after that counts. Restore a copy of the database."]
    else:
        lines = [f"The audit log is unbroken: each of its entries ({len(registry.entries)}) has its hash."]
    for release, contents in check.faulty.items():
        lines += [f"{release}: {one.name} is missing or was changed." for one in contents]
    if not check.faulty:
        size = sum(one.size_bytes for release in registry.releases for one in release.kept)
        kept = sum(len(release.kept) for release in registry.releases)
        lines.append(f"All {counted(kept, 'kept file')} ({digits(size / 1e6)} MB) have their sha256.")
    return lines


def head_line(head: str) -> str:
    """The hash to note, with what it is for."""
    return f"Hash of the log: {head}. Noted elsewhere, it shows later whether the end of the log was cut off."


def moment(when: datetime) -> str:
    """A moment as tables have it."""
    return f"{when:%Y-%m-%d %H:%M} UTC"
