"""Claims beside what their samples give: each holds to rounding, or differs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import zip_longest
from typing import TypeVar

from odviz.analysis.claims import ClaimPlace, Claims, DecisionClaim, FigureClaim, GateClaim, RecommendationClaim
from odviz.domain.estimate import Estimate
from odviz.domain.evidence import CheckOutcome, EvidenceCheck, EvidencePart
from odviz.domain.target import HOST
from odviz.units import digits

T = TypeVar("T")

ROUNDING = 1e-6
"""Relative difference of two figures that are the same: sums of floats depend on the processor."""

_DIGITS = 7
_NOTHING = "nothing"
_IN_WORDS = "the same with another scope, source or number of observations"


def check_claims(claimed: Claims, own: Claims) -> Iterator[EvidenceCheck]:
    """Compare every claim with what was computed of the same samples.

    What is claimed twice, or could be claimed and is not, differs, too.

    Args:
        claimed: by the bundle.
        own: computed here.
    """
    figure = EvidencePart.FIGURE
    yield from _by_key(figure, claimed.figures, own.figures, _figure_key, _figure_title, _of_figure, _same_figure)
    yield from _by_key(
        EvidencePart.RECOMMENDATION,
        claimed.recommendations,
        own.recommendations,
        lambda one: one.place,
        lambda one: _written(one.place),
        _of_recommendation,
        lambda one, other: one == other,
    )
    yield from check_gate(claimed.gate, own.gate, "the policy")


def check_gate(claimed: GateClaim | None, own: GateClaim | None, subject: str) -> Iterator[EvidenceCheck]:
    """Compare a verdict and those on its clauses with what was computed; nothing if there is neither.

    Args:
        claimed: by the bundle.
        own: computed here.
        subject: whose verdict it is.
    """
    part = EvidencePart.GATE
    theirs, ours = (one.decisions if one else () for one in (claimed, own))
    for one, other in zip_longest(theirs, ours):
        title = f"{subject}: {_clause(one or other)}"
        same = one is not None and other is not None and _same_decision(one, other)
        yield EvidenceCheck.that(part, title, same, _decided(other), _decided(one))
    verdicts = [one.verdict.value if one else _NOTHING for one in (claimed, own)]
    if claimed or own:
        yield EvidenceCheck.that(part, subject, verdicts[0] == verdicts[1], verdicts[1], verdicts[0])


def same_estimate(one: Estimate | None, other: Estimate | None) -> bool:
    """Whether two estimates say the same: numbers to rounding, all else exactly."""
    if one is None or other is None:
        return one is other
    exact = ("unit", "provenance", "kind", "n", "level", "scope", "source")
    if any(getattr(one, name) != getattr(other, name) for name in exact):
        return False
    scale = max((abs(end) for end in (one.low, one.high, other.low, other.high) if math.isfinite(end)), default=0.0)
    pairs = ((one.value, other.value), (one.low, other.low), (one.high, other.high))
    return all(_same(*pair, scale) for pair in pairs) and same_estimate(one.absolute, other.absolute)


def written_estimate(one: Estimate | None) -> str:
    """Value, interval, unit and provenance, for people."""
    if one is None:
        return "not known"
    value = "" if one.value is None else f"{digits(one.value, _DIGITS)} "
    unit = "" if one.unit == "1" else f" {one.unit}"
    return f"{value}[{digits(one.low, _DIGITS)}, {digits(one.high, _DIGITS)}]{unit}, {one.provenance.value}"


def _same(one: float | None, other: float | None, scale: float = 0.0) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING * scale)


def _by_key(
    part: EvidencePart,
    claimed: Sequence[T],
    own: Sequence[T],
    key: Callable[[T], Hashable],
    title: Callable[[T], str],
    written: Callable[[T], str],
    same: Callable[[T, T], bool],
) -> Iterator[EvidenceCheck]:
    """Compare claims that have the same key."""
    computed = {key(one): one for one in own}
    counts = Counter(map(key, claimed))
    for one in claimed:
        other = computed.pop(key(one), None)
        if other is not None and counts[key(one)] == 1 and same(one, other):
            yield EvidenceCheck(part, title(one), CheckOutcome.HOLDS, written(one))
        else:
            actual = _NOTHING if other is None else written(other)
            actual = "claimed twice" if counts[key(one)] > 1 else _IN_WORDS if actual == written(one) else actual
            yield EvidenceCheck(part, title(one), CheckOutcome.DIFFERS, written(one), actual)
    for one in computed.values():
        yield EvidenceCheck(part, title(one), CheckOutcome.DIFFERS, _NOTHING, written(one))


def _figure_key(one: FigureClaim) -> Hashable:
    return one.place, one.point, one.objective


def _figure_title(one: FigureClaim) -> str:
    return f"{one.objective} of {one.point}, {_written(one.place)}"


def _of_figure(one: FigureClaim) -> str:
    return written_estimate(one.estimate)


def _same_figure(one: FigureClaim, other: FigureClaim) -> bool:
    return same_estimate(one.estimate, other.estimate)


def _of_recommendation(one: RecommendationClaim) -> str:
    return f"{one.verdict.value} {one.point}".rstrip()


def _written(place: ClaimPlace) -> str:
    return place.benchmark + ("" if place.device == HOST else f" on {place.device} ({place.target})")


def _same_decision(one: DecisionClaim, other: DecisionClaim) -> bool:
    exact = ("clause", "base", "new", "is_ratio", "verdict")
    figures = len(one.figures) == len(other.figures) and all(map(same_estimate, one.figures, other.figures))
    return (
        all(getattr(one, name) == getattr(other, name) for name in exact)
        and figures
        and same_estimate(one.change, other.change)
        and _same(one.worst, other.worst)
    )


def _clause(one: DecisionClaim) -> str:
    clause = one.clause
    place = f" on {clause.device}" if clause.device else ""
    return f"{clause.objective}{place}, {one.base} to {one.new}"


def _decided(one: DecisionClaim | None) -> str:
    return _NOTHING if one is None else f"{one.verdict.value}, change {written_estimate(one.change)}"
