"""Operating points compared figure by figure, and what is unlike about how they were measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.candidates import Candidate, candidate
from odviz.analysis.estimates import host_samples, summarise
from odviz.analysis.file_changes import fact_changes
from odviz.analysis.harm import PredictedPoint
from odviz.analysis.named import named
from odviz.analysis.on_device import compare_on_device
from odviz.analysis.unlike import Side, unlike
from odviz.domain.comparison import BenchmarkComparison, ChangeKind, ObjectiveChange, PointComparison, Unlikeness
from odviz.domain.errors import InputError
from odviz.domain.estimate import TAILS, Estimate, EstimateKind
from odviz.domain.objective import Objective
from odviz.domain.target import OperatingPoint
from odviz.objectives import OBJECTIVES
from odviz.objectives.base import Draw, HostSamples, PointPair
from odviz.objectives.change import change_of, unpaired

_RESAMPLES = 4000
_SEED = 0

_NEGLIGIBLE = 1e-3
"""Relative change of a ratio below which figures are called equal: a few bytes of a file."""


@dataclass(frozen=True)
class _Points:
    """The candidates of one side, with the samples of the host point of each."""

    side: Side
    candidates: Sequence[Candidate]
    samples: Mapping[OperatingPoint, HostSamples]


def compare(base: Side, new: Side) -> BenchmarkComparison:
    """Compare points of two benchmarks, or of one.

    Points are paired by variant and runtime; if there are no such pairs, by recipe and runtime (two models), by
    variant alone (two runtimes), or because each side has one point.

    Args:
        base: what is compared with.
        new: what is compared.

    Raises:
        InputError: the benchmarks are of different tasks, a side has no point of its text, or nothing can be paired.
    """
    if base.data.record.plan.task != new.data.record.plan.task:
        raise InputError("Two benchmarks of different tasks have no figures in common: compare two of one task.")
    sides = _points(base), _points(new)
    same = base.data.record.id == new.data.record.id
    pairs = _paired(sides[0].candidates, sides[1].candidates, same)
    compared = tuple(_compared(*sides, *pair) for pair in pairs)
    paired = {point for pair in pairs for point in (pair[0].host_point, pair[1].host_point)}
    alone = [tuple(one.host_point for one in side.candidates if one.host_point not in paired) for side in sides]
    ids = base.data.record.id, new.data.record.id
    differences = unlike(base, new, compared)
    if any(one.kind is Unlikeness.UNKNOWN_SPEED for one in differences):
        compared = tuple(map(_times_open, compared))
    return BenchmarkComparison(*ids, differences, compared, *(((), ()) if same else alone))


def recommended(side: Side) -> Side:
    """The side with the one point that odviz recommends for its machine.

    Raises:
        InputError: it recommends none.
    """
    analysis = analyse(side.data, device=side.device, target=side.target, result=side.result)
    if analysis.recommendation is None:
        raise InputError(f"No variant of benchmark {side.data.record.id} is recommended: name one.")
    return replace(side, point=analysis.recommendation.candidate.host_point)


def _points(side: Side) -> _Points:
    result = side.result or summarise(side.data)
    results = [one for one in result.points if one.usable and side.point in (None, one.point)]
    samples = host_samples(side.data, results)
    objectives = side.data.objectives
    candidates = [candidate(one, objectives) for one in samples]
    if side.device is not None and side.target is not None:
        candidates, *_ = compare_on_device(samples, candidates, objectives, side.device, side.target)
    if not candidates:
        raise InputError(f"Benchmark {side.data.record.id} has no measured variant to compare.")
    chosen = named(candidates, side.text, lambda one: one.host_point)
    return _Points(side, chosen, {one.result.point: one for one in samples})


_Key = Callable[[OperatingPoint], Hashable]
_KEYS: tuple[_Key, ...] = (
    lambda point: (point.variant.key, point.target.runtime, point.target.threads),
    lambda point: (point.variant.key, point.target.runtime),
    lambda point: (point.variant.recipe, point.target.runtime),
    lambda point: point.variant.key,
    lambda point: (point.variant.model, point.variant.recipe),
)


def _paired(base: Sequence[Candidate], new: Sequence[Candidate], same: bool) -> list[tuple[Candidate, Candidate]]:
    """Partners by the strictest key that pairs any; in the same benchmark a point is no partner of its own."""
    for key in _KEYS:
        partners = _unique(base, key)
        own = _unique(new, key)
        pairs = [(partners[name], one) for name, one in own.items() if name in partners]
        pairs = [pair for pair in pairs if not same or pair[0].result.point != pair[1].result.point]
        if pairs:
            return pairs
    if len(base) == len(new) == 1 and not (same and base[0].result.point == new[0].result.point):
        return [(base[0], new[0])]
    raise InputError(
        f"{len(base)} and {len(new)} variants have nothing in common to be paired by: name one of each, "
        f"as {base[0].host_point.label!r} and {new[0].host_point.label!r}."
    )


def _unique(candidates: Sequence[Candidate], key: _Key) -> dict[Hashable, Candidate]:
    """The candidates that alone have their key, by it."""
    keys = [key(one.host_point) for one in candidates]
    counts = Counter(keys)
    return {name: one for name, one in zip(keys, candidates, strict=True) if counts[name] == 1}


def _compared(base: _Points, new: _Points, old: Candidate, own: Candidate) -> PointComparison:
    samples, in_turns = _samples(base, new, old, own)
    same_items = _same_items(base.side.data, new.side.data)
    estimates = {one: (old.estimates[one], own.estimates[one]) for one in own.estimates if one in old.estimates}
    changes = tuple(
        _change(objective, PointPair(*samples, same_items, in_turns, both))
        for objective, both in estimates.items()
        if _comparable(*both)
    )
    facts = [one.result.facts.operators if one.result.facts else {} for one in samples]
    operators = {
        name: (facts[0].get(name, 0), facts[1].get(name, 0))
        for name in sorted({*facts[0], *facts[1]})
        if facts[0].get(name, 0) != facts[1].get(name, 0)
    }
    otherwise, items = _predicted_otherwise(base.side.data, new.side.data, old.host_point, own.host_point)
    launches = min(len({block.launch for block in one.steady.blocks}) for one in samples)
    hosts = old.host_point, own.host_point
    return PointComparison(
        old.result.point,
        own.result.point,
        changes,
        operators,
        otherwise,
        items,
        launches,
        fact_changes(*(PredictedPoint(side.side.data, point) for side, point in zip((base, new), hosts, strict=True))),
        hosts,
    )


def _samples(
    base: _Points, new: _Points, old: Candidate, own: Candidate
) -> tuple[tuple[HostSamples, HostSamples], bool]:
    """The samples of both, and whether they were measured in turns."""
    same = base.side.data.record.id == new.side.data.record.id
    samples = base.samples[old.host_point], new.samples[own.host_point]
    return samples, same and not (old.on_device or own.on_device)


def _same_items(base: BenchmarkData, new: BenchmarkData) -> bool:
    return bool(base.data_sha256) and base.data_sha256 == new.data_sha256


def _change(objective: Objective, pair: PointPair) -> ObjectiveChange:
    plugin = OBJECTIVES[objective.name]
    base, new = pair.estimates
    shares = pair.in_turns or _cancels(base, new) or (plugin.of_items and pair.same_items)
    change = plugin.change(pair)
    if change is None:
        change = _of_replicates(objective, pair) if shares else unpaired(base, new, objective.log)
    paired = shares or base.low == base.high
    return ObjectiveChange(objective, base, new, change, objective.log, paired, _kind(objective, change, objective.log))


def _comparable(base: Estimate, new: Estimate) -> bool:
    """Whether both are figures of the same: the energy of computing alone is no part of a device's that is known."""
    return (base.kind is EstimateKind.COMPUTING_ALONE) == (new.kind is EstimateKind.COMPUTING_ALONE)


