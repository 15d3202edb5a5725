"""`odviz compare`: two benchmarks, variants, models, runtimes or devices, figure by figure."""

from __future__ import annotations

import re

import click

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.comparison import compare
from odviz.analysis.on_device import find_target
from odviz.analysis.unlike import Side
from odviz.cli.context import Output, say, table, with_json, with_store
from odviz.cli.types import TEXT
from odviz.domain.comparison import BenchmarkComparison, ChangeKind
from odviz.domain.label import BASELINE
from odviz.domain.target import HOST, OperatingPoint
from odviz.report import comparison_text
from odviz.store import Store

SIDE = "ID[:VARIANT][@DEVICE]"
"""How a side of a comparison is written."""

_PATTERN = re.compile(r"(?P<id>[^:@]+)(:(?P<text>[^@]*))?(@(?P<device>[^@/]+)(/(?P<target>.+))?)?\Z")


@click.command("compare")
@click.argument("base", metavar=SIDE, type=TEXT)
@click.argument("new", metavar=SIDE, type=TEXT)
@with_json
@with_store
def compare_(store: Store, base: str, new: str) -> Output:
    """Compare two benchmarks, or variants, models, runtimes or devices of them, figure by figure.

    ID is the beginning of an id, a name, or `baseline`: see `odviz label`. A name with a colon or @ is written as id.
    What follows the colon is a part of the names of the variants that are meant: 4f2a:litert, "4f2a:resnet-8
    int8-static". A device follows an @, and the way to run on it a slash. Exits with 1 if something is worse for
    certain.
    """
    base_side, new_side = parse_sides(store, base, new)
    compared = compare(base_side, new_side)
    worse = any(pair.of(ChangeKind.WORSE) for pair in compared.pairs)
    return Output(compared, lambda: show(compared), 1 if worse else 0)


def parse_sides(store: Store, *texts: str) -> tuple[Side, ...]:
    """What a person typed for sides; `baseline` is the one of the other side's task.

    Raises:
        BadParameter: no id is in one.
        UnknownName: no such benchmark, device or target.
    """
    matches = [_match(text) for text in texts]
    ids = [match["id"].strip() for match in matches]
    named = next((store.load(one).plan.task for one in ids if one.lower() != BASELINE), None)
    sides = []
    for match, reference in zip(matches, ids, strict=True):
        device, target = find_target(match["device"] or HOST, match["target"] or "")
        data = load_benchmark_data(store, store.load(reference, named).id)
        sides.append(Side(data, match["text"] or "", device, target))
    return tuple(sides)


def _match(text: str) -> re.Match[str]:
    if match := _PATTERN.match(text):
        return match
    raise click.BadParameter(f"{text!r} is not ID, ID:VARIANT or ID:VARIANT@DEVICE.")


def show(comparison: BenchmarkComparison) -> None:
    """Write a comparison for people."""
    for unlike in comparison.unlike:
        say(comparison_text.unfair(unlike))
    say(comparison_text.headline(comparison, _name))
    if len(comparison.pairs) > 1:
        headings, rows = comparison_text.pair_rows(comparison, _name)
        table("", headings, rows)
    else:
        (pair,) = comparison.pairs
        headings = comparison_text.CHANGES
        table("", headings, comparison_text.change_rows(pair), right=headings[1:4])
        if sentence := comparison_text.otherwise(pair):
            say(sentence)
        if rows := comparison_text.operator_rows(pair):
            table("Operators", comparison_text.OPERATORS, rows, right=comparison_text.OPERATORS[1:])
    for title, points in (("before", comparison.only_base), ("after", comparison.only_new)):
        if points:
            say(f"Only {title}: {', '.join(map(_name, points))}.")


def _name(point: OperatingPoint) -> str:
    return point.label
