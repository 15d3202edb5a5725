"""Duplicates: equal items, near copies and overlapping windows within the test or the calibration items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from odviz.data_quality._alike import CORRELATION, DISTANCE, FEWEST_FEATURES, ISOLATION, JACCARD, SHARED
from odviz.data_quality._copies import MOST, Family
from odviz.data_quality.base import Check, Dataset, fine, some_of, strongest
from odviz.domain.data_quality import Case, DataFinding, Figure, FindingKind, Part, Severity
from odviz.domain.modality import Modality
from odviz.stats import wilson
from odviz.units import counted, percent

MANY = 0.05
"""Share of a part that is copies from which figures mislead."""

WORDS = {
    FindingKind.COPIES: "equal to another one",
    FindingKind.NEAR_COPIES: "nearly equal to another one",
    FindingKind.SHARED_PARTS: "parts of the same signal as another one",
}
"""What items with copies are."""

THRESHOLDS = {
    Modality.IMAGE: f"images whose pixels correlate by {CORRELATION[Modality.IMAGE]:g} or more, so other brightness "
    "and contrast do not matter",
    Modality.SIGNAL: f"signals that correlate by {CORRELATION[Modality.SIGNAL]:g} or more; windows overlap that have "
    f"{percent(SHARED)} of their samples in common",
    Modality.TEXT: f"texts that have {percent(JACCARD)} of their pairs of neighbouring tokens in common (Jaccard)",
    Modality.TABULAR: f"rows that differ by {DISTANCE:g} standard deviations or less, root mean square over "
    f"{FEWEST_FEATURES} features or more",
}
"""What near copies are, by the kind of item."""


ISOLATED = (
    f" They must also be at most {percent(ISOLATION)} as far apart as items are from their tenth neighbour: plain "
    "items are all alike."
)
"""A further condition for near copies that are no texts."""


class Duplicates(Check):
    """Looks for copies within each part."""

    name = "duplicates"
    title = "Is any item there twice?"
    order = 2

    def method(self, modality: Modality) -> str:
        """See base.Check."""
        isolated = "" if modality is Modality.TEXT else ISOLATED
        compared = f"All pairs of up to {MOST:,} different items are compared."
        return f"{compared} Near copies are {THRESHOLDS[modality]}.{isolated}"

    def findings(self, data: Dataset) -> Iterator[DataFinding]:
        """See base.Check."""
        copies = data.copies
        kinds = [(FindingKind.COPIES, None), (FindingKind.NEAR_COPIES, copies.near)]
        if data.modality is Modality.SIGNAL:
            kinds.append((FindingKind.SHARED_PARTS, copies.shared))
        quiet = True
        for split in Part:
            for kind, pairs in kinds:
                families = copies.equal(split) if pairs is None else copies.alike(split, pairs)
                if families:
                    quiet = False
                    yield _finding(data, split, kind, families)
            other = [family for family in _all(data, split) if len(_labels(data, family)) > 1]
            if other:
                quiet = False
                yield _other_labels(data, split, other)
        if quiet:
            yield fine(FindingKind.COPIES, "No item has a copy or near copy in the same part.")


def _case(data: Dataset, kind: FindingKind, family: Family) -> Case:
    """Copies as they are shown."""
    labels = sorted(_labels(data, family))
    likeness = [] if kind is FindingKind.COPIES else [f"similarity {family.similarity:.4f}"]
    named = [f"label: {', '.join(labels)}"] if labels else []
    return Case(family.items, "; ".join(likeness + named), family.similarity)


def _finding(data: Dataset, split: Part, kind: FindingKind, families: Sequence[Family]) -> DataFinding:
    """Copies of one kind in one part."""
    total = len(data.split(split))
    surplus = sum(len(family.items) - 1 for family in families)
    share = wilson(surplus, total, scope=f"of the {split} items")
    described = WORDS[kind]
    message = f"{some_of(surplus, total, f'{split} item')} {described}."
    severity = Severity.LOOK
    if kind is FindingKind.SHARED_PARTS:
        severity, consequence = _overlap(data, split)
    elif split is Part.TEST:
        severity = Severity.ACT if surplus >= MANY * total else Severity.LOOK
        consequence = " Each counts, so the test says less than its size promises."
    else:
        consequence = " Quantizers see less than the number of items promises."
    message += consequence
    cases = strongest(_case(data, kind, family) for family in families)
    return DataFinding(kind, severity, message, (Figure(f"{split} items {described}", share),), surplus, cases)


def _overlap(data: Dataset, split: Part) -> tuple[Severity, str]:
    """What overlapping windows mean."""
    if split is Part.CALIBRATION:
        return Severity.FINE, " That does no harm to calibration."
    if data.groups is not None:
        return Severity.FINE, f" Intervals are over {data.group_title}, not over windows, and allow for that."
    return Severity.ACT, (
        " They are not independent, so intervals are too narrow: name the recording or the person of each item (group)."
    )


def _all(data: Dataset, split: Part) -> list[Family]:
    return data.copies.equal(split) + data.copies.alike(split, data.copies.near)


def _labels(data: Dataset, family: Family) -> set[str]:
    return {data.label(item) for item in family.items} - {""}


def _other_labels(data: Dataset, split: Part, families: Sequence[Family]) -> DataFinding:
    verb = "has" if len(families) == 1 else "have"
    message = (
        f"{counted(len(families), 'set')} of such copies among the {split} items {verb} different labels: one label at "
        "least may be wrong."
    )
    cases = strongest(_case(data, FindingKind.OTHER_LABELS, family) for family in families)
    return DataFinding(FindingKind.OTHER_LABELS, Severity.ACT, message, count=len(families), cases=cases)


plugin = Duplicates()