def _cancels(base: Estimate, new: Estimate) -> bool:
    """Whether both are modelled from assumptions that they share."""
    return base.kind is new.kind is EstimateKind.COMPUTING_ALONE


def _of_replicates(objective: Objective, pair: PointPair) -> Estimate:
    """Quantiles of the change over replicates in which what both share is drawn once."""
    base, new = pair.estimates
    estimates = [{objective: base}, {objective: new}]
    draw = Draw(objective, (pair.base, pair.new), estimates, _RESAMPLES, np.random.default_rng(_SEED))
    old, own = OBJECTIVES[objective.name].replicates(draw).T
    with np.errstate(divide="ignore", invalid="ignore"):
        changes = own / old if objective.log else own - old
    low, high = np.nanquantile(changes, TAILS).tolist()
    if base.value is None or new.value is None:
        return change_of(None, low, high, base, new, objective.log)
    centre = new.value / base.value if objective.log else new.value - base.value
    return change_of(centre, min(low, centre), max(high, centre), base, new, objective.log)


def _kind(objective: Objective, change: Estimate, is_ratio: bool) -> ChangeKind:
    none = 1.0 if is_ratio else 0.0
    if max(none - change.low, change.high - none) <= (_NEGLIGIBLE if is_ratio else 0.0):
        return ChangeKind.EQUAL
    if change.low <= none <= change.high:
        return ChangeKind.OPEN
    return ChangeKind.BETTER if (change.low > none) == objective.higher_is_better else ChangeKind.WORSE


def _times_open(pair: PointComparison) -> PointComparison:
    """A pair whose times cannot be told apart, because nothing tells how fast the machine was."""
    changes = (replace(one, kind=ChangeKind.OPEN) if one.is_timed else one for one in pair.changes)
    return replace(pair, changes=tuple(changes))


def _predicted_otherwise(
    base: BenchmarkData, new: BenchmarkData, old: OperatingPoint, own: OperatingPoint
) -> tuple[int | None, int]:
    """On how many of how many items two points do not agree."""
    outputs = base.predictions[old].outputs, new.predictions[own].outputs
    if outputs[0] is None or outputs[1] is None or not _same_items(base, new):
        return None, 0
    agree = new.metric.agreement(outputs[1], outputs[0])
    return int((~agree).sum()), len(agree)
