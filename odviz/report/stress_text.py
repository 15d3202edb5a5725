"""What stress tests found, in words and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from odviz.analysis.candidates import Candidate
from odviz.analysis.stress import SeverityCurve, Stability, UnderStress
from odviz.domain.failure import Failure
from odviz.domain.target import OperatingPoint
from odviz.stress import STRESS_TESTS
from odviz.stress.corruptions import KIND_TITLES
from odviz.units import change, counted, estimate

Name = Callable[[OperatingPoint], str]
"""How a variant is named."""

_MAX_NAMES = 4

EXPLANATION = (
    "Each figure is the mean over the same test items, disturbed in the same way for all variants; severity 0 is "
    "undisturbed. The intervals are for new items: other disturbances, or stronger ones, may do more harm."
)
"""What the figures are."""


def headline(stress: UnderStress, name: Name) -> str:
    """Whether the recommendation changes, in a sentence or two."""
    own, other = stress.recommended
    if stress.change is Stability.STAYS and own:
        figure = estimate(own.estimates[stress.quality])
        return f"The recommendation stays under stress: {name(_point(own))}, {stress.quality.noun} {figure}."
    if own is None or other is None or stress.gain is None:
        return "Whether the recommendation changes under stress is not known: the recommended variant was not tried."
    points = " points" if stress.quality.is_share else ""
    gain = f"{stress.quality.noun} {change(stress.gain)}{points}"
    if stress.change is Stability.CHANGES:
        return (
            f"The recommendation changes under stress: {name(_point(other))} instead of {name(_point(own))} ({gain})."
        )
    return (
        f"The recommendation may change under stress: {name(_point(other))} would be chosen instead of "
        f"{name(_point(own))}, but it is not more robust for certain ({gain})."
    )


def fronts_sentence(stress: UnderStress, name: Name) -> str:
    """Which variants stay on a front under stress, in a sentence; empty if none is on one for certain."""
    stays, leaves = stress.stays, stress.leaves
    if not stays and not leaves:
        return ""
    total = len(stays) + len(leaves)
    if not leaves:
        return f"All {counted(total, 'variant')} on a front stay on one under stress."
    return (
        f"{len(stays)} of {counted(total, 'variant')} on a front stay on one under stress; "
        f"no longer on any: {_names(leaves, name)}."
    )


def notes(stress: UnderStress, name: Name) -> list[str]:
    """What limits the answer."""
    sentences = []
    if stress.untried:
        sentences.append(f"Not tried under stress: {_names(stress.untried, name)}.")
    return [*sentences, EXPLANATION]


def failures_of(failures: Mapping[OperatingPoint, Mapping[str, Failure]], name: Name) -> list[str]:
    """Why variants could not be tried, a sentence each."""
    return [
        f"{title(test)}: {name(point)} could not be tried. {failure.reason}"
        for point, by_test in failures.items()
        for test, failure in by_test.items()
    ]


def title(test: str) -> str:
    """Title of a stress test; its name if it no longer exists."""
    return STRESS_TESTS[test].title if test in STRESS_TESTS else test


def kind_title(kind: str) -> str:
    """Title of a kind of disturbance; its name if it no longer exists."""
    return KIND_TITLES.get(kind, kind)


def rows_by_severity(curves: Sequence[SeverityCurve], name: Name) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and rows of a table: a variant a row, a severity a column."""
    levels = range(len(curves[0].by_severity) if curves else 0)
    headings = ("Variant", *("Undisturbed" if not level else f"Severity {level}" for level in levels))
    return headings, [(name(curve.point), *map(estimate, curve.by_severity)) for curve in curves]


def rows_by_kind(curves: Sequence[SeverityCurve], name: Name) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and rows of a table: a variant a row, a kind of disturbance a column."""
    kinds = tuple(curves[0].by_kind) if curves else ()
    headings = ("Variant", *map(kind_title, kinds))
    return headings, [(name(curve.point), *(estimate(curve.by_kind[kind]) for kind in kinds)) for curve in curves]


def _point(candidate: Candidate) -> OperatingPoint:
    return candidate.result.point


def _names(candidates: Sequence[Candidate], name: Name) -> str:
    names = [name(_point(candidate)) for candidate in candidates[:_MAX_NAMES]]
    rest = len(candidates) - len(names)
    return ", ".join(names) + (f" and {counted(rest, 'other')}" if rest else "")
