"""What may make the figures of two benchmarks differ beside the variants that are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odviz.analysis.benchmark_data import BenchmarkData
from odviz.domain.comparison import PointComparison, Unlike, Unlikeness
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.result import BenchmarkResult
from odviz.domain.target import OperatingPoint
from odviz.units import digits


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
    if base.data.record.id == new.data.record.id:
        return tuple(_of_devices(base, new))
    old, own = (side.data.record.environment or BenchmarkEnvironment() for side in (base, new))
    differences = [*_of_devices(base, new), *_of_machines(base, new, old, own)]
    if old.data_sha256 != own.data_sha256:
        differences.append(Unlike(Unlikeness.DATA, old.data_sha256[:12], own.data_sha256[:12]))
    runtimes = {point.target.runtime for pair in pairs for point in (pair.base, pair.new)}
    differences += _versions(Unlikeness.RUNTIME, old.runtimes, own.runtimes, runtimes)
    differences += _versions(
        Unlikeness.PACKAGES, old.packages, own.packages, {*old.packages} & {*own.packages} - runtimes
    )
    threads = [str(side.data.record.plan.threads) for side in (base, new)]
    if threads[0] != threads[1]:
        differences.append(Unlike(Unlikeness.THREADS, *threads))
    loads = [max((one.others + one.stolen for one in side.data.background if one.is_busy), default=0.0)
             for side in (base, new)]  # fmt: skip
    if any(loads):
        differences.append(Unlike(Unlikeness.LOAD, *(f"{digits(load, 2)} cores" for load in loads)))
    if not any(one.kind is Unlikeness.MACHINE for one in differences):
        when = [side.data.record.created.strftime("%Y-%m-%d %H:%M") for side in (base, new)]
        differences.append(Unlike(Unlikeness.SESSIONS, *when))
    return tuple(differences)


def _of_devices(base: Side, new: Side) -> list[Unlike]:
    names = [f"{side.device.title}, {side.target.key}" if side.device and side.target else "" for side in (base, new)]
    return [Unlike(Unlikeness.MACHINE, *(name or "as measured" for name in names))] if names[0] != names[1] else []


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
