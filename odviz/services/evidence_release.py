"""The release in an evidence bundle: its audit log, and what is recorded there beside what the samples give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import candidate
from odviz.analysis.claim_checks import check_gate, same_estimate, written_estimate
from odviz.analysis.claims import Claims, gate_claim
from odviz.analysis.estimates import host_samples, summarise
from odviz.analysis.releases import ReleaseRegistry, read_registry
from odviz.domain.audit import AuditEntry
from odviz.domain.errors import FileRefused, InputError
from odviz.domain.evidence import EvidenceCheck, EvidencePart
from odviz.domain.release import PolicyVerdict, Release
from odviz.domain.target import HOST
from odviz.library.files import decoded
from odviz.library.parsing import parse_json
from odviz.serialization import to_json
from odviz.services.evidence_contents import AUDIT, POLICY, BundledSide, Contents

_LARGEST = 64 << 20


def audit_file(log: Sequence[AuditEntry]) -> dict[str, bytes]:
    """An audit log as a file, one entry a line; none for an empty one."""
    return {AUDIT: "".join(to_json(entry) + "\n" for entry in log).encode()} if log else {}


def check_release(contents: Contents, own: Claims, files: Mapping[str, bytes], name: str) -> Iterator[EvidenceCheck]:
    """Check the audit log, and what it records of the release of a bundle; nothing if it is about none.

    Args:
        contents: what the bundle claims.
        own: claims that were computed from the samples.
        files: of the bundle.
        name: of the bundle, for messages.

    Raises:
        FileRefused: the log is none that odviz writes.
    """
    wanted = contents.statement.release
    if not wanted:
        return
    registry = _registry(files, name)
    fault = registry.fault
    yield EvidenceCheck.that(
        EvidencePart.AUDIT,
        f"the log up to {registry.head[:12]}",
        fault is None,
        f"entry {fault.sequence} is {fault.kind.value}" if fault else "",
    )
    try:
        release = registry.find(wanted)
    except InputError:
        yield EvidenceCheck.that(EvidencePart.AUDIT, wanted, False, "it is not in the log")
        return
    verdict = registry.verdict_on(release)
    releases = (registry.find(verdict.base), release) if verdict else (release,)
    sides = tuple(BundledSide(one.benchmark, "", HOST, "", one.point.key) for one in releases)
    yield EvidenceCheck.that(
        EvidencePart.AUDIT, release.id, sides == contents.statement.sides, "other variants are compared"
    )
    for one in releases:
        yield from _recorded(one, contents, files)
    yield from _verdict(verdict, own, files)


def _registry(files: Mapping[str, bytes], name: str) -> ReleaseRegistry:
    place = f"{name}, {AUDIT}"
    lines = decoded(files.get(AUDIT, b""), place, _LARGEST, "audit log").splitlines()
    entries = tuple(parse_json(AuditEntry, line, place, "entry of an audit log") for line in lines)
    if audit_file(entries).get(AUDIT, b"") != files.get(AUDIT, b""):
        raise FileRefused(f"{place} is not written as odviz writes it.", place=place)
    try:
        return read_registry(entries)
    except Exception as error:  # events that no odviz records raise anything
        raise FileRefused(f"{place} records what no odviz does.", place=place) from error


def _recorded(release: Release, contents: Contents, files: Mapping[str, bytes]) -> Iterator[EvidenceCheck]:
    """The samples, file and figures that a release was made of."""
    bundled = next((one for one in contents.statement.benchmarks if one.id == release.benchmark), None)
    samples = files[bundled.samples] if bundled else b""
    same = sha256(samples).hexdigest() == release.measurements.sha256
    yield EvidenceCheck.that(EvidencePart.AUDIT, f"samples of {release.id}", same, "not those that were released")
    if not same:
        return
    data = contents.benchmarks[release.benchmark]
    stored = data.files.get(release.point)
    file = stored is not None and stored.file.sha256 == release.artifact.sha256
    yield EvidenceCheck.that(EvidencePart.MODEL, f"file of {release.id}", file, "not the one that was measured")
    yield from _figures(release, data)


def _figures(release: Release, data: BenchmarkData) -> Iterator[EvidenceCheck]:
    samples = host_samples(data, [one for one in summarise(data).points if one.point == release.point])
    estimates = {
        objective.name: value
        for one in samples
        for objective, value in candidate(one, data.objectives).estimates.items()
    }
    for figure in release.figures:
        other = estimates.pop(figure.objective, None)
        subject, written = f"{figure.objective} of {release.id}", map(written_estimate, (other, figure.estimate))
        yield EvidenceCheck.that(EvidencePart.FIGURE, subject, same_estimate(figure.estimate, other), *written)
    for objective in estimates:
        yield EvidenceCheck.that(EvidencePart.FIGURE, f"{objective} of {release.id}", False, "it is not recorded")


def _verdict(verdict: PolicyVerdict | None, own: Claims, files: Mapping[str, bytes]) -> Iterator[EvidenceCheck]:
    if verdict is not None:
        same = sha256(files.get(POLICY, b"")).hexdigest() == verdict.policy_sha256
        yield EvidenceCheck.that(EvidencePart.AUDIT, "the policy", same, "not the one that was decided")
    yield from check_gate(gate_claim(verdict.result) if verdict else None, own.gate, "the log")
