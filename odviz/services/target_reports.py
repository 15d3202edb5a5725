"""How far the projections for a device's targets can be trusted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from odviz.analysis.device_calibration import calibration, fitting
from odviz.domain.device import DeviceProfile, DeviceTarget
from odviz.domain.errors import OdvizError
from odviz.domain.target import HOST
from odviz.library import devices as library
from odviz.measurement import device_power
from odviz.projection.validation import Validation
from odviz.services.devices import host_profile


@dataclass(frozen=True, slots=True)
class TargetReport:
    """How far the projections for one target can be trusted.

    Attributes:
        target: the target.
        published: number of measurements that were published for it.
        validation: errors and coverage on networks that were left out; None if nothing is projected.
        why_not: why nothing is projected; empty if something is.
        has_power: whether power was published, so that energy is projected.
        bounded: whether only the powers at rest and at full load were, so that energy is a range.
        sources: who published the measurements, and which version.
    """

    target: DeviceTarget
    published: int
    validation: Validation | None
    why_not: str
    has_power: bool
    bounded: bool
    sources: str


@dataclass(frozen=True, slots=True)
class ProfileCheck:
    """The result of checking one profile.

    Attributes:
        name: of the device.
        problem: what is wrong with its file; empty if nothing is.
        targets: the reports on its targets.
    """

    name: str
    problem: str
    targets: tuple[TargetReport, ...]


def target_reports(device: DeviceProfile, targets: Sequence[DeviceTarget] | None = None) -> tuple[TargetReport, ...]:
    """Reports on targets of a device, whose validations fit what has not been fitted yet when they are read.

    Args:
        device: the machine.
        targets: some of its targets; all by default.
    """
    return tuple(_report(device, target) for target in (device.targets if targets is None else targets))


def _report(device: DeviceProfile, target: DeviceTarget) -> TargetReport:
    fitted = calibration(device, target)
    bounded = fitted.projects and not fitted.has_power and device_power.has_power(device)
    return TargetReport(
        target, len(fitted.rows), fitted.validation, fitted.why_not, fitted.has_power, bounded, fitted.sources
    )


def checked_report(device: DeviceProfile, target: DeviceTarget) -> TargetReport:
    """The report on a target whose measurements nobody may have checked.

    Raises:
        FileRefused: nothing can be fitted to them.
    """
    with fitting(target.key):
        report = _report(device, target)
        validation = report.validation
        if validation and not math.isfinite(validation.factor + validation.p90_error + validation.known_factor):
            raise ValueError("the fit predicts no finite number")
        return report


def without_measurements(reports: Sequence[TargetReport]) -> list[str]:
    """Keys of targets for which nothing was published."""
    return [report.target.key for report in reports if not report.published]


def check_profile(name: str) -> ProfileCheck:
    """Read one profile and validate its targets; a bad file is reported, not raised.

    Raises:
        UnknownName: no device has this name.
    """
    files = library.device_files()
    if name != HOST and name not in files:
        library.load_device(name)  # raises with the names that exist
    try:
        # A file called like the host is checked too, although it never stands for the host.
        device = library.read_device(files[name]) if name in files else host_profile()
        reports = target_reports(device)
    except OdvizError as error:
        return ProfileCheck(name, str(error), ())
    empty = without_measurements(reports)
    problem = f"{name}: nothing is published under {', '.join(empty)}, and the profile has no [[points]] for it."
    return ProfileCheck(name, problem if empty else "", reports)
