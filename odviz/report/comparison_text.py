"""A comparison of two benchmarks, variants, models, runtimes or devices, in words and tables."""

from __future__ import annotations

from collections.abc import Callable

from odviz.charts.text import CHANGE_KINDS
from odviz.domain.comparison import (
    BenchmarkComparison,
    ChangeKind,
    FileFact,
    ObjectiveChange,
    PointComparison,
    Unlike,
    Unlikeness,
)
from odviz.domain.estimate import Provenance
from odviz.domain.flips import FlipKind, Flips
from odviz.services.naming import Name
from odviz.units import change, counted, difference, digits, estimate, figure, percent, times

CHANGES = ("Figure", "Before", "After", "Change", "Meaning")
FLIPS = {
    FlipKind.LOST: "Right before, wrong now",
    FlipKind.GAINED: "Wrong before, right now",
    FlipKind.OTHER: "Predicted otherwise than before",
}
OPERATORS = ("Operator", "Before", "After")

FACTS = ("Fact", "Before", "After")

_FACTS: dict[FileFact, tuple[str, Callable[[float], str]]] = {
    FileFact.RECIPE: ("Recipe", str),
    FileFact.FORMAT: ("Format", str),
    FileFact.RUNTIME: ("Runtime", str),
    FileFact.THREADS: ("Threads", lambda count: f"{count:.0f}"),
    FileFact.SIZE: ("File size", lambda size: figure(size, "B")),
    FileFact.DOWNLOAD: ("Download, compressed", lambda size: figure(size, "B")),
    FileFact.PARAMETERS: ("Parameters", lambda count: f"{count:,.0f}"),
    FileFact.NONZERO: ("Parameters that are not zero", lambda count: f"{count:,.0f}"),
    FileFact.MACS: ("MACs", lambda count: f"{count:,.0f}"),
    FileFact.QUANTIZED: ("Compute operators with integer weights", lambda share: percent(share, 1)),
    FileFact.SHA256: ("sha256 of the file", str),
}
"""Title of each fact, and how its number is written."""

_UNLIKE = {
    Unlikeness.MACHINE: "Other machine: {base} and {new}. Times and memory tell of both, the machines and the models.",
    Unlikeness.DATA: "Other test items ({base} and {new}): accuracies are of different items, and not paired.",
    Unlikeness.RUNTIME: "Other version of a runtime: {base} and {new}.",
    Unlikeness.PACKAGES: "Model files made by other versions: {base} and {new}.",
    Unlikeness.THREADS: "Other number of threads: {base} and {new}.",
    Unlikeness.LOAD: "Other programs were running: {base} before, {new} after.",
    Unlikeness.SPEED: (
        "The machine ran at another speed (reference loop {base} before, {new} after): intervals of times are wider by "
        "what networks may feel of that."
    ),
    Unlikeness.UNKNOWN_SPEED: (
        "Not known at what speed the machine ran (timed {base} before, {new} after: the reference loop of newer "
        "versions of odviz): a change of its speed looks like one of the model."
    ),
    Unlikeness.PROJECTION: (
        "Times of a device that odviz did not measure there ({base} before, {new} after). A projected time is known "
        "within its interval; only a ratio of two measured or published times is backed by measurements."
    ),
    Unlikeness.SESSIONS: (
        "Timed in other sessions ({base} and {new}): what the machine drifts between them is in the "
        "intervals. Measured in one benchmark, in turns, differences are known much better."
    ),
}


def unfair(unlike: Unlike) -> str:
    """What makes a comparison less than fair, in a sentence."""
    return _UNLIKE[unlike.kind].format(base=unlike.base, new=unlike.new)


def headline(comparison: BenchmarkComparison, name: Name) -> str:
    """What has changed for certain, in one or two sentences."""
    if len(comparison.pairs) == 1:
        return _of_one(comparison.pairs[0], name)
    worse = [pair for pair in comparison.pairs if pair.of(ChangeKind.WORSE)]
    better = [pair for pair in comparison.pairs if pair.of(ChangeKind.BETTER)]
    pairs = counted(len(comparison.pairs), "pair")
    if not worse and not better:
        return f"Of {pairs} of variants none differs for certain in any figure."
    return f"Of {pairs} of variants {_many(len(worse))} worse for certain in some figure, {_many(len(better))} better."


def _many(count: int) -> str:
    return "none is" if not count else f"{count} {'is' if count == 1 else 'are'}"


