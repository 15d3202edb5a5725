"""Whether the data of a task are good: what was looked at, and what is worth looking at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from odviz.domain.estimate import Estimate


class Severity(IntEnum):
    """What a finding asks of a person; a greater one asks for more.

    Attributes:
        FINE: nothing.
        LOOK: to look at some items, or to know a limit.
        ACT: to change the data, or to read the figures otherwise.
    """

    FINE = 0
    LOOK = 1
    ACT = 2


class Part(StrEnum):
    """Which part of a data set."""

    TEST = "test"
    CALIBRATION = "calibration"


class FindingKind(StrEnum):
    """What a finding is about."""

    CHANCE = "chance"
    RARE_CLASS = "rare-class"
    MISSING_CLASS = "missing-class"
    COPIES = "copies"
    NEAR_COPIES = "near-copies"
    SHARED_PARTS = "shared-parts"
    OTHER_LABELS = "other-labels"
    LEAK = "leak"
    LEAK_EFFECT = "leak-effect"
    DECISION = "decision"
    LABEL_SUSPECTS = "label-suspects"
    CONSTANT_FEATURES = "constant-features"
    MISSING_VALUES = "missing-values"
    OUTLIERS = "outliers"
    CUT_OFF = "cut-off"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One item of a data set.

    Attributes:
        split: its part.
        index: its position there, from 0.
    """

    split: Part
    index: int


@dataclass(frozen=True, slots=True)
class Case:
    """Items that show a finding: one, or several that belong together.

    Attributes:
        items: which.
        caption: what is to be seen, for people.
        strength: how far it goes: the similarity of copies, a distance, a probability.
    """

    items: tuple[Item, ...]
    caption: str
    strength: float


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with what it is of.

    Attributes:
        title: what it is of, for people.
        estimate: the figure.
    """

    title: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class DataFinding:
    """One result of a check.

    Attributes:
        kind: what it is about.
        severity: what it asks for.
        message: a sentence or two for people.
        figures: behind the sentence.
        count: how many items, features or classes it is about.
        cases: those that show it, the most telling first; at most `MOST_CASES`.
    """

    kind: FindingKind
    severity: Severity
    message: str
    figures: tuple[Figure, ...] = ()
    count: int = 0
    cases: tuple[Case, ...] = ()


MOST_CASES = 1000
"""Cases that a finding keeps."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What one check says of a data set.

    Attributes:
        name: of the check.
        title: as shown.
        method: how it looks, with its thresholds.
        findings: in the order in which they are to be read; empty where the check was not made.
        obstacle: why it was not made, as a sentence; else empty.
    """

    name: str
    title: str
    method: str
    findings: tuple[DataFinding, ...] = ()
    obstacle: str = ""

    @property
    def severity(self) -> Severity | None:
        """The greatest of all findings; None where the check was not made."""
        return None if self.obstacle else max((one.severity for one in self.findings), default=Severity.FINE)


@dataclass(frozen=True, slots=True)
class DataReport:
    """All checks of a data set.

    Attributes:
        task: whose data set it is.
        fingerprints: of the test and the calibration items.
        benchmark: id of the benchmark whose predictions were used; empty for none.
        items: number of test and of calibration items.
        checks: in the order in which they are to be read.
    """

    task: str
    fingerprints: tuple[str, str]
    benchmark: str
    items: tuple[int, int]
    checks: tuple[CheckReport, ...]

    @property
    def findings(self) -> tuple[DataFinding, ...]:
        """Those of all checks."""
        return tuple(finding for check in self.checks for finding in check.findings)

    @property
    def severity(self) -> Severity:
        """The greatest of all findings."""
        return max((finding.severity for finding in self.findings), default=Severity.FINE)

    def of_kind(self, kind: FindingKind) -> tuple[DataFinding, ...]:
        """The findings of one kind."""
        return tuple(finding for finding in self.findings if finding.kind is kind)
