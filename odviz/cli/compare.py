"""`odviz compare`: two benchmarks, variants, models, runtimes or devices, figure by figure."""

from __future__ import annotations

import re
from dataclasses import replace

import click

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.comparison import compare, recommended
from odviz.analysis.on_device import find_target
from odviz.analysis.pair_details import PairDetails, pair_details
from odviz.analysis.unlike import RECOMMENDED, Side
from odviz.cli.context import Output, label, say, table, with_json, with_store
from odviz.cli.types import TEXT
from odviz.domain.comparison import BenchmarkComparison, ChangeKind
from odviz.domain.errors import UnknownName
from odviz.domain.label import BASELINE
from odviz.domain.target import HOST
from odviz.report import comparison_text, harm_text
from odviz.serialization import to_builtins
from odviz.services import naming
from odviz.services.release_log import registry
from odviz.services.releases import side_of
from odviz.store import Store

SIDE = "ID[:VARIANT][@DEVICE]"
"""How a side of a comparison is written."""

_MOST_ITEMS = 10
"""Items that are written out for each direction."""

_PATTERN = re.compile(r"(?P<id>[^:@]+)(:(?P<text>[^@]*))?(@(?P<device>[^@/]+)(/(?P<target>.+))?)?\Z")


by_option = click.option("--by", metavar="GROUPS", type=TEXT, default="", help="Group items by this; see `odviz harm`.")


@click.command("compare")
@click.argument("base", metavar=SIDE, type=TEXT)
@click.argument("new", metavar=SIDE, type=TEXT)
@by_option
@with_json
@with_store
def compare_(store: Store, base: str, new: str, by: str) -> Output:
    """Compare two benchmarks, or variants, models, runtimes or devices of them, figure by figure.

    ID is the beginning of an id, a name, or `baseline`: see `odviz label`; a name with a colon or @ is written as id.
    A release is written MODEL/vN.
    What follows the colon is a part of the names of the variants that are meant: 4f2a:litert, "4f2a:resnet-8
    int8-static"; or `recommended`. Of two variants, items and groups are compared, too. A device follows an @, and the
    way to run on it a slash. Exits with 1 if something is worse for certain.
    """
    base_side, new_side = parse_sides(store, base, new)
    compared = compare(base_side, new_side)
    worse = any(pair.of(ChangeKind.WORSE) for pair in compared.pairs)
    details = compared_details(base_side, new_side, compared, by)
    document = {**to_builtins(compared), "details": details}
    return Output(document, lambda: show(compared, details), 1 if worse else 0)


def compared_details(base: Side, new: Side, compared: BenchmarkComparison, by: str) -> PairDetails | None:
    """Items and groups of the one pair; None of several.

    Raises:
        UnknownName: no grouping has this title.
    """
    data = new.data
    groupings = {grouping.title: grouping for grouping in data.items.ways}
    if by and by not in groupings:
        raise UnknownName("grouping", by, groupings)
    if len(compared.pairs) > 1:
        return None
    grouping = groupings.get(by or data.items.first.title)
    return pair_details(base.data, data, compared.pairs[0], grouping, naming.classes(data.record.plan.task))


def parse_sides(store: Store, *texts: str) -> tuple[Side, ...]:
    """What a person typed for sides; `baseline` is the one of the other side's task.

    Raises:
        BadParameter: no id is in one.
        UnknownName: no such benchmark, release, device or target.
    """
    matches = [_match(text) for text in texts]
    ids = [match["id"].strip() for match in matches]
    named = {one: _load(store, one) for one in ids if one.lower() != BASELINE}
    task = next((side.data.record.plan.task for side in named.values()), None)
    sides = []
    for match, reference in zip(matches, ids, strict=True):
        device, target = find_target(match["device"] or HOST, match["target"] or "")
        text = match["text"] or ""
        side = replace(named.get(reference) or _load(store, reference, task), text=text, device=device, target=target)
        sides.append(recommended(replace(side, text="")) if text == RECOMMENDED else side)
    return tuple(sides)


def _load(store: Store, reference: str, task: str | None = None) -> Side:
    """A benchmark, or the variant that a release pins, from the benchmark that is kept with it.

    Raises:
        UnknownName: there is none.
    """
    try:
        return Side(load_benchmark_data(store, store.load(reference, task).id))
    except UnknownName:
        if "/" not in reference:
            raise
        return side_of(store, registry(store).find(reference))


def _match(text: str) -> re.Match[str]:
    if match := _PATTERN.match(text):
        return match
    raise click.BadParameter(f"{text!r} is not ID, ID:VARIANT or ID:VARIANT@DEVICE.")


def show(comparison: BenchmarkComparison, details: PairDetails | None = None) -> None:
    """Write a comparison for people."""
    for unlike in comparison.unlike:
        say(comparison_text.unfair(unlike))
    say(comparison_text.headline(comparison, label))
    if len(comparison.pairs) > 1:
        headings, rows = comparison_text.pair_rows(comparison, label)
        table("", headings, rows)
    else:
        (pair,) = comparison.pairs
        headings = comparison_text.CHANGES
        table("", headings, comparison_text.change_rows(pair), right=headings[1:4])
        if sentence := comparison_text.otherwise(pair):
            say(sentence)
        if details:
            _show_details(details)
        if rows := comparison_text.fact_rows(pair):
            table("Facts that differ", comparison_text.FACTS, rows, right=comparison_text.FACTS[1:])
        if rows := comparison_text.operator_rows(pair):
            table("Operators", comparison_text.OPERATORS, rows, right=comparison_text.OPERATORS[1:])
    for title, points in (("before", comparison.only_base), ("after", comparison.only_new)):
        if points:
            say(f"Only {title}: {', '.join(map(label, points))}.")


def _show_details(details: PairDetails) -> None:
    for flips in details.flips:
        headings, rows = comparison_text.flip_rows(flips)
        say(comparison_text.flips_title(flips))
        if rows:
            table("", headings, rows[:_MOST_ITEMS], right=headings[:1])
    if report := details.groups:
        (variant,) = report.variants
        say(harm_text.headline(report, variant))
        headings, rows = harm_text.group_rows(report, variant)
        table("", headings, rows, right=headings[1:5] + headings[6:])
