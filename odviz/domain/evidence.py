"""What was checked in an evidence bundle, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class EvidencePart(StrEnum):
    """What a check is of."""

    ARCHIVE = "archive"
    """The bytes of the archive around the files."""

    FILE = "file"
    """A file, by its sha256."""

    AUDIT = "audit"
    """The audit log, by its hash chain."""

    ITEMS = "items"
    """Labels and groups of the test items, beside those of the same data set here."""

    DEVICE = "device"
    """A device profile, beside the one of this name here."""

    ENVIRONMENT = "environment"
    MODEL = "model"
    """A model file, by the sha256 of the file that was measured."""

    SCORES = "scores"
    """The score of each test item, from outputs and labels."""

    FIGURE = "figure"
    RECOMMENDATION = "recommendation"
    GATE = "gate"
    """A clause of the policy, or the verdict on all of it."""


class CheckOutcome(StrEnum):
    """What came of a check."""

    HOLDS = "holds"
    DIFFERS = "differs"
    NOT_POSSIBLE = "not-possible"
    """It cannot be recomputed from what the bundle holds."""


class Obstacle(StrEnum):
    """Why something cannot be recomputed."""

    OUTPUTS_NOT_KEPT = "outputs-not-kept"
    """The outputs of the model were too large to be kept, so that scores are taken as they are."""

    NO_LABELS = "no-labels"
    """The labels of the test items are not in the bundle, or are the outputs of another model."""


class SignatureState(StrEnum):
    """What a signature proves."""

    VALID_NAMED_KEY = "valid-named-key"
    """The holder of the key that was named signed exactly this."""

    VALID_KEY_INSIDE = "valid-key-inside"
    """Unchanged since the holder of the key that lies inside signed it, whoever that is."""

    OTHER_KEY = "other-key"
    """Signed, but not with the key that was named."""

    INVALID = "invalid"
    """The signature is not one of this manifest."""

    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """The signature of a bundle.

    Attributes:
        state: what it proves.
        fingerprint: sha256 of the public key inside (SubjectPublicKeyInfo, DER); empty if there is none.
        named: whether a key was named that it must be signed with.
    """

    state: SignatureState
    fingerprint: str = ""
    named: bool = False

    @property
    def outcome(self) -> CheckOutcome:
        """Whether it is as it must be: a bundle may be unsigned, unless a key was named."""
        valid = self.state in (SignatureState.VALID_NAMED_KEY, SignatureState.VALID_KEY_INSIDE)
        allowed = valid or (self.state is SignatureState.UNSIGNED and not self.named)
        return CheckOutcome.HOLDS if allowed else CheckOutcome.DIFFERS


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """One thing that was checked.

    Attributes:
        part: what it is of.
        subject: which one: a file, an operating point with its objective, a clause.
        outcome: what came of it.
        claimed: what the bundle claims, for people; empty where the subject says it.
        actual: what is so instead; empty if it holds.
        obstacle: why it is not possible; None if it is.
    """

    part: EvidencePart
    subject: str
    outcome: CheckOutcome
    claimed: str = ""
    actual: str = ""
    obstacle: Obstacle | None = None

    @classmethod
    def that(cls, part: EvidencePart, subject: str, holds: bool, actual: str, claimed: str = "") -> Self:
        """A check of whether something holds; `actual` is what is so if it does not."""
        outcome = CheckOutcome.HOLDS if holds else CheckOutcome.DIFFERS
        return cls(part, subject, outcome, claimed, "" if holds else actual)


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """A bundle, checked.

    Attributes:
        name: of the file.
        made_by: version of odviz that made it.
        checked_by: version of odviz that checked it.
        signature: its signature.
        checks: all others, in the order in which they were made. If the archive or a file differs, nothing is
            recomputed from it.
    """

    name: str
    made_by: str
    checked_by: str
    signature: SignatureCheck
    checks: tuple[EvidenceCheck, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        outcomes = {self.signature.outcome, *(check.outcome for check in self.checks)}
        return CheckOutcome.DIFFERS not in outcomes

    def of(self, outcome: CheckOutcome) -> tuple[EvidenceCheck, ...]:
        """The checks of which this came."""
        return tuple(check for check in self.checks if check.outcome is outcome)
