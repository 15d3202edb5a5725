"""The variants of a benchmark on another device: accuracy from here, the rest published, projected or modelled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from odviz.analysis.candidates import Candidate, estimate_all
from odviz.analysis.device_estimate import estimate_on
from odviz.deployment import deployment
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.errors import FileRefused, InputError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.objective import Objective
from odviz.domain.recipe import Recipe
from odviz.domain.result import PointResult
from odviz.domain.target import HOST, OperatingPoint
from odviz.library.devices import device_files, load_device, read_device
from odviz.objectives.base import DeviceSamples, HostSamples

NOT_SCORED = "Its predictions were not scored on this machine yet, so there is no estimate for another one."


def find_target(device: str = HOST, target: str = "") -> tuple[DeviceProfile | None, DeviceTarget | None]:
    """Find a device and a way to run networks on it by their names.

    Args:
        device: name of the device.
        target: key of one of its targets; empty for the best-backed one.

    Returns:
        Twice None for this host.

    Raises:
        UnknownName: no such device, or the device has no such target.
        InputError: a target of this host, where everything is measured.
        FileRefused: the device's file cannot be read.
    """
    if device != HOST:
        profile = load_device(device)
        return profile, profile.target(target) if target else profile.default
    if target:
        names = _devices_with(target)
        owner = f"is one of {' and '.join(names)}: name that device" if names else "is one of no device"
        raise InputError(f"This machine has no targets: what runs here is measured. {target!r} {owner}.")
    return None, None


def compare_on_device(
    samples: Sequence[HostSamples],
    here: Sequence[Candidate],
    objectives: Sequence[Objective],
    device: DeviceProfile,
    target: DeviceTarget,
) -> tuple[list[Candidate], list[HostSamples], list[HostSamples]]:
    """Estimate every variant on a device.

    Accuracy and file size are those of this host, because the same file is sent to the device. If several runtimes
    ran a variant here, the file in the format that is deployed to the target stands for it.

    Args:
        samples: of the operating points of this host.
        here: the candidates of this host, one for each of the samples.
        objectives: of the task.
        device: where the variants are to run.
        target: how networks are run on it.

    Returns:
        The candidates, the samples of their host points, and those of variants that were not scored.
    """
    candidates, hosts, excluded = [], [], []
    by_point = {one.host_point: one for one in here}
    format = deployment(target.family, device.platform).formats[0]
    for group in _by_variant(samples):
        scored = [point for point in group if _scored(point.result)]
        if not scored:
            excluded.append(replace(group[0], result=_not_scored(group[0].result)))
            continue
        host = min(scored, key=lambda point: point.result.point.variant.format != format)
        hosts.append(host)
        candidates.append(_candidate(host, by_point[host.result.point], scored, objectives, device, target))
    return candidates, hosts, excluded


def _devices_with(target: str) -> list[str]:
    """Names of the devices that have a target of this key."""
    names = []
    for name, path in sorted(device_files().items()):
        with suppress(FileRefused):
            if target in (own.key for own in read_device(path).targets):
                names.append(name)
    return names


def _by_variant(samples: Iterable[HostSamples]) -> list[list[HostSamples]]:
    """Points of the same model and recipe together, in the order of the plan, whatever runtime ran them."""
    groups: dict[tuple[str, Recipe], list[HostSamples]] = {}
    for point in samples:
        variant = point.result.point.variant
        groups.setdefault((variant.model, variant.recipe), []).append(point)
    return list(groups.values())


def _scored(result: PointResult) -> bool:
    wrong = result.failure is not None and result.failure.kind is FailureKind.WRONG_PREDICTIONS
    return result.accuracy is not None and result.facts is not None and not wrong


def _not_scored(result: PointResult) -> PointResult:
    return result if result.failure else replace(result, failure=Failure(FailureKind.UNSUPPORTED, NOT_SCORED))


def _candidate(
    host: HostSamples,
    here: Candidate,
    scored: Sequence[HostSamples],
    objectives: Sequence[Objective],
    device: DeviceProfile,
    target: DeviceTarget,
) -> Candidate:
    """One variant on the device; its memory here is the range over all runtimes that ran it."""
    measured, facts = host.result, host.result.facts
    assert facts is not None  # see _scored
    variant = measured.point.variant
    memory = [point.result.memory for point in scored if point.result.memory]
    estimate = estimate_on(
        device, target, facts, variant.recipe, variant.model, memory, measured.point.target.precision
    )
    on_device = DeviceSamples(host, estimate)
    estimates, missing = estimate_all(
        objectives, lambda plugin: plugin.device(on_device) if plugin.device else here.known(plugin.objective)
    )
    point = OperatingPoint(variant, (estimate.target or target).target, measured.point.scenario)
    result = PointResult(
        point,
        measured.sha256,
        facts,
        measured.notes,
        measured.accuracy,
        energy=estimate.energy,
        memory=estimate.ram,
    )
    return Candidate(result, estimates, measured.point, fit=estimate.fit, missing=missing)
