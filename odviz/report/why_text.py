"""Why a variant is as fast as it is, in words and tables."""

from __future__ import annotations

from odviz.domain.environment import DOT_PRODUCT_FLAGS
from odviz.domain.estimate import Estimate
from odviz.domain.why import (
    Bound,
    OperatorRole,
    ProfileMethod,
    SpeedCause,
    SpeedChange,
    SpeedExperiment,
    TimeProfile,
    WhyReport,
)
from odviz.services import naming
from odviz.units import counted, digits, estimate, figure, percent, times

_CAUSES = {
    SpeedCause.UNCHANGED: "{runtime} computes exactly what it computes for the uncompressed network",
    SpeedCause.ZEROS: "{runtime} multiplies zeros like all other numbers: {zeros} of the weights are zero, and none of "
    "them is skipped",
    SpeedCause.DYNAMIC: "numbers are rounded anew during every answer (dynamic int8), in a way that {runtime} computes "
    "slowly for these layers",
    SpeedCause.SIGNED: "the numbers between layers have a sign (S8 activations), and this processor's fast way takes "
    "numbers without one (U8)",
    SpeedCause.HALF: "this processor computes half precision (fp16) in single precision and converts back and forth",
    SpeedCause.SLOW_INTEGERS: "this processor multiplies whole numbers no faster than floats in these layers{flags}",
    SpeedCause.STORED_ONLY: "the weights are only stored as whole numbers; they are computed as floats",
    SpeedCause.FLOAT_LEFT: "{float} of the time is in layers that stayed float",
    SpeedCause.CONVERSIONS: "converting between number types takes {conversions} of the time",
    SpeedCause.NO_KERNEL: "{runtime} has only slow, portable code for these layers (no optimised kernel)",
    SpeedCause.THREADS: "its {threads} wait for each other longer than they save",
    SpeedCause.DISPATCH: "so little is computed that calling {operators} takes {overhead} of the time (dispatch)",
    SpeedCause.MEMORY: "reading the weights from memory takes longer than computing with them (memory-bound)",
    SpeedCause.FEWER_MACS: "it computes less: {removed} of the multiplications (MACs) are gone",
    SpeedCause.INTEGERS: "whole numbers are multiplied faster than floats: {integer} of the time is in int8 operators",
}
"""What is the cause, after "because"."""

_CHANGES = {
    SpeedChange.PARENT: "the uncompressed network",
    SpeedChange.STATIC: "static int8 (ranges learned beforehand)",
    SpeedChange.UNSIGNED: "numbers between layers without a sign (U8 activations, S8 weights)",
    SpeedChange.SEVEN_BITS: "weights of 7 bits (reduce-range)",
    SpeedChange.FLOAT_STEM: "the first convolution the other way (float or int8)",
    SpeedChange.ALL_INTEGER: "every layer in int8 that can be",
    SpeedChange.PRODUCTS_ONLY: "int8 in convolutions and products alone (other operators left out)",
    SpeedChange.FLOATS: "the same weights as floats",
    SpeedChange.KERNELS: "the same layers in floats (their operators alone)",
    SpeedChange.FILLED: "other numbers in place of the zeros",
    SpeedChange.THREADS: "{detail}",
    SpeedChange.EMPTY: "{detail} that compute almost nothing",
    SpeedChange.BATCH: "eight items at once (time of each)",
    SpeedChange.PLAIN: "{runtime} without its optimised kernels",
}
"""What was changed, after "with"."""

_BOUNDS = {
    Bound.COMPUTE: "computing is what takes its time (compute-bound)",
    Bound.MEMORY: "reading the weights from memory is what takes its time (memory-bound)",
    Bound.DISPATCH: "calling the operators is what takes its time (dispatch-bound)",
}

ROLES = {
    OperatorRole.INTEGER: "whole numbers (int8)",
    OperatorRole.FLOAT: "floats",
    OperatorRole.CONVERSION: "conversions",
    OperatorRole.OTHER: "other",
}
"""Names of the roles of operators."""

