"""The gate: a policy of clauses, and whether a new version satisfies them compared with the one before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from odviz.domain.comparison import ObjectiveChange, Unlike
from odviz.domain.target import OperatingPoint


class GateVerdict(StrEnum):
    """What is certain of a clause, or of a whole policy."""

    PASS = "pass"
    """The change is within the margin."""

    FAIL = "fail"
    """The change is beyond the margin."""

    INCONCLUSIVE = "inconclusive"
    """Neither is certain."""


class Remedy(StrEnum):
    """What would settle a clause that is inconclusive."""

    ITEMS = "items"
    """More test items."""

    MINUTES = "minutes"
    """More minutes of measuring."""

    SAME_ITEMS = "same-items"
    """The same test items on both sides, so that predictions are paired."""

    ONE_BENCHMARK = "one-benchmark"
    """Both in one benchmark, in turns: more time does not help, because sessions or machines differ."""

    MEASURE = "measure"
    """Measuring: a figure was published, projected or modelled."""

    NOTHING_KNOWN = "nothing-known"
    """A figure, or its ratio, is not known for both."""

    NONE = "none"
    """The change seems to be exactly the margin: no number of observations is enough."""


@dataclass(frozen=True, slots=True)
class Clause:
    """How much worse one objective may become.

    Attributes:
        objective: name of the objective.
        margin: the greatest loss that is accepted: a share of the figure before where `is_relative`, else in the
            objective's SI unit (0.01 of a share is a percentage point).
        is_relative: whether the margin is relative.
        device: name of the device it holds for; empty for wherever the sides were measured.
        target: key of the way to run networks on it; empty for the best-backed one.
        variant: part of the names of the variants that it holds for; empty for all.
    """

    objective: str
    margin: float
    is_relative: bool
    device: str = ""
    target: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a new version must satisfy: all clauses.

    Attributes:
        title: for people.
        clauses: at least one.
        note: why these margins; may be empty.
    """

    title: str
    clauses: tuple[Clause, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Settling:
    """What would settle a clause that is inconclusive.

    Attributes:
        remedy: what.
        amount: how many items or minutes in all, in 8 of 10 cases; None where the remedy is not an amount.
        present: how many there are now; None likewise.
    """

    remedy: Remedy
    amount: float | None = None
    present: float | None = None


@dataclass(frozen=True, slots=True)
class PowerPoint:
    """Chances of the verdicts if the true change were this one.

    Attributes:
        change: new over base, or new less base.
        passes: chance to pass.
        fails: chance to fail; what is left to 1 is inconclusive.
    """

    change: float
    passes: float
    fails: float


@dataclass(frozen=True, slots=True)
class ClauseDecision:
    """A clause, decided for one pair of operating points.

    Attributes:
        clause: what is decided.
        base: the point that is compared with.
        new: the other.
        change: of the clause's objective; None if it is not known for both.
        worst: the greatest change that is accepted, as a ratio or a difference; None without a change.
        verdict: what is certain.
        settling: what would settle it; None unless it is inconclusive.
        widening: factor by which the interval is widened for failing.
        power: chances of the verdicts from no change to three times the margin, with the interval as wide as it is.
    """

    clause: Clause
    base: OperatingPoint
    new: OperatingPoint
    change: ObjectiveChange | None
    worst: float | None
    verdict: GateVerdict
    settling: Settling | None = None
    widening: float = 1.0
    power: tuple[PowerPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """A policy, decided.

    Attributes:
        policy: what is decided.
        verdict: `FAIL` if any clause fails, else `INCONCLUSIVE` if any is, else `PASS`.
        decisions: of each clause for each pair that it holds for.
        unlike: what may make figures differ beside the variants.
    """

    policy: Policy
    verdict: GateVerdict
    decisions: tuple[ClauseDecision, ...]
    unlike: tuple[Unlike, ...]
