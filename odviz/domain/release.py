"""Releases: variants that were fixed for shipping; channels that name the one in use; and what happened to both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from odviz.domain.audit import AuditKind
from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.estimate import Estimate
from odviz.domain.gate import GateResult
from odviz.domain.incident import Incident, IncidentClosure
from odviz.domain.model import Artifact
from odviz.domain.target import OperatingPoint


class Channel(StrEnum):
    """A name for the release that is in use; every task has its own."""

    CANDIDATE = "candidate"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class ReleaseFigure:
    """A figure of a release as it stood.

    Attributes:
        objective: name of the objective ("latency").
        title: of the objective, as shown.
        higher_is_better: whether more of it is better.
        estimate: value, interval, unit and provenance.
    """

    objective: str
    title: str
    higher_is_better: bool
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class KeptContent:
    """Bytes that are kept with a release, apart from the log.

    Attributes:
        name: suggested file name.
        sha256: of the bytes.
        size_bytes: how many.
    """

    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PolicyVerdict:
    """What a policy said of a release, compared with the one that it was to replace.

    Attributes:
        policy_sha256: of the policy as TOML (`library.policy_toml.policy_text`).
        base: id of the release that it was compared with.
        result: the policy with its clauses, and the verdict on each; without the chances of other verdicts.
    """

    policy_sha256: str
    base: str
    result: GateResult


@dataclass(frozen=True, slots=True)
class Release:
    """A variant that was fixed for shipping, with everything that it was judged by.

    Attributes:
        number: of the release among those of its model, from 1.
        benchmark: id of the benchmark that measured it.
        point: variant and runtime.
        artifact: of the model, with the sha256 of its bytes; its path is empty.
        files: of the model, the main one first.
        measurements: the benchmark as one file (`services.benchmark_file`), from which every figure can be computed.
        predictions: its outputs on the test items, as packed arrays (`store.blobs`).
        are_scores: whether `predictions` are the scores of outputs that were too large to keep.
        items: number of test items.
        environment: the machine that measured.
        figures: in the order of the objectives.
        verdict: what the policy said, compared with the release in production; None for the first of a task.
        when: UTC.
        who: as they named themselves.
        why: in their words.
    """

    number: int
    benchmark: str
    point: OperatingPoint
    artifact: Artifact
    files: tuple[KeptContent, ...]
    measurements: KeptContent
    predictions: KeptContent
    are_scores: bool
    items: int
    environment: BenchmarkEnvironment
    figures: tuple[ReleaseFigure, ...]
    verdict: PolicyVerdict | None
    when: datetime
    who: str
    why: str

    @property
    def task(self) -> str:
        """Name of the task."""
        return self.point.variant.task

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.point.variant.model

    @property
    def id(self) -> str:
        """A unique written form: ``task/model/v3``."""
        return f"{self.task}/{self.model}/v{self.number}"

    @property
    def kept(self) -> tuple[KeptContent, ...]:
        """Everything that is kept with it."""
        return (*self.files, self.measurements, self.predictions)


@dataclass(frozen=True, slots=True)
class Promotion:
    """A release took the place of another in a channel.

    Attributes:
        task: whose channel.
        channel: which.
        release: id of the release that is in it now.
        base: id of the one before; empty for the first, which nothing is compared with.
        verdict: of the gate; None for the first.
        override: why it was promoted although the gate did not pass; empty if it did.
        when: UTC.
        who: as they named themselves.
    """

    task: str
    channel: Channel
    release: str
    base: str
    verdict: PolicyVerdict | None
    override: str
    when: datetime
    who: str


class ProofKind(StrEnum):
    """What is known of the predictions of a release that was rolled back to."""

    EQUAL = "equal"
    """The kept file predicted every test item as it did when it was released, bit for bit."""

    DIFFERENT = "different"
    """It predicted some items otherwise: by another version of the runtime, or on another processor."""

    OTHER_ITEMS = "other-items"
    """The test items are others than those of the release, or none any more."""

    NOT_RUN = "not-run"
    """The file could not be run here, or a benchmark was measured meanwhile."""


@dataclass(frozen=True, slots=True)
class RollbackProof:
    """What was checked before a release took its former place again; the sha256 of its files always is.

    Attributes:
        kind: what is known of its predictions.
        items: how many test items were predicted.
        different: how many of them otherwise than when it was released.
        reason: why it was not run, for people; else empty.
    """

    kind: ProofKind
    items: int = 0
    different: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rollback:
    """An earlier release of a channel took its former place again.

    Attributes:
        task: whose channel.
        channel: which.
        release: id of the release that is in it now.
        base: id of the one that was taken back.
        proof: what was checked.
        when: UTC.
        who: as they named themselves.
        why: in their words.
    """

    task: str
    channel: Channel
    release: str
    base: str
    proof: RollbackProof
    when: datetime
    who: str
    why: str


Event = Release | Promotion | Rollback | Incident | IncidentClosure
"""What an entry of the log records."""

EVENTS: Mapping[AuditKind, type[Event]] = {
    AuditKind.RELEASED: Release,
    AuditKind.PROMOTED: Promotion,
    AuditKind.OVERRIDDEN: Promotion,
    AuditKind.ROLLED_BACK: Rollback,
    AuditKind.INCIDENT_OPENED: Incident,
    AuditKind.INCIDENT_CLOSED: IncidentClosure,
}
"""Type of the payload of each kind of entry."""
