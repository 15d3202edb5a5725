"""The verdict of the gate in words and tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

from odviz.domain.gate import Clause, ClauseDecision, GateResult, GateVerdict, PowerPoint, Remedy
from odviz.report.comparison_text import change_text
from odviz.services.naming import Name
from odviz.units import counted, difference, digits, percent

HEADINGS = ("Clause", "Verdict", "Variant", "Change", "Allowed")
POWER = ("If the true change were", "PASS", "FAIL", "INCONCLUSIVE")

_SETTLING = {
    Remedy.ITEMS: "about {amount} test items instead of {present} would settle it",
    Remedy.MINUTES: "about {amount} minutes of measuring instead of {present} would settle it",
    Remedy.SAME_ITEMS: "other test items: predict the same ones on both sides",
    Remedy.ONE_BENCHMARK: (
        "more time cannot settle it, because sessions or machines differ: measure both in one benchmark, in turns"
    ),
    Remedy.MEASURE: "it is not measured: only measuring there would settle it",
    Remedy.NOTHING_KNOWN: "it is not known for both",
    Remedy.NONE: "the change seems to be exactly the margin",
}


def headline(result: GateResult) -> str:
    """The verdict in a sentence."""
    return f"{result.verdict.value.upper()}: {counts(result)}"


def counts(result: GateResult) -> str:
    """How many decisions have which verdict, in a sentence."""
    numbers = [
        f"{number} {verdict.value.upper()}"
        for verdict in GateVerdict
        if (number := sum(one.verdict is verdict for one in result.decisions))
    ]
    return f"{result.policy.title}; of {counted(len(result.decisions), 'decision')} {', '.join(numbers)}."


def clause_text(clause: Clause, title: str) -> str:
    """A clause by the title of its objective, with the device and the variants that it holds for."""
    device = f" on {clause.device}{f', {clause.target}' if clause.target else ''}" if clause.device else ""
    return f"{title}{device}{f' of {clause.variant}' if clause.variant else ''}"


def title(one: ClauseDecision) -> str:
    """The clause of a decision in a few words."""
    return clause_text(one.clause, one.change.objective.title if one.change else one.clause.objective)


def decision_title(one: ClauseDecision, name: Name) -> str:
    """A decision in a few words."""
    return f"{title(one)}, {name(one.new)}"


def decision_rows(result: GateResult, name: Name) -> list[tuple[str, ...]]:
    """A row per decision, as `HEADINGS` names its cells."""
    return [
        (
            title(one),
            one.verdict.value.upper(),
            name(one.new),
            change_text(one.change) if one.change else "not known",
            _allowed(one),
        )
        for one in result.decisions
    ]


def _allowed(one: ClauseDecision) -> str:
    if one.change is None or one.worst is None:
        return ""
    bound = "≥" if one.change.objective.higher_is_better else "≤"
    return f"{bound} {_change(one, one.worst)}"


def _change(one: ClauseDecision, change: float) -> str:
    if one.change is None or one.change.is_ratio:
        return f"{change:.3f}×"
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return f"{sign}{difference(abs(change), one.change.change.unit)}"


def settling(one: ClauseDecision) -> str:
    """What would settle a clause that is inconclusive, in a sentence; empty for others."""
    if one.settling is None:
        return ""
    if one.settling.remedy is Remedy.MINUTES and one.settling.amount is None:
        text = "more measuring would settle it"
    else:
        amounts = {"amount": _count(one.settling.amount), "present": _count(one.settling.present)}
        text = _SETTLING[one.settling.remedy].format(**amounts)
    return f"{title(one)} is inconclusive: {text}."


def _count(amount: float | None) -> str:
    if amount is None:
        return ""
    return f"{math.ceil(amount):,}" if amount >= 10 else digits(amount, 2)


def power_rows(one: ClauseDecision) -> list[tuple[str, ...]]:
    """A row per true change, as `POWER` names its cells: none, half the margin, the margin, twice and three times."""
    return [(_change(one, point.change), *(percent(share) for share in chances(point))) for point in _few(one.power)]


def _few(points: Sequence[PowerPoint]) -> list[PowerPoint]:
    last = len(points) - 1
    return [points[round(last * share)] for share in (0, 1 / 6, 1 / 3, 2 / 3, 1)] if points else []


def chances(point: PowerPoint) -> tuple[float, float, float]:
    """Chances to pass, to fail and to be inconclusive."""
    return point.passes, point.fails, max(1 - point.passes - point.fails, 0.0)
