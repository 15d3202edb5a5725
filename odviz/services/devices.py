"""The machines a person asks about, and how far what is projected for them can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from odviz.analysis import device_power
from odviz.analysis.device_calibration import calibration
from odviz.domain.device import DeviceProfile, DeviceTarget, Fact, Kind
from odviz.domain.errors import FileRefused, OdvizError
from odviz.domain.estimate import Estimate
from odviz.domain.target import HOST
from odviz.library import devices as shipped
from odviz.library.published import NUMBERS, numbers_of, read_table
from odviz.projection import Calibration, Features, Validation
from odviz.projection.features import COLUMNS
from odviz.services.machine import host


@dataclass(frozen=True, slots=True)
class TargetReport:
    """How far a target's projections can be trusted.

    Attributes:
        target: which one.
        published: how many measurements were published for it.
        validation: by leaving networks out; None where nothing is projected.
        why_not: why nothing is projected; empty where something is.
        has_power: whether power was published, so that energy can be projected.
        bounded: whether it was not, but the powers at rest and at full load were, so that energy is a range.
        sources: who published, and which version.
    """

    target: DeviceTarget
    published: int
    validation: Validation | None
    why_not: str
    has_power: bool
    bounded: bool
    sources: str


@dataclass(frozen=True, slots=True)
class Checkup:
    """What `validate` found of one profile.

    Attributes:
        name: of the device.
        problem: what is wrong with its file; empty if nothing is.
        targets: how far each can be trusted.
    """

    name: str
    problem: str
    targets: tuple[TargetReport, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A network that is to be predicted, known by its counts.

    Attributes:
        target: key of how it is run.
        model: its name.
        features: its counts; None where its MACs are missing.
        latency_s: what its row says it took; None where it does not say.
    """

    target: str
    model: str
    features: Features | None
    latency_s: float | None


def asked(path: Path) -> tuple[Asked, ...]:
    """Networks of a table with the columns of data/published/measurements.csv, of which target and model are needed.

    Raises:
        FileRefused: no such table, or a row in it that makes no sense, with its line.
    """
    return tuple(_asked(line, place) for place, line in read_table(path, ("target", "model")))


def _asked(line: Mapping[str, str | None], place: str) -> Asked:
    target, model = ((line.get(name) or "").strip() for name in ("target", "model"))
    if not target or not model:
        raise FileRefused(f"{place}: {'model' if target else 'target'} is empty.")
    counts = [NUMBERS[name][0] for name in COLUMNS]
    numbers = numbers_of({name: cell for name, cell in line.items() if name in counts}, place)
    features = Features(**{name: numbers[name] for name in COLUMNS}) if numbers["macs"] else None  # type: ignore[arg-type]
    return Asked(target, model, features, _latency(line))


def _latency(line: Mapping[str, str | None]) -> float | None:
    """What a row says of the time, which is shown and not looked at: anything that is no time is as good as nothing."""
    try:
        return numbers_of({"latency_ms": line.get("latency_ms")}, "")["latency_s"]
    except FileRefused:
        return None


def names() -> tuple[str, ...]:
    """Every device: this host, then the profiles by name."""
    return (HOST, *(name for name in sorted(shipped.device_files()) if name != HOST))


def version() -> tuple[tuple[str, int], ...]:
    """Changes whenever a device's file is added, changed or removed, or the folders themselves."""
    files = [(name, _changed(path)) for name, path in shipped.device_files().items()]
    return (*files, *((problem, 0) for problem in shipped.folder_problems()))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # removed since it was listed; reading it says so
        return 0


def profiles() -> tuple[tuple[DeviceProfile, ...], tuple[str, ...]]:
    """Every device whose file can be read, this host first, and a sentence for each file or folder that cannot."""
    there, problems = [host_profile()], list(shipped.folder_problems())
    for _, path in sorted(shipped.device_files().items()):
        try:
            there.append(shipped.read_device(path))
        except FileRefused as error:
            problems.append(str(error))
    return tuple(there), tuple(problems)


def profile(name: str) -> DeviceProfile:
    """One device.

    Raises:
        UnknownName: there is none of this name.
        FileRefused: its file makes no sense.
    """
    return host_profile() if name == HOST else shipped.load_device(name)


def host_profile() -> DeviceProfile:
    """This machine as a device: it has no targets, because on it everything is measured."""
    here = host()
    seen = "read from the operating system now"
    facts = {"ram_bytes": Fact(here.memory_bytes, seen, True), "cores": Fact(here.cores, seen, True)}
    return DeviceProfile(HOST, "This machine", Kind.HOST, here.processor, facts, note="Measured, never projected.")


def report(device: DeviceProfile, targets: Sequence[DeviceTarget] | None = None) -> tuple[TargetReport, ...]:
    """How far a device's targets can be trusted; fits what has not been fitted yet (a second a target).

    Args:
        device: the machine.
        targets: some of its targets; all by default.
    """
    chosen = device.targets if targets is None else targets
    return tuple(_report(device, each, calibration(device, each)) for each in chosen)


def _report(device: DeviceProfile, target: DeviceTarget, known: Calibration) -> TargetReport:
    bounded = known.projects and not known.has_power and device_power.known(device)
    return TargetReport(
        target, len(known.rows), known.validation, known.why_not, known.has_power, bounded, known.sources
    )


def check(name: str) -> Checkup:
    """Read one profile and validate its targets; a bad file or key becomes a sentence, not an error.

    Raises:
        UnknownName: there is none of this name.
    """
    files = shipped.device_files()
    if name != HOST and name not in files:
        shipped.load_device(name)  # says which there are
    try:
        # A file that calls itself by the host's name is looked over, although it never stands for the host.
        device = shipped.read_device(files[name]) if name in files else host_profile()
        reports = report(device)
    except OdvizError as error:
        return Checkup(name, str(error), ())
    empty = [each.target.key for each in reports if not each.published]
    problem = f"{name}: nothing is published under {', '.join(empty)}, and the profile has no [[points]] for it."
    return Checkup(name, problem if empty else "", reports)


def predict(device: DeviceProfile, target: DeviceTarget, features: Features, model: str = "") -> Estimate:
    """Latency of a network known by its counts alone.

    Raises:
        InputError: too little was published for this target.
    """
    return calibration(device, target).predict(features, model)
