"""Releases: fixing a variant for shipping, and promoting it through a gate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.candidates import Candidate, candidate
from odviz.analysis.estimates import host_samples, summarise
from odviz.analysis.gate import comparisons, decide, spent_s
from odviz.analysis.named import only_named
from odviz.analysis.releases import ReleaseRegistry
from odviz.analysis.unlike import Side
from odviz.domain.audit import AuditEntry, AuditKind
from odviz.domain.errors import InputError
from odviz.domain.gate import GateVerdict, Policy
from odviz.domain.release import Channel, KeptContent, PolicyVerdict, Promotion, Release, ReleaseFigure
from odviz.domain.result import Imported, State
from odviz.domain.rights import Right
from odviz.library.policy_toml import policy_text
from odviz.library.rights import require
from odviz.serialization import to_canonical_json
from odviz.services.benchmark_file import decode
from odviz.services.model_file import checked, name_of
from odviz.services.release_log import (
    kept_bytes,
    kept_files,
    named,
    read_log,
    reasoned,
    registry,
    require_in_use,
    sha256_of,
)
from odviz.services.transfer import data_of, export_benchmark, file_name
from odviz.store import Store
from odviz.store.blobs import pack_arrays
from odviz.store.clock import now


def add(store: Store, benchmark: str, variant: str, why: str, who: str, policy: Policy) -> tuple[AuditEntry, Release]:
    """Release a variant of a benchmark: its file, figures and predictions are kept from now on.

    Args:
        store: the database.
        benchmark: id of a benchmark that has ended well, or the beginning of one.
        variant: label of the variant, or a part of it that no other has.
        why: it is released.
        who: releases it.
        policy: decided in comparison with the release in production, if there is one; nothing depends on the verdict.

    Returns:
        The entry of the audit log, and what it records.

    Raises:
        InputError: no or several variants are meant, it was released before, or the benchmark is not of this machine.
        FileRefused: its file has changed since it was measured, or has vanished.
        Damaged: the audit log was changed.
    """
    require(Right.CHANGE)
    who, why = named(who), reasoned(why)
    data = load_benchmark_data(store, benchmark)
    if data.record.state is not State.DONE or data.record.imported:
        raise InputError(
            f"Only a variant of a complete benchmark of this machine can be released: {benchmark} is none."
        )
    chosen = _candidate(data, variant)
    point = chosen.host_point
    artifact = data.files[point].file
    stem = Path(name_of(point.variant)).stem
    files = {stem + path.suffix: path.read_bytes() for path in checked(artifact)}
    predicted = data.predictions[point]
    arrays = pack_arrays(predicted.outputs or (predicted.scores,))
    measurements = export_benchmark(store, data.record.id)
    environment = data.record.environment
    assert environment is not None  # of a complete benchmark
    release = Release(
        number=0,
        benchmark=data.record.id,
        point=point,
        artifact=replace(artifact, path=""),
        files=tuple(_kept(name, content) for name, content in files.items()),
        measurements=_kept(file_name(data.record), measurements),
        predictions=_kept(f"{stem}.predictions", arrays),
        are_scores=predicted.outputs is None,
        items=len(predicted.scores),
        environment=environment,
        figures=tuple(
            ReleaseFigure(one.name, one.title, one.higher_is_better, estimate)
            for one, estimate in sorted(chosen.estimates.items(), key=lambda pair: pair[0].order)
        ),
        verdict=None,
        when=now(),
        who=who,
        why=why,
    )
    present = registry(store)
    _require_new(present, release)
    base = present.in_use(release.task, Channel.PRODUCTION)
    if base:
        release = replace(release, verdict=_verdict(policy, base.id, side_of(store, base), Side(data, point=point)))

    def event(log: tuple[AuditEntry, ...]) -> str:
        nonlocal release
        latest = read_log(log)
        require_in_use(latest, release.task, Channel.PRODUCTION, base)
        _require_new(latest, release)
        siblings = [one for one in latest.releases if (one.task, one.model) == (release.task, release.model)]
        release = replace(release, number=len(siblings) + 1)
        return to_canonical_json(release)

    contents = {sha256_of(content): content for content in (*files.values(), measurements, arrays)}
    return store.add_entry(AuditKind.RELEASED, event, contents), release


@dataclass(frozen=True, slots=True)
class PromotionOutcome:
    """What became of a promotion.

    Attributes:
        release: what was to be promoted.
        verdict: of the gate; None for the first release of a channel, which nothing is compared with.
        entry: of the audit log; None if the gate refused.
    """

    release: Release
    verdict: PolicyVerdict | None
    entry: AuditEntry | None


def assess(store: Store, release: Release, channel: Channel, policy: Policy) -> PolicyVerdict | None:
    """What a policy says of a release, compared with the one that is in a channel; None if none is.

    Computed from the benchmarks that are kept with both, not from what the database has by now.

    Raises:
        InputError: it is in the channel already, or a clause holds for neither.
        IntegrityError: what is kept was changed.
    """
    base = registry(store).in_use(release.task, channel)
    if base is None:
        return None
    if base == release:
        raise InputError(f"{release.id} is in {channel} already.")
    return _verdict(policy, base.id, side_of(store, base), side_of(store, release))


def promote(store: Store, name: str, channel: Channel, policy: Policy, override: str, who: str) -> PromotionOutcome:
    """Put a release into a channel, if it passes the gate.

    Args:
        store: the database.
        name: of the release; see `ReleaseRegistry.find`.
        channel: of the release's task.
        policy: decided in comparison with the release that is in the channel.
        override: why it is to be promoted even if it does not pass; empty if it is not.
        who: promotes it.

    Raises:
        UnknownName: no such release.
        InputError: it is there already, or another release came there meanwhile.
        IntegrityError: what is kept with one of them was changed.
        Damaged: the audit log was changed.
    """
    require(Right.CHANGE)
    who = named(who)
    present = registry(store)
    release = present.find(name)
    base = present.in_use(release.task, channel)
    kept_files(store, release)
    verdict = assess(store, release, channel, policy)
    passed = verdict is None or verdict.result.verdict is GateVerdict.PASS
    if not passed and not override.strip():
        return PromotionOutcome(release, verdict, None)
    reason = "" if passed else reasoned(override)
    promotion = Promotion(
        release.task, channel, release.id, base.id if base else "", verdict, reason, now(), who
    )  # fmt: skip

    def event(log: tuple[AuditEntry, ...]) -> str:
        require_in_use(read_log(log), release.task, channel, base)
        return to_canonical_json(promotion)

    kind = AuditKind.PROMOTED if passed else AuditKind.OVERRIDDEN
    return PromotionOutcome(release, verdict, store.add_entry(kind, event))


def side_of(store: Store, release: Release) -> Side:
    """A release to compare, from the benchmark that is kept with it.

    Raises:
        IntegrityError: that was changed.
    """
    whole = decode(kept_bytes(store, release.measurements), release.measurements.name).whole
    data = data_of(whole, Imported(whole.record.id, release.measurements.sha256, release.when))
    return Side(replace(data, record=replace(data.record, imported=None)), point=release.point)


def _require_new(present: ReleaseRegistry, release: Release) -> None:
    """Refuse a variant that was released before.

    Raises:
        InputError: it was, from the same benchmark.
    """
    same = (release.benchmark, release.point)
    if former := next((one for one in present.releases if (one.benchmark, one.point) == same), None):
        raise InputError(f"This variant of benchmark {release.benchmark} is {former.id} already.")


def _candidate(data: BenchmarkData, variant: str) -> Candidate:
    """The one measured variant that is meant.

    Raises:
        InputError: none or several are.
    """
    samples = host_samples(data, [one for one in summarise(data).points if one.usable])
    return candidate(only_named(samples, variant, lambda one: one.result.point), data.objectives)


def _verdict(policy: Policy, base: str, old: Side, new: Side) -> PolicyVerdict:
    result = decide(policy, comparisons(old, new), spent_s(old.data.record, new.data.record))
    decisions = tuple(replace(one, power=()) for one in result.decisions)
    return PolicyVerdict(sha256_of(policy_text(policy).encode()), base, replace(result, decisions=decisions))


def _kept(name: str, content: bytes) -> KeptContent:
    return KeptContent(name, sha256_of(content), len(content))
