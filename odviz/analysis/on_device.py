"""The variants of a benchmark on a machine that is not here: answers as judged here, the rest as far as backed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from odviz.analysis.analysis import Candidate, Tradeoff, bare_candidate, exactly, set_against, weigh
from odviz.analysis.benchmark_data import BenchmarkData
from odviz.analysis.device_estimate import DeviceEstimate, outlook, reads_first
from odviz.analysis.estimates import summarise
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.errors import FileRefused, InputError
from odviz.domain.estimate import Estimate
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.objective import Budget, Objective
from odviz.domain.recipe import Recipe
from odviz.domain.result import BenchmarkResult, PointResult
from odviz.domain.target import HOST, OperatingPoint
from odviz.library.devices import device_files, load_device, read_device

_SHARED = 0.5
"""Share of a projection's error variance that all variants of one model have in common: nobody has measured it."""

NOT_JUDGED = "Its answers were not judged on this machine yet, so nothing is said of it on another."


def weigh_on(
    evidence: BenchmarkData,
    device: DeviceProfile,
    chosen: DeviceTarget | None = None,
    result: BenchmarkResult | None = None,
) -> Tradeoff:
    """Set the variants of a benchmark against each other on another machine.

    Accuracy and file size are those of this host: the same file is sent there. Of a variant that several runtimes
    answered here, the file of the format that the target's runtime reads stands for all. Latency and energy are
    published or projected, memory is a range; what cannot be backed is missing, and says why.

    Args:
        evidence: of one benchmark.
        device: the machine asked about; not this host.
        chosen: how networks are run there; by default the best-backed way.
        result: the figures of the benchmark, where they were already worked out.

    Raises:
        ValueError: the device has no target: it is this host.
    """
    target = chosen or device.default
    if target is None:
        raise ValueError(f"{device.name} has no target; on this host everything is measured")
    results = (result or summarise(evidence)).points
    bare = [_bare(group, device, target) for group in _by_variant(results) if any(map(_judged, group))]
    out = tuple(_unjudged(group[0]) for group in _by_variant(results) if not any(map(_judged, group)))
    shared = {Objective.LATENCY: _SHARED, Objective.ENERGY: _SHARED}
    return Tradeoff(set_against(evidence, bare, shared), out, Budget(), None, device, target)


def weigh_for(
    evidence: BenchmarkData, device: str = HOST, target: str = "", result: BenchmarkResult | None = None
) -> Tradeoff:
    """`weigh_on` for a device and a target by name; `weigh` for this host.

    Args:
        evidence: of one benchmark.
        device: name of the machine asked about.
        target: key of one of its targets; empty for the best-backed.
        result: the figures of the benchmark, where they were already worked out.

    Raises:
        UnknownName: there is no such device, or it has no such target.
        InputError: a target is named, and no device: on this host everything is measured.
        FileRefused: the device's file makes no sense.
    """
    if device == HOST and target:
        having = _devices_with(target)
        whose = f"is one of {' and '.join(having)}: ask for that device" if having else "is one of no device"
        raise InputError(f"This machine has no targets: what runs here is measured. {target!r} {whose}.")
    if device == HOST:
        return weigh(evidence, result=result)
    asked = load_device(device)
    return weigh_on(evidence, asked, asked.target(target) if target else None, result)


def _devices_with(target: str) -> list[str]:
    """Names of the devices that have a target of this key."""
    having = []
    for name, path in sorted(device_files().items()):
        with suppress(FileRefused):
            having += [name] * (target in (way.key for way in read_device(path).targets))
    return having


def _judged(result: PointResult) -> bool:
    wrong = result.failure is not None and result.failure.kind is FailureKind.WRONG_PREDICTIONS
    return result.accuracy is not None and result.facts is not None and not wrong


def _unjudged(result: PointResult) -> PointResult:
    return result if result.failure else replace(result, failure=Failure(FailureKind.UNSUPPORTED, NOT_JUDGED))


def _by_variant(results: Iterable[PointResult]) -> list[list[PointResult]]:
    """Points of the same model and recipe together, in plan order, whatever runtime answered."""
    groups: dict[tuple[str, Recipe], list[PointResult]] = {}
    for each in results:
        variant = each.point.variant
        groups.setdefault((variant.model, variant.recipe), []).append(each)
    return list(groups.values())


def _bare(group: Sequence[PointResult], device: DeviceProfile, chosen: DeviceTarget) -> Candidate:
    """One variant on the device."""
    wanted = reads_first(chosen)
    judged = [each for each in group if _judged(each)]
    host = min(judged, key=lambda each: each.point.variant.format != wanted)
    variant, facts = host.point.variant, host.facts
    assert facts is not None  # `_judged` says so
    memory = [each.memory for each in judged if each.memory]
    found = outlook(device, chosen, facts, variant.recipe, variant.model, memory, host.point.target.precision)
    there = OperatingPoint(variant, (found.target or chosen).target, host.point.scenario)
    only = PointResult(there, host.sha256, facts, host.notes, host.accuracy, energy=found.energy, memory=found.ram)
    return bare_candidate(only, _figures(host, found), host.point, found.fit, _missing(found))


def _figures(host: PointResult, found: DeviceEstimate) -> dict[Objective, Estimate]:
    known = {
        Objective.ACCURACY: host.accuracy.value if host.accuracy else None,
        Objective.LATENCY: found.latency,
        Objective.MEMORY: found.ram,
        Objective.ENERGY: found.energy,
        Objective.SIZE: exactly(host.facts.file_bytes, "B") if host.facts else None,
    }
    return {objective: figure for objective, figure in known.items() if figure is not None}


def _missing(found: DeviceEstimate) -> dict[Objective, str]:
    missing = {}
    if found.latency is None:
        missing[Objective.LATENCY] = found.reason
    if found.energy is None:
        missing[Objective.ENERGY] = (
            "Energy is published power × time here, and there is no time."
            if found.latency is None
            else "No power was published for this way to run it, and that of another does not compare."
        )
    if found.ram is None:
        missing[Objective.MEMORY] = "The graph's shapes are not fixed, so its memory cannot be counted."
    return missing
