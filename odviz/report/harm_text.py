"""Whom compression hurts, in words and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from odviz.domain.estimate import Estimate
from odviz.domain.harm import Effect, GroupChange, HarmReport, VariantHarm
from odviz.domain.target import OperatingPoint
from odviz.domain.text import few
from odviz.metrics import METRICS
from odviz.units import change, counted, digits, estimate

_MOST_NAMED = 3

_ROUGH = 1e-3
"""Share from which one decimal of a point is enough."""

_EFFECTS = {
    Effect.HURT: "worse",
    Effect.HELPED: "better",
    Effect.OPEN: "",
    Effect.TOO_FEW: "too few items",
}


def headline(report: HarmReport, variant: VariantHarm) -> str:
    """What compression does to the groups, in one or two sentences."""
    hurt, compared = variant.of(Effect.HURT), variant.compared
    noun = METRICS[report.metric].noun
    if not compared:
        return f"None of the {report.groups} has {report.fewest} items or more, so none can be compared."
    if not hurt:
        worst = max(compared, key=lambda group: _most_lost(report, group))
        bound = _amount(_most_lost(report, worst), worst.difference.unit)
        most = f"the most that one can have lost is {bound} ({worst.name})"
        return f"Of {len(compared)} {report.groups} none loses {noun} for certain; {most}."
    names = few([f"{group.name} {_span(group.difference)}" for group in hurt], _MOST_NAMED)
    verb = "loses" if len(hurt) == 1 else "lose"
    return f"Of {len(compared)} {report.groups} {len(hurt)} {verb} {noun} for certain: {names}."


def worst_group(report: HarmReport, variant: VariantHarm) -> str:
    """The group with the worst value before, and after compression."""
    sign = 1 if report.higher_is_better else -1
    before = min(variant.compared, key=lambda group: sign * group.parent.centre)
    after = min(variant.compared, key=lambda group: sign * group.own.centre)
    noun = METRICS[report.metric].noun
    former = "it was the worst, too" if before.name == after.name else f"{before.name} was"
    return (
        f"Of these {report.groups} {after.name} has the worst {noun}: {estimate(after.own)}. Before, "
        f"{former}: {estimate(before.parent)}."
    )


def axis_title(report: HarmReport) -> str:
    """Title of the axis of changes; shares are in points."""
    metric = METRICS[report.metric]
    unit = "points" if metric.unit == "1" else metric.unit
    return f"Change of {metric.noun} ({unit})" if unit else f"Change of {metric.noun}"


def notes(report: HarmReport) -> list[str]:
    """What the figures are, a sentence each."""
    metric = METRICS[report.metric]
    sentences = [
        f"Each change of the {metric.noun} is on the same items. The intervals hold for all "
        f"{counted(report.comparisons, 'change')} at once (95 %): if nothing had changed, at most one page in twenty "
        "would call any group worse or better."
    ]
    if report.stands_in:
        sentences.append(f"The metric of the task compares classes; {metric.noun} (recall) takes its place.")
    if report.sources:
        sentences.append(f"The items come from {report.sources}; the intervals are for more items of the same ones.")
    small = {group.name for variant in report.variants for group in variant.of(Effect.TOO_FEW)}
    if small:
        sentences.append(f"With fewer than {report.fewest} items, and so not compared: {', '.join(sorted(small))}.")
    return sentences


def group_rows(report: HarmReport, variant: VariantHarm) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and cells of the table of one variant's groups."""
    title = METRICS[report.metric].title
    headings = (
        report.groups.capitalize(), "Items", f"{title} before", f"{title} after", "Change", "For certain",
        "Right → wrong", "Wrong → right",
    )  # fmt: skip
    return headings, [_cells(group) for group in variant.groups]


def variant_rows(
    variants: Sequence[VariantHarm], name: Callable[[OperatingPoint], str]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and cells of the table of variants.

    Args:
        variants: one row each.
        name: how a point is called.
    """
    headings = ("Variant", "All items", "Worst group", "Its change", "Worse for certain", "Better for certain")
    rows: list[tuple[str, ...]] = []
    for variant in variants:
        worst = next(iter(variant.compared), None)
        rows.append(
            (
                name(variant.point),
                change(variant.difference),
                worst.name if worst else "",
                change(worst.difference) if worst else "",
                f"{len(variant.of(Effect.HURT))} of {len(variant.compared)}",
                f"{len(variant.of(Effect.HELPED))} of {len(variant.compared)}",
            )
        )
    return headings, rows


def _cells(group: GroupChange) -> tuple[str, ...]:
    lost, gained = (str(group.moved.lost), str(group.moved.gained)) if group.moved else ("", "")
    written = change(group.difference) if group.effect is not Effect.TOO_FEW else ""
    own, parent = estimate(group.own), estimate(group.parent)
    return group.name, f"{group.items:,}", parent, own, written, _EFFECTS[group.effect], lost, gained


def _most_lost(report: HarmReport, group: GroupChange) -> float:
    """How much worse the metric can have become at most."""
    return -group.difference.low if report.higher_is_better else group.difference.high


def _span(difference: Estimate) -> str:
    """How far a difference lies from zero ("3.1 to 9.0 points")."""
    near, far = sorted((abs(difference.low), abs(difference.high)))
    return f"{_number(near, difference.unit)} to {_amount(far, difference.unit)}"


def _amount(value: float, unit: str) -> str:
    return f"{_number(value, unit)} {'points' if unit == '1' else unit}".rstrip()


def _number(value: float, unit: str) -> str:
    return f"{100 * value:.1f}" if unit == "1" and value >= _ROUGH else digits(100 * value if unit == "1" else value, 2)