REST = "not in operators (dispatch)"
"""Name of the time that lies in no operator."""

_METHODS = {
    ProfileMethod.PROFILER: "Time by operator: from the profiler of {runtime}, less what it takes itself; the p50 is "
    "measured without it.",
    ProfileMethod.CUTS: "Time by layer: from copies of the file that end after each layer, timed in turns.",
}

TRIED = ("What was changed", "Before", "After", "Before ÷ after", "")
"""Headings of `experiment_rows`."""

OPERATORS = ("Operator", "Computes with", "Before", "Share", "Now", "Share ")
"""Headings of `operator_rows`."""

_SLOW = (SpeedCause.FEWER_MACS, SpeedCause.INTEGERS)


def sentence(report: WhyReport) -> str:
    """Why, in one sentence, with the experiment that shows it."""
    own, speed = report.own, report.speedup
    if speed is None:
        reached = report.macs / own.p50.centre
        peak = report.roofline.float_macs
        return (
            f"One answer takes {figure(own.p50.centre, 's')}: {_BOUNDS[report.bound]}; it computes at "
            f"{percent(min(1.0, reached / peak))} of the fastest that this computer was seen to multiply floats."
        )
    cause = main_cause(report)
    start = _verdict(speed)
    if cause is None:
        integer = percent(own.share(OperatorRole.INTEGER))
        return (
            f"{start.rstrip(',')}; no experiment explains it: {integer} of its operators' time is in int8, and "
            f"{_BOUNDS[report.bound]}."
        )
    return f"{start} because {_filled(_CAUSES[cause.cause], report, cause)}; {shown_by(report, cause)}."


def main_cause(report: WhyReport) -> SpeedExperiment | None:
    """The experiment that the sentence names; None if none confirms anything.

    What makes a variant faster goes first where it is faster, what brakes it where it is not.
    """
    gains = [one for one in report.causes if one.cause in _SLOW]
    brakes = [one for one in report.causes if one.cause not in _SLOW]
    is_faster = report.speedup is not None and report.speedup.low > 1
    ordered = [*gains, *brakes] if is_faster else [*brakes, *gains]
    return ordered[0] if ordered else None


def shown_by(report: WhyReport, experiment: SpeedExperiment) -> str:
    """The experiment in words: "with other numbers in place of the zeros it takes 1.2 ms instead of 1.2 ms"."""
    change = _filled(_CHANGES[experiment.change], report, experiment)
    before, after = estimate(experiment.before), estimate(experiment.after)
    if experiment.change is SpeedChange.PARENT:
        return f"the uncompressed network takes {after}, this one {before}"
    if experiment.change in (SpeedChange.EMPTY, SpeedChange.KERNELS):
        return f"{change} take {after}, this one's {before}"
    return f"with {change} it takes {after} instead of {before}"


def further(report: WhyReport) -> tuple[str, ...]:
    """The other causes that an experiment confirms, one sentence each."""
    first = main_cause(report)
    others = [one for one in report.causes if first and one.cause is not first.cause]
    by_cause = {one.cause: one for one in reversed(others)}
    return tuple(
        f"Also: {_filled(_CAUSES[one.cause], report, one)}; {shown_by(report, one)}." for one in by_cause.values()
    )


def limits(report: WhyReport) -> str:
    """What the machine reached, and what limits the variant, in a sentence."""
    line, threads = report.roofline, counted(report.threads, "thread")
    reached = percent(min(1.0, report.macs / report.own.p50.centre / line.float_macs))
    flags = ", ".join(report.flags) or "none known"
    return (
        f"Measured on this computer with {threads}: {digits(line.float_macs / 1e9)} billion float and "
        f"{digits(line.integer_macs / 1e9)} billion int8 multiplications (MACs) a second, "
        f"{digits(line.copied_bytes / 1e9)} GB a second copied. For this variant {_BOUNDS[report.bound]}: "
        f"{report.macs / 1e6:,.2f} million MACs at {reached} of the float rate, "
        f"{percent(report.own.overhead)} of its time in calls. Processor features: {flags}."
    )


