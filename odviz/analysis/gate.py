"""A policy decided on comparisons: for each clause and pair whether the change is within the margin for certain."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from odviz.analysis.comparison import compare
from odviz.analysis.named import named
from odviz.analysis.on_device import find_target
from odviz.analysis.unlike import Side
from odviz.arrays import Floats
from odviz.domain.comparison import BenchmarkComparison, ObjectiveChange, PointComparison, Unlikeness
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.errors import InputError
from odviz.domain.gate import (
    Clause,
    ClauseDecision,
    GateResult,
    GateVerdict,
    Policy,
    PowerPoint,
    Remedy,
    Settling,
)
from odviz.stats.noninferiority import NonInferiority, widening
from odviz.store import BenchmarkRecord

Compared = Callable[[str, str], BenchmarkComparison]
"""Both sides compared on a device and a target, by name; empty names for where they were measured."""

FindTarget = Callable[[str, str], tuple[DeviceProfile | None, DeviceTarget | None]]
"""A device and a way to run networks on it by their names."""

_STEPS = 13
"""True changes for which the chances of the verdicts are computed."""


def decide(policy: Policy, compared: Compared, spent_s: float | None) -> GateResult:
    """Decide every clause of a policy.

    Args:
        policy: what the new version must satisfy.
        compared: the comparison for a device and a target.
        spent_s: seconds that measuring took; None if they are not known.

    Raises:
        InputError: a clause names a variant that is in no pair.
    """
    comparisons = [compared(clause.device, clause.target) for clause in policy.clauses]
    questions = [
        (clause, pair, comparison)
        for clause, comparison in zip(policy.clauses, comparisons, strict=True)
        for pair in _pairs(clause, comparison)
    ]
    decisions = tuple(_decide(*question, len(questions), spent_s) for question in questions)
    unlike = tuple(dict.fromkeys(one for comparison in comparisons for one in comparison.unlike))
    return GateResult(policy, overall([one.verdict for one in decisions]), decisions, unlike)


def comparisons(base: Side, new: Side, find: FindTarget = find_target) -> Compared:
    """The comparison of two sides, where they were measured and on any device; each is made once.

    Args:
        base: what is compared with.
        new: what is compared.
        find: finds a device; by default among those of the library.
    """

    @cache
    def compared(device: str, target: str) -> BenchmarkComparison:
        if not device:
            return compare(base, new)
        profile, way = find(device, target)
        return compare(replace(base, device=profile, target=way), replace(new, device=profile, target=way))

    return compared


def spent_s(*records: BenchmarkRecord) -> float | None:
    """Seconds that measuring some benchmarks took; None if they are not known of all."""
    durations = {record.id: record.duration_s for record in records}
    known = [duration for duration in durations.values() if duration is not None]
    return sum(known) if len(known) == len(durations) else None


def overall(verdicts: Sequence[GateVerdict]) -> GateVerdict:
    """The verdict on a policy from those on its clauses."""
    return next((one for one in (GateVerdict.FAIL, GateVerdict.INCONCLUSIVE) if one in verdicts), GateVerdict.PASS)


def _pairs(clause: Clause, comparison: BenchmarkComparison) -> list[PointComparison]:
    try:
        return named(comparison.pairs, clause.variant, lambda pair: pair.new)
    except InputError as error:
        raise InputError(f"The clause on {clause.objective} holds for no variant. {error}") from error


def _decide(
    clause: Clause, pair: PointComparison, comparison: BenchmarkComparison, decisions: int, spent_s: float | None
) -> ClauseDecision:
    change = next((one for one in pair.changes if one.objective.name == clause.objective), None)
    factor = 1.0 if change is None else widening(decisions, _degrees_of_freedom(change, pair.launches))
    question = None if change is None else harm(change, clause, factor)
    if change is None or question is None:
        unknown = Settling(Remedy.NOTHING_KNOWN)
        return ClauseDecision(clause, pair.base, pair.new, change, None, GateVerdict.INCONCLUSIVE, unknown)
    verdict = GateVerdict.INCONCLUSIVE if _tells_of_machines(change, comparison) else verdict_of(question)
    open_still = verdict is GateVerdict.INCONCLUSIVE
    settling = _settling(change, question, comparison, spent_s) if open_still else None
    power = power_curve(change, question, question.margin * np.linspace(0, 3, _STEPS)) if question.margin else ()
    worst = _change_of(change, question.margin)
    return ClauseDecision(clause, pair.base, pair.new, change, worst, verdict, settling, question.widening, power)


def verdict_of(question: NonInferiority) -> GateVerdict:
    """What is certain of one harm."""
    if question.passes:
        return GateVerdict.PASS
    return GateVerdict.FAIL if question.fails else GateVerdict.INCONCLUSIVE


def harm(change: ObjectiveChange, clause: Clause, factor: float) -> NonInferiority | None:
    """How much worse an objective became, with the margin of a clause: logarithms where the change is a ratio.

    Args:
        change: of the objective.
        clause: with the margin.
        factor: by which the interval is widened for failing.

    Returns:
        None if no ratio is known.
    """
    sign, base = change.objective.sign, change.base.centre
    ends = [change.change.low, change.change.centre, change.change.high]
    if not change.is_ratio:
        margin = clause.margin * abs(base) if clause.is_relative else clause.margin
    elif base <= 0 or ends[0] <= 0 or math.isinf(ends[2]):
        return None
    else:
        ends = [math.log(end) for end in ends]
        share = clause.margin if clause.is_relative else clause.margin / base
        margin = sign * math.log1p(max(sign * share, -1 + 1e-12))
    low, centre, high = sorted(sign * end for end in ends)
    return NonInferiority(centre, low, high, margin, factor)


def power_curve(change: ObjectiveChange, question: NonInferiority, harms: Floats) -> tuple[PowerPoint, ...]:
    """Chances of the verdicts if the true harm were another.

    Args:
        change: of the objective.
        question: its harm and margin.
        harms: true harms, on the scale of the question.
    """
    passes, fails = question.power(harms)
    return tuple(
        PowerPoint(_change_of(change, true), *chances)
        for true, *chances in zip(harms.tolist(), passes.tolist(), fails.tolist(), strict=True)
    )


def _change_of(change: ObjectiveChange, harmed: float) -> float:
    """The change that is a harm of this size."""
    signed = change.objective.sign * harmed
    return math.exp(signed) if change.is_ratio else signed


def _degrees_of_freedom(change: ObjectiveChange, launches: int) -> float:
    """Of physical figures, which are ratios, the launches count; of all others the items.

    An interval over sessions knows the spread of launches from two more (`odviz.stats.sessions`).
    """
    if not change.change.provenance.sampled:
        return math.inf
    known = launches - 1.0 if change.paired else launches + 1.0
    return max(known if change.is_ratio else change.change.n - 1.0, 1.0)


def _tells_of_machines(change: ObjectiveChange, comparison: BenchmarkComparison) -> bool:
    """Whether a measured ratio may be one of two machines, or of two speeds of one, rather than of two versions."""
    sampled = change.base.provenance.sampled and change.new.provenance.sampled
    counted = change.change.low == change.change.high
    kinds = {one.kind for one in comparison.unlike}
    if Unlikeness.UNKNOWN_SPEED in kinds and change.is_timed:
        return True
    return change.is_ratio and sampled and not counted and Unlikeness.MACHINE in kinds


def _settling(
    change: ObjectiveChange, question: NonInferiority, comparison: BenchmarkComparison, spent_s: float | None
) -> Settling:
    if not (change.base.provenance.sampled and change.new.provenance.sampled):
        return Settling(Remedy.MEASURE)
    if change.is_ratio and not change.paired:
        return Settling(Remedy.ONE_BENCHMARK)
    if not change.paired and Unlikeness.DATA in {one.kind for one in comparison.unlike}:
        return Settling(Remedy.SAME_ITEMS)
    needed = question.needed()
    if math.isinf(needed):
        return Settling(Remedy.NONE)
    if not change.is_ratio:
        return Settling(Remedy.ITEMS, math.ceil(needed * change.change.n), change.change.n)
    present = None if spent_s is None else spent_s / 60
    return Settling(Remedy.MINUTES, None if present is None else needed * present, present)
