"""Cloud against devices, in words and tables."""

from __future__ import annotations

from collections.abc import Sequence

from odviz.domain.cost import (
    FACTORS,
    Cheaper,
    CostAssumption,
    CostBasis,
    CostCase,
    CostFactor,
    CostReport,
    CostSwing,
    EvidenceKind,
)
from odviz.units import counted, digits, percent

_YEAR_MONTHS = 12
_IN_YEARS = 24
"""Months from which a time is said in years."""

_DAYS = 30
_WITHOUT_CENTS = 100.0
_BARELY = 0.01

_BASES = {
    CostBasis.BENCHMARK: "this benchmark",
    CostBasis.CITED: "cited",
    CostBasis.ASSUMED: "assumed",
    CostBasis.OWN: "yours",
}

EVIDENCE = {
    EvidenceKind.FILE: "the file's hash and how it was made",
    EvidenceKind.ACCURACY: "accuracy on test items, with its interval",
    EvidenceKind.GROUPS: "accuracy by group or class (Explore, Classes and groups)",
    EvidenceKind.STRESS: "stress tests (Explore, Under stress)",
    EvidenceKind.DATA: "a report on the data (Data)",
    EvidenceKind.PARITY: "equal answers of several runtimes (Explore, odviz parity)",
}
"""Evidence in words, with the place where it is made."""

METHOD = (
    "A case is one of 20,000 draws: every assumption is drawn by itself, half of the time between its "
    "lowest and its usual value, half "
    "between that and its highest. Ranges hold 95 % of the cases. Prices stay as they are, and nothing is discounted."
)
"""How ranges are computed."""

MONEY, FIGURE = ("What", "Usual", "From", "To"), ("Assumption", "Value", "Unit", "Rests on", "Source")
SWINGS = ("Assumption", "At its lowest", "At its highest", "The decision flips at")


def headline(report: CostReport) -> str:
    """The answer in one sentence."""
    even, horizon = report.break_even, report.case.months
    if even.low is None:
        return "The device never pays for itself: the cloud costs less, however long it is used."
    if even.low > horizon:
        return (
            f"The device does not pay for itself within {duration(horizon)}: that takes {duration(even.low)} or more."
        )
    if even.high is not None and even.high <= horizon:
        return f"The device pays for itself {_after(even.low, even.high)}."
    within = f"within {duration(horizon)}"
    if even.value is not None and even.value <= horizon:
        half = f"in half of all cases within {duration(even.value)}"
        return f"The device is likely to pay for itself: {half}, in {percent(even.share)} {within}."
    soonest = f"after {duration(even.low)} at the earliest"
    return f"The device may pay for itself: in {percent(even.share)} of cases {within}, {soonest}."


def verdict(report: CostReport) -> str:
    """What costs less in all months, and how sure that is."""
    within = f"Over {duration(report.case.months)}"
    low, high = money(abs(report.saving.low)), money(abs(report.saving.high))
    if report.cheaper is Cheaper.DEVICE:
        saved = f"{money(report.saving.low)} to {money(report.saving.high)}"
        return f"{within} the device costs less in {percent(report.share)} of cases, and saves {saved}."
    if report.cheaper is Cheaper.CLOUD:
        if report.saving.high < 0:
            return f"{within} the cloud costs less in {percent(1 - report.share)} of cases: by {high} to {low}."
        return f"{within} the cloud costs less in {percent(1 - report.share)} of cases."
    return (
        f"{within} the device costs less in {percent(report.share)} of cases, and the cloud in the others: "
        f"it saves between {money(report.saving.low)} and {money(report.saving.high)}."
    )


def decider(report: CostReport) -> str:
    """Which assumption moves the result most, and which would turn it."""
    if not report.swings:
        return "No assumption moves the result."
    widest = report.swings[0]
    sentences = []
    if widest.width:
        sentences.append(f"What moves the result most: {FACTORS[widest.factor].title.lower()}, {_moves(widest)}.")
    turning = [one for one in report.swings if one.within]
    if turning:
        flips = "; ".join(f"{FACTORS[one.factor].title.lower()} at {flip(one)}" for one in turning)
        sentences.append(f"Within its range, each of these alone turns the decision: {flips}.")
    else:
        sentences.append("No single assumption within its range turns the decision.")
    return " ".join(sentences)