def how(report: WhyReport) -> str:
    """How the time by operator was found, and how it adds up."""
    own = report.own
    share = percent(own.operators_s / own.p50.centre)
    method = _METHODS[own.method].format(runtime=naming.runtime(report.runtime))
    return f"{method} Operators add up to {share} of the median (p50) of {estimate(own.p50)}; the rest is {REST}."


def macs(report: WhyReport) -> str:
    """What pruning was to remove, and what it removed; empty for a variant that removes nothing."""
    if not report.nominal:
        return ""
    removed = 1 - report.macs / report.parent_macs if report.parent_macs else 0.0
    zeros = f", and {percent(1 - report.nonzero)} of the stored weights are zero" if report.nonzero < 1 else ""
    return f"Nominal: {report.nominal} %. Really removed: {percent(removed)} of the multiplications (MACs){zeros}."


def operator_rows(profile: TimeProfile, before: TimeProfile | None) -> list[tuple[str, ...]]:
    """Time by type of operator, before and now, most time first; the last row is what lies in none."""
    own, parent = _by_type(profile), _by_type(before)
    order = sorted({*own, *parent}, key=lambda key: -max(own.get(key, 0.0), parent.get(key, 0.0)))
    rows = [
        (operator, ROLES[role], *_cells(parent.get((operator, role)), before),
         *_cells(own.get((operator, role)), profile))
        for operator, role in order
    ]  # fmt: skip
    rest_before = before.rest_s if before else None
    return [*rows, (REST, "", *_cells(rest_before, before), *_cells(profile.rest_s, profile))]


def experiment_rows(report: WhyReport) -> list[tuple[str, ...]]:
    """Every experiment, each change once."""
    rows = {}
    for one in report.experiments:
        change = _filled(_CHANGES[one.change], report, one)
        shows = "shows the cause" if one.confirms else ""
        if one.change not in rows or one.confirms:
            rows[one.change] = (change, estimate(one.before), estimate(one.after), times(one.ratio), shows)
    return list(rows.values())


def _by_type(profile: TimeProfile | None) -> dict[tuple[str, OperatorRole], float]:
    spent: dict[tuple[str, OperatorRole], float] = {}
    for one in profile.operators if profile else ():
        spent[one.operator, one.role] = spent.get((one.operator, one.role), 0.0) + one.time_s
    return spent


def _cells(seconds: float | None, profile: TimeProfile | None) -> tuple[str, str]:
    if seconds is None or profile is None:
        return "", ""
    return figure(max(0.0, seconds), "s"), percent(max(0.0, seconds) / profile.p50.centre)


def _verdict(speed: Estimate) -> str:
    if speed.low > 1:
        return f"It is {times(speed)} as fast as uncompressed"
    if speed.high < 1:
        return f"It is slower than uncompressed, {times(speed)} as fast,"
    return f"It is about as fast as uncompressed, {times(speed)},"


def _filled(text: str, report: WhyReport, experiment: SpeedExperiment) -> str:
    own = report.own
    dots = DOT_PRODUCT_FLAGS & set(report.flags)
    return text.format(
        runtime=naming.runtime(report.runtime),
        zeros=percent(1 - report.nonzero),
        flags="" if dots else ": it has no instruction for it (VNNI or the like)",
        float=percent(own.share(OperatorRole.FLOAT)),
        integer=percent(own.share(OperatorRole.INTEGER)),
        conversions=percent(own.share(OperatorRole.CONVERSION)),
        threads=counted(report.threads, "thread"),
        operators=counted(len(own.operators), "operator"),
        overhead=percent(own.overhead),
        removed=percent(1 - report.macs / report.parent_macs if report.parent_macs else 0.0),
        detail=experiment.detail,
    )
