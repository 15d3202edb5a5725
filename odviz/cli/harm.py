"""`odviz harm`: which classes, or other groups of the test items, compression hurts."""

from __future__ import annotations

import click

from odviz.analysis.benchmark_data import BenchmarkData, load_benchmark_data
from odviz.analysis.calibration import calibration
from odviz.analysis.harm import harm
from odviz.analysis.named import named
from odviz.cli.context import Output, id_argument, label, say, table, variant_option, with_json, with_store
from odviz.cli.types import TEXT
from odviz.domain.calibration import CalibrationReport
from odviz.domain.errors import InputError, UnknownName
from odviz.domain.harm import Effect, HarmReport, VariantHarm
from odviz.objectives.groups import ItemGroups
from odviz.report import calibration_text, harm_text
from odviz.store import Store


@click.command("harm")
@id_argument
@variant_option("variants to show with all groups and calibration: 'resnet-8 int8-static', 'litert'.")
@click.option(
    "--by",
    metavar="GROUPS",
    type=TEXT,
    default="",
    help="What to group by: classes, or a column; classes by default, or age bands and the like where a task has them.",
)
@with_json
@with_store
def harm_(store: Store, benchmark_id: str, variant: str, by: str) -> Output:
    """Show which classes or groups each variant of the benchmark ID hurts.

    Exits with 1 if a variant that is shown is worse for certain in a group.
    """
    data = load_benchmark_data(store, benchmark_id)
    report = harm(data, _grouping(data, by))
    chosen = named(report.variants, variant, lambda one: one.point)
    hurts = any(one.of(Effect.HURT) for one in chosen)
    calibrations = [calibration(data, one.point) for one in chosen if variant]
    document = {
        "report": report,
        "variants": [one.point.label for one in chosen],
        "calibration": [one for one in calibrations if one],
    }
    return Output(document, lambda: _show(report, chosen, calibrations), 1 if hurts else 0)


def _grouping(data: BenchmarkData, by: str) -> ItemGroups:
    """The grouping of this title.

    Raises:
        InputError: the items have no groups.
        UnknownName: none has this title.
    """
    groupings = {grouping.title: grouping for grouping in data.items.ways}
    if not groupings:
        raise InputError("Nothing is known of the test items: they have no classes or groups, or are others by now.")
    name = by or data.items.first.title
    if name not in groupings:
        raise UnknownName("grouping", name, groupings)
    return groupings[name]


def _show(report: HarmReport, variants: list[VariantHarm], calibrations: list[CalibrationReport | None]) -> None:
    headings, rows = harm_text.variant_rows(variants, label)
    table("", headings, rows, right=headings[1:2] + headings[3:])
    for variant, confidence in zip(variants, calibrations, strict=False):  # groups only of the variants that are named
        say(f"\n{variant.point.label}: {harm_text.headline(report, variant)}")
        if variant.compared:
            say(harm_text.worst_group(report, variant))
        headings, rows = harm_text.group_rows(report, variant)
        table("", headings, rows, right=headings[1:5] + headings[6:])
        if confidence:
            say(calibration_text.headline(confidence))
            table("", *calibration_text.rows(confidence))
    say("")
    for sentence in harm_text.notes(report):
        say(sentence)