def evidence(case: CostCase) -> str:
    """Which evidence was subtracted from the hours, and which would be."""
    held = "; ".join(EVIDENCE[kind] for kind in case.evidence) or "nothing"
    missing = "; ".join(EVIDENCE[kind] for kind in EvidenceKind if kind not in case.evidence)
    saved = case.assumptions[CostFactor.EVIDENCE].value
    hours = min(len(case.evidence) * saved, case.assumptions[CostFactor.COMPLIANCE].value)
    text = f"Subtracted from the compliance hours, because odviz holds it: {held}; {digits(hours)} hours in all."
    return f"{text} Not there yet: {missing}." if missing else text


def money_rows(report: CostReport) -> list[tuple[str, ...]]:
    """Rows under `MONEY`."""
    rows = {
        "Cloud, a month": report.cloud,
        "Device, a month": report.running,
        "Device, before the first answer": report.first,
        f"Saved by the device in {duration(report.case.months)}": report.saving,
    }
    return [(title, *map(money, (one.centre, one.low, one.high))) for title, one in rows.items()]


def swing_rows(swings: Sequence[CostSwing]) -> list[tuple[str, ...]]:
    """Rows under `SWINGS`: what the device saves, where one assumption is moved."""
    rows: list[tuple[str, ...]] = []
    for one in swings:
        turning = "–" if one.flips_at is None else flip(one)
        rows.append((FACTORS[one.factor].title, money(one.at_low), money(one.at_high), turning))
    return rows


def assumption_rows(case: CostCase) -> list[tuple[str, ...]]:
    """Rows under `FIGURE`."""
    return [
        (FACTORS[factor].title, span(one), FACTORS[factor].unit, _BASES[one.basis], _source(one))
        for factor, one in ((factor, case.assumptions[factor]) for factor in CostFactor)
    ]


def span(assumption: CostAssumption) -> str:
    """An assumption as it can be typed: "500:1000:2000", or one number."""
    ends = assumption.low, assumption.value, assumption.high
    return f"{_typed(ends[1])}" if ends[0] == ends[2] else ":".join(map(_typed, ends))


def flip(swing: CostSwing) -> str:
    """The value at which the decision flips, with its unit."""
    amount, unit = digits(swing.flips_at or 0.0), FACTORS[swing.factor].unit
    return f"${amount}{unit[1:]}" if unit.startswith("$") else f"{amount} {unit}"


def money(amount: float) -> str:
    """An amount ("$1,234", "−$0.42")."""
    sign, size = "−" if amount < 0 else "", abs(amount)
    if size and size < _BARELY:
        return f"{sign}${digits(size, 2)}"
    return f"{sign}${size:,.0f}" if size >= _WITHOUT_CENTS else f"{sign}${size:,.2f}"


def duration(months: float) -> str:
    """A time in days, months or years ("9 months")."""
    if round(months * _DAYS) < 1:
        return "a day"
    if months < 1:
        return counted(round(months * _DAYS), "day")
    if months < _IN_YEARS:
        return counted(round(months), "month")
    years = f"{months / _YEAR_MONTHS:.2g}"
    return f"{years} year{'' if years == '1' else 's'}"


def _after(low: float, high: float) -> str:
    """Both ends of a time ("after 5 to 9 months")."""
    if high == 0:
        return "from the first day"
    first, last = duration(low), duration(high)
    if first == last:
        return f"after {first}"
    number, _, unit = first.rpartition(" ")
    same = last.rpartition(" ")[2].rstrip("s") == unit.rstrip("s")
    return f"after {number} to {last}" if same else f"after {first} to {last}"


def _moves(swing: CostSwing) -> str:
    low, high = sorted((swing.at_low, swing.at_high))
    return f"from {money(low)} to {money(high)} saved"


def _source(assumption: CostAssumption) -> str:
    read = f" (read {assumption.checked})" if assumption.checked else ""
    return f"{assumption.source}{read}"


def _typed(value: float) -> str:
    return f"{value:.4g}" if value < 1e4 else f"{value:.12g}"
