"""What a comparison of runtimes says, in words and tables."""

from __future__ import annotations

import math

from odviz.domain.parity import Cause, Change, Experiment, ParityReport, Parting, RuntimeParity
from odviz.domain.text import capital
from odviz.metrics import METRICS
from odviz.services import naming
from odviz.units import counted, estimate, percent

_CHANGES = {
    Change.SEVEN_BITS: "weights of 7 bits, which cannot overflow",
    Change.ONE_SCALE: "one scale for all channels of the weights",
    Change.FLOATS: "the same weights as floats",
    Change.ITEMS: "items for {runtime} prepared otherwise ({detail})",
    Change.THREADS: "{detail} in an inference",
    Change.PLAIN: "{runtime} without optimisations, delegate and integer kernels",
    Change.MOVED: "inputs moved by less than one rounding ({runtime} beside itself)",
}
"""What was changed, after "with"."""

_CAUSES = {
    Cause.PREPARATION: "the items are prepared otherwise ({detail})",
    Cause.SATURATION: "saturation (sums of 8-bit products exceed 16 bits and are cut off)",
    Cause.CHANNEL_SCALES: "the weights have a scale for each channel, which one of both applies wrongly",
    Cause.THREADS: "the number of threads",
    Cause.OPTIMISATION: "what makes {runtime} fast (optimisations, delegate or integer kernels)",
    Cause.INTEGERS: "computing in whole numbers",
    Cause.ROUNDING: "rounding",
}

TRIED = ("What was changed", "Difference before", "Difference after", "")
"""Headings of `experiment_rows`."""

EXPLANATION = (
    "Programs are compared with the first one. Differences are shares of the largest number of an output; in the table "
    "of changes they are means over the items that differ most."
)
"""What the figures are."""


def headline(report: ParityReport) -> str:
    """The result in one sentence."""
    loading = [row for row in report.runtimes if row.failure is None]
    if report.first is None:
        return "No program on this computer runs this file."
    first = naming.runtime(report.first.runtime)
    if len(loading) == 1:
        return f"Only {first} runs this file on this computer, so there is nothing to compare it with."
    others = report.disagreeing
    if not others:
        number = "both" if len(loading) == 2 else f"all {len(loading)}"
        items = f"{report.items:,} test items"
        return f"The same file gives the same answers in {number} programs that run it: 100 % of {items}."
    return " ".join(_disagreement(row, report, first) + _trusted(row, report.first, first) for row in others)


def where(row: RuntimeParity) -> str:
    """The first layer that differs, in a sentence; empty if none is known."""
    parting = row.parting
    if parting is None:
        return ""
    name = _shortened(parting.layer.name)
    read = f"What it reads differs by {share(parting.read)}" if parting.layer.reads else "It reads the input"
    steps = f", {counted(round(parting.steps), 'step')} of its integers" if parting.steps else ""
    return (
        f"On test item {row.worst:,}, which differs most, they part at layer {parting.position} of {parting.layers}, "
        f"{parting.layer.operator} ({name}). {read}; what it writes differs by {share(parting.difference)}{steps}."
        f"{_unseen(parting)}"
    )


def cause(row: RuntimeParity) -> str:
    """Why a runtime disagrees, with the experiment that shows it; or what was tried in vain."""
    if not row.experiments:
        return ""
    if not row.causes:
        return "No experiment explains it; what was tried stands in the table."
    first = row.causes[0]
    named = _CAUSES[first.cause].format(runtime=naming.runtime(first.subject), detail=first.detail)
    further = any(one.cause is not first.cause for one in row.causes)
    more = " Other changes remove it too; they stand in the table." if further else ""
    return f"Cause: {named}. {_evidence(first)}{more}"


def runtime_rows(report: ParityReport) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headings and cells of the table of runtimes."""
    first = naming.runtime(report.first.runtime) if report.first else ""
    quality = METRICS[report.metric].title
    headings = ("Program", "Version", quality, f"Same as {first}", "Same as uncompressed", "Largest difference", "")
    return headings, [_cells(row) for row in report.runtimes]


def experiment_rows(row: RuntimeParity) -> list[tuple[str, ...]]:
    """Cells of the table of experiments; headings are `TRIED`."""
    return [
        (
            capital(_changed(one)),
            share(one.before),
            share(one.after),
            "explains it" if one.explains else "",
        )
        for one in row.experiments
    ]


def share(relative: float) -> str:
    """A relative difference ("0.4 %", "less than 0.1 %", "∞")."""
    if math.isinf(relative):
        return "∞"
    return "less than 0.1 %" if 0 < relative < 0.0005 else percent(relative, 1)


def _disagreement(row: RuntimeParity, report: ParityReport, first: str) -> str:
    own = naming.runtime(row.runtime)
    assert row.agreement is not None
    if row.agreement.centre == 1:
        return f"{own} gives the same answers as {first}, but its numbers differ by up to {share(row.difference)}."
    agreement = percent(row.agreement.centre, 1)
    return (
        f"The same file gives other answers in {own}: they agree with those of {first} on {agreement} of "
        f"{report.items:,} test items."
    )


def _trusted(row: RuntimeParity, reference: RuntimeParity, first: str) -> str:
    """Which of two runtimes is surely closer to the uncompressed network; empty if that is not known."""
    if row.original is None or reference.original is None:
        return ""
    own = naming.runtime(row.runtime)
    sides = sorted(((row.original, own), (reference.original, first)), key=lambda side: side[0].centre)
    (worse, wrong), (better, right) = sides
    if worse.high >= better.low:
        return ""
    return (
        f" {wrong} is the one that errs: its answers are those of the uncompressed network on "
        f"{percent(worse.centre, 1)} of the items, those of {right} on {percent(better.centre, 1)}."
    )


def _evidence(one: Experiment) -> str:
    before, after = share(one.before), share(one.after)
    if one.change is Change.MOVED:
        return (
            f"Both differ by {before}; {naming.runtime(one.subject)} alone differs from itself by {after} where the "
            "inputs are moved by less than one rounding."
        )
    if one.change is Change.PLAIN:
        changed = f"Without optimisations, delegate and integer kernels in {naming.runtime(one.subject)}"
    else:
        changed = f"With {_changed(one)}"
    return f"{changed} the difference falls from {before} to {after}."


def _changed(one: Experiment) -> str:
    detail = counted(int(one.detail), "thread") if one.change is Change.THREADS else one.detail
    return _CHANGES[one.change].format(runtime=naming.runtime(one.subject), detail=detail)


def _cells(row: RuntimeParity) -> tuple[str, ...]:
    shares = ("" if one is None else percent(one.centre, 1) for one in (row.agreement, row.original))
    difference = "" if row.agreement is None else share(row.difference)
    quality = estimate(row.quality) if row.quality else ""
    reason = row.failure.reason if row.failure else ""
    return (naming.runtime(row.runtime), row.version, quality, *shares, difference, reason)


def _unseen(parting: Parting) -> str:
    if not parting.unseen:
        return ""
    return f" {parting.unseen} layers before it cannot be looked at without changing what is computed."


_LONGEST = 60


def _shortened(name: str) -> str:
    """The end of a long name, which tells layers apart."""
    return name if len(name) <= _LONGEST else f"…{name[-_LONGEST:]}"
