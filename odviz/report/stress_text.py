"""What stress tests found, in words and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odviz.analysis.candidates import Candidate
from odviz.analysis.stress import SeverityCurve, Stability, UnderStress, best_membership
from odviz.domain.estimate import Estimate
from odviz.domain.failure import Failure
from odviz.domain.objective import noun
from odviz.domain.result import Membership
from odviz.domain.target import OperatingPoint
from odviz.services.naming import Name
from odviz.stress import STRESS_TESTS
from odviz.stress.corruptions import KIND_TITLES
from odviz.units import change, counted, estimate, times

_MAX_NAMES = 4

_OTHERWISE = Stability.CHANGES, Stability.PERHAPS

_CHANGES = {
    Stability.STAYS: "stays",
    Stability.UNKNOWN: "not known",
    Stability.PERHAPS: "may change",
    Stability.CHANGES: "changes",
}

_STATES = {Membership.FRONT: "● on one", Membership.AMBIGUOUS: "◐ perhaps", Membership.DOMINATED: "· on none"}

FRONTS = (
    "Under each stress the figure that was measured then takes the place of the usual one (accuracy, or latency), and "
    "fronts and recommendation are computed again, under the same limits. On one: on at least one front in 95 % of the "
    "resamples; perhaps: in 5 to 95 %."
)
"""How the answers come about."""

EXPLANATION = (
    "Each figure is the mean over the same test items, disturbed in the same way for all variants; severity 0 is "
    "undisturbed. The intervals are for new items: other disturbances, or stronger ones, may do more harm."
)
"""What the figures are."""


def overall(answers: Sequence[UnderStress], name: Name) -> str:
    """Whether the recommendation changes under any stress that was tried, in a sentence or two.

    Args:
        answers: to each stress test, at least one.
        name: how a variant is named.
    """
    if len(answers) == 1:
        return headline(answers[0], name)
    changing, perhaps = ([one for one in answers if one.change is state] for state in _OTHERWISE)
    own = next((one.recommended[0] for one in answers if one.recommended[0]), None)
    if changing or perhaps:
        worst = (changing or perhaps)[0]
        verb = "changes" if changing else "may change"
        first = f"The recommendation {verb} under {len(changing or perhaps)} of {len(answers)} stresses"
        return f"{first}. {headline(worst, name)}"
    unknown = [one for one in answers if one.change is Stability.UNKNOWN]
    if unknown or own is None:
        return f"Whether the recommendation changes is not known of: {_titles(unknown or answers)}."
    return f"The recommendation stays under all {len(answers)} stresses: {name(_point(own))} ({_titles(answers)})."


def worst_change(answers: Sequence[UnderStress]) -> Stability:
    """The most harmful of the answers."""
    return max((one.change for one in answers), key=list(Stability).index)


def headline(stress: UnderStress, name: Name) -> str:
    """Whether the recommendation changes under one stress, in a sentence or two."""
    own, other = stress.recommended
    what, test = stress.objective.noun, title(stress.test)
    if stress.change is Stability.STAYS and own:
        figure = estimate(own.estimates[stress.objective])
        return f"{test}: the recommendation stays under stress, {name(_point(own))} ({what} {figure})."
    if own is None or other is None or stress.gain is None:
        return f"{test}: whether the recommendation changes is not known; the recommended variant was not tried."
    gain = _gain(stress, stress.gain)
    if stress.change is Stability.CHANGES:
        return (
            f"{test}: the recommendation changes under stress, {name(_point(other))} instead of {name(_point(own))} "
            f"({what} {gain})."
        )
    return (
        f"{test}: the recommendation may change under stress, {name(_point(other))} instead of {name(_point(own))}, "
        f"but it is not better there for certain ({what} {gain})."
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


def rows_of_answers(answers: Sequence[UnderStress], name: Name) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and rows of a table: a stress test a row, with what is recommended then and who stays on a front."""
    headings = "Stress", "Recommendation", "Recommended", "Its figure", "Stay on a front"
    rows: list[tuple[str, ...]] = []
    for one in answers:
        own, other = one.recommended
        chosen = own if one.change is Stability.STAYS else other
        rows.append(
            (
                title(one.test),
                _CHANGES[one.change],
                name(_point(chosen)) if chosen else "none",
                f"{one.objective.noun} {estimate(chosen.estimates[one.objective])}" if chosen else "",
                f"{len(one.stays)} of {len(one.stays) + len(one.leaves)}"
                + (f"; no longer {_names(one.leaves, name)}" if one.leaves else ""),
            )
        )
    return headings, rows


def rows_of_fronts(answers: Sequence[UnderStress], name: Name) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and rows of a table: a variant a row, whether it is on a front usually and under each stress."""
    headings = "Variant", "Usually", *(title(one.test) for one in answers)
    rows: list[tuple[str, ...]] = []
    for candidate in answers[0].usual.candidates:
        point = _point(candidate)
        under = [next((own for own in one.stressed.candidates if _point(own) == point), None) for one in answers]
        usual = next((one.usual_membership(own) for one, own in zip(answers, under, strict=True) if own), None)
        states = [usual, *(best_membership(own) if own else None for own in under)]
        rows.append((name(point), *(_STATES[state] if state else "not tried" for state in states)))
    return headings, rows


def notes(answers: Sequence[UnderStress], name: Name) -> list[str]:
    """What limits the answers."""
    sentences = [f"{title(one.test)}: not tried of {_names(one.untried, name)}." for one in answers if one.untried]
    return [*sentences, FRONTS]


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


def _gain(stress: UnderStress, gain: Estimate) -> str:
    if not stress.is_quality:
        return f"better by {times(gain)}"
    return change(gain) + (" points" if stress.objective.is_share else "")


def _titles(answers: Sequence[UnderStress]) -> str:
    return ", ".join(noun(title(one.test)) for one in answers)


def _point(candidate: Candidate) -> OperatingPoint:
    return candidate.result.point


def _names(candidates: Sequence[Candidate], name: Name) -> str:
    names = [name(_point(candidate)) for candidate in candidates[:_MAX_NAMES]]
    rest = len(candidates) - len(names)
    return ", ".join(names) + (f" and {counted(rest, 'other')}" if rest else "")
