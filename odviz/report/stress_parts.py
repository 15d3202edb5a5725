"""What each stress test beyond disturbed items found: a sentence, notes, a table and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from odviz.analysis.attack import AttackedVariant, attacked_variants
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.load import LoadedVariant, loaded_variants
from odviz.analysis.poison import PoisonCurve, poison_curves
from odviz.analysis.sustained import Sustained, SustainedVariant, sustained
from odviz.charts.curves import poison_chart, sustained_chart
from odviz.charts.dumbbell import dumbbell
from odviz.domain.estimate import Estimate
from odviz.domain.poison import Poison
from odviz.domain.target import OperatingPoint
from odviz.objectives.loaded_latency import PERCENTILE, Condition
from odviz.report.foreign_part import foreign_part
from odviz.report.stress_part import StressPart
from odviz.services.naming import Name
from odviz.stats.open_loop import PERCENTILES
from odviz.stats.slowing import Slowed
from odviz.units import change, counted, estimate, figure, not_known_yet, short, times

POISONS = {
    Poison.OUTLIER: "one number far too large",
    Poison.SCALE: "another unit",
    Poison.FOREIGN: "items of something else",
}
"""What is wrong with bad calibration items, in words."""


def stress_parts(data: BenchmarkData, points: Sequence[OperatingPoint], name: Name) -> tuple[StressPart, ...]:
    """The parts of the tests that were run.

    Args:
        data: of the benchmark.
        points: whose results.
        name: how a variant is named.
    """
    attacked, poisoned = attacked_variants(data, points), poison_curves(data, points)
    loaded, lasting = loaded_variants(data, points), sustained(data, points)
    noun, title = data.metric.noun, data.metric.title
    parts = [
        foreign_part(data, points, name),
        _attack(attacked, noun, title, name) if attacked else None,
        _poison(poisoned, title, name) if poisoned else None,
        _load(loaded, name) if loaded else None,
        _sustained(lasting, name) if lasting.variants else None,
    ]
    return tuple(part for part in parts if part)


def _attack(variants: Sequence[AttackedVariant], noun: str, title: str, name: Name) -> StressPart:
    clean, attacked = [one.clean for one in variants], [one.attacked for one in variants]
    sentence = (
        f"With {variants[0].budget} tries per item, changes that hardly anybody sees bring the {noun} from "
        f"{_span(clean)} to {_span(attacked)}"
    )
    differing = [one for one in variants if one.difference and not one.difference.low <= 0 <= one.difference.high]
    if differing:
        most = max(differing, key=lambda one: abs(one.difference.centre) if one.difference else 0.0)
        assert most.difference is not None
        sentence += f"; {name(most.point)} differs from its uncompressed network there: {change(most.difference)}."
    elif any(one.difference for one in variants):
        sentence += "; no compressed variant differs from its uncompressed network there for certain."
    else:
        sentence += "."
    rows = [
        (
            name(one.point),
            estimate(one.clean),
            estimate(one.attacked),
            change(one.difference) if one.difference else "",
            figure(one.queries.centre, "") if one.queries else f"more than {one.budget}",
        )
        for one in variants
    ]
    series = {"as they are": clean, "under attack": attacked}
    note = (
        "Square attack (Andriushchenko et al., 2020): random changes of at most 8/255 of the range of a picture, or a "
        "tenth of the standard deviation of a number, on the same items for all variants. Nothing but the outputs is "
        "used; an attacker who knows the network does more harm."
    )
    return StressPart(
        "attack",
        sentence,
        (note,),
        ("Variant", title, "Under attack", "Against uncompressed", "Queries (median)"),
        rows,
        partial(dumbbell, [name(one.point) for one in variants], series, title, variants[0].clean.unit),
    )


def _poison(curves: Sequence[PoisonCurve], title: str, name: Name) -> StressPart:
    broken = [curve for curve in curves if curve.breaks_at]
    missed = [curve for curve in broken if curve.noticed_at is None or curve.noticed_at > (curve.breaks_at or 0)]
    size = curves[0].size
    if broken:
        worst = min(broken, key=lambda one: one.breaks_at or 0)
        sentence = (
            f"{counted(worst.breaks_at or 0, 'bad item')} among {size} ({POISONS[worst.poison]}) "
            f"{'is' if worst.breaks_at == 1 else 'are'} enough to harm {name(worst.point)} for certain; "
        )
        sentence += "odviz notices the bad items " + (
            "before any of them does harm." if not missed else f"in time, but in {len(missed)} of {len(broken)} cases."
        )
    else:
        most = max(one.bad for curve in curves for one in curve.sets)
        sentence = f"Up to {most} bad items among {size} harm no variant for certain."
    rows = [
        (
            name(curve.point),
            POISONS[curve.poison],
            f"{one.bad} of {size}",
            estimate(one.value) if one.value else "no file",
            change(one.difference) if one.difference else "",
            f"{one.caught} of {one.bad}",
        )
        for curve in curves
        for one in curve.sets
    ]
    alarms = max(curve.false_alarms for curve in curves)
    clean = "It suspects none of the good ones." if not alarms else f"It also suspects {alarms} of the good ones."
    note = (
        f"Bad items replace calibration items; the file is made again and predicts the same test items. {clean} Filled "
        "markers: sets of which odviz suspects an item before anything is made. Variants that use no calibration items "
        "are left out."
    )
    return StressPart(
        "poison",
        sentence,
        (note,),
        ("Variant", "Bad items", "Number", title, "Against good items", "Noticed"),
        rows,
        partial(poison_chart, curves, [f"{name(one.point)}: {POISONS[one.poison]}" for one in curves], title),
    )


def _load(variants: Sequence[LoadedVariant], name: Name) -> StressPart:
    rate = variants[0].rate
    points = list(dict.fromkeys(one.point for one in variants))
    known = {
        (one.point, one.condition): one.responses.percentiles.get(PERCENTILE) for one in variants if one.rate == rate
    }
    series = {condition.label: [known.get((point, condition)) for point in points] for condition in Condition}
    busy = {point: value for point in points if (value := known.get((point, Condition.BUSY)))}
    if busy:
        fastest = min(busy, key=lambda point: busy[point].centre)
        quiet = known.get((fastest, Condition.QUIET))
        instead = f" instead of {short(quiet)}" if quiet else ""
        sentence = (
            f"While every core is busy, 9 of 10 answers of {name(fastest)} come within {short(busy[fastest])}{instead} "
            f"at {rate:g} requests a second."
        )
    else:
        sentence = "Beside a busy processor too few requests were answered in time to tell how long they take."
    rows = [
        (
            name(one.point),
            f"{one.rate:g}/s",
            one.condition.label,
            *(
                estimate(one.responses.percentiles[key])
                if key in one.responses.percentiles
                else not_known_yet(one.responses.needs[key])
                for key in PERCENTILES
            ),
            estimate(one.misses),
        )
        for one in variants
    ]
    deadline = figure(variants[0].deadline_s, "s")
    note = (
        "Requests arrive at random times (Poisson), whether the one before is answered or not; latency counts from the "
        f"arrival. Late: answered after {deadline}, or not within a second after the last request. The same arrivals "
        "for all variants; intervals allow for requests that wait for each other."
    )
    return StressPart(
        "load",
        sentence,
        (note,),
        ("Variant", "Requests", "Beside", "p50", "p90", "p99", f"Later than {deadline}"),
        rows,
        partial(dumbbell, [name(point) for point in points], series, f"p90 at {rate:g} requests a second", "s"),
    )


def _sustained(lasting: Sustained, name: Name) -> StressPart:
    variants = lasting.variants
    own = [one for one in variants if one.slowing.cause is Slowed.NETWORK]
    machine = [one for one in variants if one.slowing.cause is Slowed.MACHINE]
    minutes = f"{max(one.minutes for one in variants):.1f} minutes without a pause"
    if not own and not machine:
        sentence = f"No variant becomes slower for certain in {minutes}."
    else:
        worst = max(own or machine, key=lambda one: one.slowing.factor.centre)
        which = f"{name(worst.point)} becomes {times(worst.slowing.factor)} slower in {minutes}"
        sentence = f"{len(own) + len(machine)} of {counted(len(variants), 'variant')} become slower: {which}. "
        sentence += (
            "The machine itself does not, so the cause lies in the network's own work."
            if own
            else "The machine itself became slower with it: heat that lowers its clock, or another program."
        )
    sentence += " " + _swap_sentence(lasting, name)
    rows = [
        (
            name(one.point),
            times(one.slowing.factor),
            times(one.slowing.machine),
            _CAUSES[one.slowing.cause],
            _start(one),
        )
        for one in variants
    ]
    note = (
        "One variant after the other, each in a process of its own. The test for a change allows for noise that lasts; "
        "on simulated steady machines it errs in at most 5 % of the cases. The reference loop, a fixed piece of work "
        "between the inferences, shows the speed of the machine; heat and neighbours cannot be told apart by it."
    )
    return StressPart(
        "sustained",
        sentence,
        (note,),
        ("Variant", "End over start", "The machine", "Became slower", "After"),
        rows,
        partial(sustained_chart, variants, [name(one.point) for one in variants]),
    )


_CAUSES = {Slowed.NOTHING: "nothing for certain", Slowed.MACHINE: "the machine", Slowed.NETWORK: "the network alone"}


def _start(variant: SustainedVariant) -> str:
    if variant.slowing.cause is Slowed.NOTHING:
        return ""
    return figure(60 * variant.slowing.start * variant.minutes, "s")


def _swap_sentence(lasting: Sustained, name: Name) -> str:
    if len(lasting.variants) < 2:
        return ""
    if not lasting.swaps:
        return "No two variants change places for certain."
    swap = lasting.swaps[0]
    rest = len(lasting.swaps) - 1
    more = f", and {counted(rest, 'other pair')} do so too" if rest else ""
    return f"{name(swap.first)} is faster than {name(swap.second)} at the start and slower at the end{more}."


def _span(values: Sequence[Estimate]) -> str:
    """The least and the greatest of several values, or the only one."""
    ordered = list(dict.fromkeys(short(one) for one in sorted(values, key=lambda one: one.centre)))
    return ordered[0] if len(ordered) == 1 else f"between {ordered[0]} and {ordered[-1]}"
