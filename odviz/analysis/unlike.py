"""What may make the figures of two benchmarks differ beside the variants that are compared."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.domain.comparison import PointComparison, Unlike, Unlikeness
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.result import BenchmarkResult
from odviz.domain.target import OperatingPoint
from odviz.objectives import LATENCY
from odviz.stats import UNTIMED
from odviz.units import digits

RECOMMENDED = "recommended"
"""Stands for the recommended variant where a person writes or chooses one."""

_SAME_SPEED = 0.05
"""Logarithm of the ratio of two times of the reference loop up to which the machine is called as fast: its noise."""

_VERSION_LETTERS = 12
"""Of a version or sha256, for a message."""


@dataclass(frozen=True)
class Side:
    """Operating points of a benchmark that are compared with others.

    Attributes:
        data: the benchmark.
        text: part of the labels of the points that are meant; empty for all.
        device: another machine to run them on; None for the one that measured them.
        target: how networks are run on it.
        result: estimates made of the data before; None to make them.
        point: the only one that is meant; None for all.
    """

    data: BenchmarkData
    text: str = ""
    device: DeviceProfile | None = None
    target: DeviceTarget | None = None
    result: BenchmarkResult | None = None
    point: OperatingPoint | None = None


def unlike(base: Side, new: Side, pairs: Sequence[PointComparison]) -> tuple[Unlike, ...]:
    """What may make the figures of two sides differ beside the variants.

    Args:
        base: what is compared with.
        new: what is compared.
        pairs: their points.
    """
    of_devices = [*_of_devices(base, new), *_projected(pairs)]
    if base.data.record.id == new.data.record.id:
        return tuple(of_devices)
    old, own = (side.data.record.environment or BenchmarkEnvironment() for side in (base, new))
    differences = [*of_devices, *_of_machines(base, new, old, own)]
    if old.data_sha256 != own.data_sha256:
        differences.append(Unlike(Unlikeness.DATA, old.data_sha256[:12], own.data_sha256[:12]))
    runtimes = {point.target.runtime for pair in pairs for point in (pair.base, pair.new)}
    differences += _versions(Unlikeness.RUNTIME, old.runtimes, own.runtimes, runtimes)
    differences += _versions(
        Unlikeness.PACKAGES, old.packages, own.packages, {*old.packages} & {*own.packages} - runtimes
    )
    made = {*old.made_of} & {*own.made_of}
    differences += _versions(Unlikeness.PACKAGES, _short(old.made_of), _short(own.made_of), made)
    threads = [str(side.data.record.plan.threads) for side in (base, new)]
    if threads[0] != threads[1]:
        differences.append(Unlike(Unlikeness.THREADS, *threads))
    loads = [max((one.others + one.stolen for one in side.data.background if one.is_busy), default=0.0)
             for side in (base, new)]  # fmt: skip
    if any(loads):
        differences.append(Unlike(Unlikeness.LOAD, *(f"{digits(load, 2)} cores" for load in loads)))
    if not any(one.kind is Unlikeness.MACHINE for one in differences):
        differences += _of_speeds(base, new, pairs)
        when = [side.data.record.created.strftime("%Y-%m-%d %H:%M") for side in (base, new)]
        differences.append(Unlike(Unlikeness.SESSIONS, *when))
    return tuple(differences)


def _of_devices(base: Side, new: Side) -> list[Unlike]:
    names = [f"{side.device.title}, {side.target.key}" if side.device and side.target else "" for side in (base, new)]
    return [Unlike(Unlikeness.MACHINE, *(name or "as measured" for name in names))] if names[0] != names[1] else []


def _projected(pairs: Sequence[PointComparison]) -> list[Unlike]:
    """How many times of each side are published or projected rather than measured by odviz."""
    times = [(change.base, change.new) for pair in pairs for change in pair.changes if change.objective == LATENCY]
    sides = [Counter(one.provenance for one in side if not one.provenance.sampled) for side in zip(*times, strict=True)]
    if not any(sides):
        return []
    words = [
        ", ".join(f"{count} of {len(times)} {provenance}" for provenance, count in side.items()) or "measured"
        for side in sides
    ]
    return [Unlike(Unlikeness.PROJECTION, *words)]


def _of_speeds(base: Side, new: Side, pairs: Sequence[PointComparison]) -> list[Unlike]:
    """Whether the machine ran at another speed while the compared points were timed, as the reference loop tells."""
    timed = [[one.scored[place] for one in pairs] for place in (0, 1)]
    blocks = [
        [block for point in points for block in side.data.steady.get(point, UNTIMED).blocks]
        for side, points in zip((base, new), timed, strict=True)
    ]
    if not all(blocks):
        return []
    loops = [median(block.reference_ns for block in one) for one in blocks]
    if not all(loops):
        return [Unlike(Unlikeness.UNKNOWN_SPEED, *("with it" if loop else "without it" for loop in loops))]
    if abs(math.log(loops[1] / loops[0])) < _SAME_SPEED:
        return []
    return [Unlike(Unlikeness.SPEED, *(f"{digits(loop / 1000, 3)} µs" for loop in loops))]


def _short(versions: Mapping[str, str]) -> Mapping[str, str]:
    return {name: version[:_VERSION_LETTERS] for name, version in versions.items()}


def _of_machines(base: Side, new: Side, old: BenchmarkEnvironment, own: BenchmarkEnvironment) -> list[Unlike]:
    elsewhere = [bool(side.data.record.imported) for side in (base, new)]
    if old.processor == own.processor and elsewhere[0] == elsewhere[1]:
        return []
    names = [f"{one.cpu}{' (another computer)' if far else ''}" for one, far in zip((old, own), elsewhere, strict=True)]
    return [Unlike(Unlikeness.MACHINE, *names)]


def _versions(kind: Unlikeness, base: Mapping[str, str], new: Mapping[str, str], names: set[str]) -> list[Unlike]:
    return [
        Unlike(kind, f"{name} {base.get(name, 'not known')}", f"{name} {new.get(name, 'not known')}")
        for name in sorted(names)
        if base.get(name) != new.get(name)
    ]