def _of_one(pair: PointComparison, name: Name) -> str:
    groups = [
        (ChangeKind.WORSE, "worse in {}"), (ChangeKind.BETTER, "better in {}"),
    ]  # fmt: skip
    parts = [words.format(_named(changes)) for kind, words in groups if (changes := pair.of(kind))]
    certain = " and ".join(parts) + " for certain" if parts else "not different for certain in any figure"
    return f"{name(pair.new)} is {certain}, compared with {name(pair.base)}."


def _named(changes: tuple[ObjectiveChange, ...]) -> str:
    return ", ".join(f"{one.objective.noun} ({amount(one)})" for one in changes)


def amount(one: ObjectiveChange) -> str:
    """The size of a change without its interval ("+1.2 points", "× 0.43")."""
    if one.is_ratio:
        counted_figure = one.change.low == one.change.high
        return change_text(one) if counted_figure else f"× {digits(one.change.centre)}"
    sign = "+" if one.change.centre > 0 else "−"
    return f"{sign}{difference(abs(one.change.centre), one.change.unit)}"


def change_rows(pair: PointComparison) -> list[tuple[str, ...]]:
    """A row per figure, as `CHANGES` names its cells."""
    return [
        (
            one.objective.title,
            estimate(one.base),
            estimate(one.new),
            change_text(one),
            CHANGE_KINDS[one.kind] + _scope(one),
        )
        for one in pair.changes
    ]


def _scope(one: ObjectiveChange) -> str:
    """What an interval is not, in brackets."""
    both = {one.base.provenance, one.new.provenance}
    words = ["not paired"] if not one.paired and one.kind is not ChangeKind.EQUAL else []
    if Provenance.PROJECTED in both:
        words.append("both projected" if len(both) == 1 else "one projected")
    return f" ({', '.join(words)})" if words else ""


def pair_rows(comparison: BenchmarkComparison, name: Name) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings, and a row per pair with the change of each figure."""
    titles = {one.objective.name: one.objective.title for pair in comparison.pairs for one in pair.changes}
    rows = []
    for pair in comparison.pairs:
        changes = {one.objective.name: one for one in pair.changes}
        cells = [_cell(changes.get(objective)) for objective in titles]
        rows.append((paired_name(pair, name), *cells))
    return ("Variant", *titles.values()), rows


def paired_name(pair: PointComparison, name: Name) -> str:
    """The variant, or both where they have other names."""
    base, new = name(pair.base), name(pair.new)
    return new if base == new else f"{base} → {new}"


def _cell(one: ObjectiveChange | None) -> str:
    if one is None:
        return ""
    mark = {ChangeKind.BETTER: " better", ChangeKind.WORSE: " worse"}.get(one.kind, "")
    return change_text(one) + mark


def change_text(one: ObjectiveChange) -> str:
    """A change with its interval; a small one of a counted figure in percent, so that it is not written as 1.00×."""
    if not one.is_ratio:
        return change(one.change)
    if one.change.low == one.change.high and one.kind is not ChangeKind.EQUAL:
        return f"{100 * (one.change.low - 1):+z.3g} %".replace("-", "−")
    return times(one.change)


def otherwise(pair: PointComparison) -> str:
    """On how many items the two do not agree, in a sentence; empty if it is not known."""
    if pair.predicted_otherwise is None:
        return ""
    share = percent(pair.predicted_otherwise / pair.items, 1)
    return f"They predict {pair.predicted_otherwise:,} of {counted(pair.items, 'item')} otherwise ({share})."


def flips_title(flips: Flips) -> str:
    """What changed, and for how many items."""
    return f"{FLIPS[flips.kind]}: {counted(len(flips.items), 'item') if flips.items else 'none'}"


def flip_rows(flips: Flips) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings, and a row per item."""
    rows: list[tuple[str, ...]] = [
        (f"{one.item + 1:,}", one.target, one.before, one.now, "" if one.sureness is None else percent(one.sureness))
        for one in flips.items
    ]
    return ("Item", "Is", "Before", "Now", "Sure"), rows


def fact_rows(pair: PointComparison) -> list[tuple[str, ...]]:
    """A row per fact that differs, as `FACTS` names its cells."""
    return [(_FACTS[one.fact][0], _fact(one.fact, one.base), _fact(one.fact, one.new)) for one in pair.facts]


def _fact(fact: FileFact, value: float | str | None) -> str:
    if value is None:
        return "not known"
    return value if isinstance(value, str) else _FACTS[fact][1](value)


def operator_rows(pair: PointComparison) -> list[tuple[str, ...]]:
    """A row per operator of which the files have another number, as `OPERATORS` names its cells."""
    return [(name, f"{base:,}", f"{new:,}") for name, (base, new) in pair.operators.items()]
