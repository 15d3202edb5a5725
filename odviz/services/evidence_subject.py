"""What an evidence bundle can be about: sides of a comparison, or a release with the log that records it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odviz.analysis.unlike import Side
from odviz.domain.audit import AuditEntry
from odviz.domain.errors import Damaged, FileRefused, InputError
from odviz.domain.gate import Policy
from odviz.domain.release import Release
from odviz.services import model_file, transfer
from odviz.services.release_log import kept_bytes, kept_files, registry
from odviz.services.releases import side_of
from odviz.store import Store, StoredArtifact


@dataclass(frozen=True)
class EvidenceSubject:
    """What is claimed, and where its evidence is.

    Attributes:
        store: the database.
        sides: one, or with a policy the base and the new one.
        policy: what the new one must satisfy; None for no verdict.
        samples: the files of the benchmarks by id; see `services.benchmark_file`.
        release: that the last side is; None if it is none.
        log: the audit log that records the release.
    """

    store: Store
    sides: tuple[Side, ...]
    policy: Policy | None
    samples: Mapping[str, bytes]
    release: Release | None = None
    log: tuple[AuditEntry, ...] = ()

    def model_files(self, stored: StoredArtifact) -> dict[str, bytes]:
        """The files of a variant of the last side by name, the main one first.

        Raises:
            Forbidden: this session gets no files.
            FileRefused: one is not here, or has changed.
        """
        if self.release is not None:
            return kept_files(self.store, self.release)
        if not stored.file.path:
            raise FileRefused("it is on the machine that measured it.")
        return {path.name: path.read_bytes() for path in model_file.checked(stored.file)}


def subject_of_sides(store: Store, sides: Sequence[Side], policy: Policy | None = None) -> EvidenceSubject:
    """Benchmarks, or what a policy says of them.

    Raises:
        InputError: a benchmark has not ended.
        Damaged: a record of one cannot be read.
    """
    ids = dict.fromkeys(side.data.record.id for side in sides)
    return EvidenceSubject(store, tuple(sides), policy, {id: transfer.export_benchmark(store, id) for id in ids})


def subject_of_release(store: Store, name: str) -> EvidenceSubject:
    """A release with the last verdict on it, compared as it was then.

    Args:
        store: the database.
        name: of the release; see `ReleaseRegistry.find`.

    Raises:
        UnknownName: no such release.
        InputError: its benchmark was continued after the release that it was compared with.
        IntegrityError: what is kept with it was changed.
        Damaged: the audit log was changed.
    """
    present = registry(store)
    if present.fault:
        raise Damaged(
            f"Entry {present.fault.sequence} of the audit log is {present.fault.kind}: nothing is proven by it."
        )
    release = present.find(name)
    verdict = present.verdict_on(release)
    releases = (present.find(verdict.base), release) if verdict else (release,)
    samples: dict[str, bytes] = {}
    for one in releases:
        content = kept_bytes(store, one.measurements)
        if samples.setdefault(one.benchmark, content) != content:
            raise InputError(f"Benchmark {one.benchmark} was continued between {releases[0].id} and {release.id}, "
                             "so that both have figures of their own: one bundle cannot hold both.")  # fmt: skip
    sides = tuple(side_of(store, one) for one in releases)
    policy = verdict.result.policy if verdict else None
    return EvidenceSubject(store, sides, policy, samples, release, tuple(present.entries))
