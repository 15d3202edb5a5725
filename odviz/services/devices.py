"""The machines a person asks about: what is known of them, and what a variant would take on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from odviz.domain.device import DeviceProfile, DeviceTarget, Fact, Fit, Kind
from odviz.domain.errors import FileRefused, OdvizError
from odviz.domain.estimate import Estimate
from odviz.domain.model import GraphFacts
from odviz.domain.published import PublishedRow
from odviz.domain.recipe import Recipe
from odviz.domain.target import HOST
from odviz.measurement.modelled import modelled_energy
from odviz.projection import Calibration, Features, Validation, calibrate, memory
from odviz.projection.features import features_of_graph
from odviz.services.machine import host
from odviz.shipped import devices as shipped
from odviz.shipped.published import read_published

INT8 = "int8"
_STATIC = "int8-static"
_FLOAT = ("fp32", "fp16", "fp")
_HALF = ("fp16", "fp")


@dataclass(frozen=True, slots=True)
class TargetReport:
    """How far a target's projections can be trusted.

    Attributes:
        target: which one.
        published: how many measurements were published for it.
        validation: by leaving networks out; None where nothing is projected.
        why_not: why nothing is projected; empty where something is.
        has_power: whether power was published, so that energy can be projected.
        sources: who published, and which version.
    """

    target: DeviceTarget
    published: int
    validation: Validation | None
    why_not: str
    has_power: bool
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
class Outlook:
    """What one variant would take on a device.

    Attributes:
        target: how it would be run; None where no published target computes as the variant does.
        latency: published or projected; None where neither can be backed.
        energy: projected from published power, else a modelled range; None without facts.
        ram: bytes needed; None where not known.
        ram_fit: whether that goes into the device.
        flash: bytes needed in a microcontroller's flash; None elsewhere.
        flash_fit: whether that goes in.
        reason: why there is no latency; empty where there is one.
    """

    target: DeviceTarget | None
    latency: Estimate | None
    energy: Estimate | None
    ram: Estimate | None
    ram_fit: Fit
    flash: Estimate | None
    flash_fit: Fit
    reason: str


def names() -> tuple[str, ...]:
    """Every device: this host, then the profiles by name."""
    return (HOST, *sorted(shipped.device_files()))


def profiles() -> tuple[tuple[DeviceProfile, ...], tuple[str, ...]]:
    """Every device whose file can be read, this host first, and a sentence for each file that cannot."""
    there, problems = [], []
    for name in names():
        try:
            there.append(profile(name))
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


@cache
def _published() -> Mapping[str, Calibration]:
    return calibrate(read_published())


def calibration(device: DeviceProfile, target: DeviceTarget) -> Calibration:
    """What is known of a target: the published table, and the points that the profile brings along."""
    shared = _published().get(target.key)
    if not device.points:
        return shared or Calibration(target.key, ())
    return _with_points(device.points, shared.rows if shared else (), target.key)


@cache
def _with_points(points: tuple[PublishedRow, ...], rows: tuple[PublishedRow, ...], key: str) -> Calibration:
    own = tuple(row for row in points if row.target == key)
    replaced = {row.model for row in own}
    return Calibration(key, (*(row for row in rows if row.model not in replaced), *own))


def report(device: DeviceProfile) -> tuple[TargetReport, ...]:
    """How far each of a device's targets can be trusted; fits what has not been fitted yet (a second a target)."""
    return tuple(_report(each, calibration(device, each)) for each in device.targets)


def _report(target: DeviceTarget, known: Calibration) -> TargetReport:
    has_power = any(row.power_w is not None for row in known.rows)
    return TargetReport(target, len(known.rows), known.validation, known.why_not, has_power, known.sources)


def check(name: str) -> Checkup:
    """Read one profile and validate its targets; a bad file or key becomes a sentence, not an error.

    Raises:
        UnknownName: there is none of this name.
    """
    files = shipped.device_files()
    if name != HOST and name not in files:
        shipped.load_device(name)  # says which there are
    try:
        device = profile(name)
        reports = report(device)
    except OdvizError as error:
        return Checkup(name, str(error), ())
    empty = [each.target.key for each in reports if not each.published]
    problem = f"{name}: nothing is published under {', '.join(empty)}, and the profile has no [[points]] for it."
    return Checkup(name, problem if empty else "", reports)


def matching(device: DeviceProfile, chosen: DeviceTarget, recipe: Recipe) -> tuple[DeviceTarget | None, str]:
    """The target that computes as a recipe's variant does, on the runtime and processor of the chosen one.

    Returns:
        The target and an empty text, or None and a sentence that says why there is none.
    """
    kinds = [step.method for step in recipe.steps if not step.method.startswith("prune")]
    wanted: tuple[str, ...] = _FLOAT
    if kinds == [_STATIC]:
        wanted = (INT8,)
    elif kinds == ["fp16"]:
        wanted = _HALF
    elif kinds:
        return None, f"Nobody published how {' + '.join(kinds)} runs on {device.title}; only float and full int8."
    same = [
        each
        for each in device.targets
        if (each.target.runtime, each.target.backend, each.target.threads)
        == (chosen.target.runtime, chosen.target.backend, chosen.target.threads)
    ]
    found = next((each for each in (chosen, *same) if each.target.precision in wanted), None)
    if found is None:
        there = ", ".join(dict.fromkeys(each.target.precision for each in same))
        return None, f"{chosen.target.runtime} on {device.title} was published in {there} only, not as {recipe}."
    return found, ""


def outlook(
    device: DeviceProfile,
    chosen: DeviceTarget,
    facts: GraphFacts,
    recipe: Recipe | None = None,
    model: str = "",
    host_memory: Estimate | None = None,
) -> Outlook:
    """What a variant would take on a device.

    An exact published measurement of the uncompressed or fully quantized network goes before a projection.

    Args:
        device: the machine asked about.
        chosen: the target a person chose; int8 variants move to its int8 sibling.
        facts: of the variant's file.
        recipe: how the variant was made.
        model: the network's name, if it may have been published.
        host_memory: peak memory as measured on this host, which is better than a model of it.
    """
    recipe = recipe or Recipe()
    target, reason = matching(device, chosen, recipe)
    latency, power = None, None
    if target is not None:
        known = calibration(device, target)
        pruned = any(step.method.startswith("prune") for step in recipe.steps)
        latency = known.published(model) if model and not pruned else None
        features = features_of_graph(facts)
        if latency is None and known.projects and features is not None:
            latency = known.predict(features, model)
        reason = "" if latency else (known.why_not or "The graph has no multiplications to count.")
        power = known.energy(latency) if latency else None
    precision = target.target.precision if target else chosen.target.precision
    energy = power or modelled_energy(facts, INT8 if precision == INT8 else _FLOAT[0])
    ram, ram_fit, flash, flash_fit = fit(device, facts, host_memory)
    return Outlook(target, latency, energy, ram, ram_fit, flash, flash_fit, reason)


def fit(
    device: DeviceProfile, facts: GraphFacts, host_memory: Estimate | None = None
) -> tuple[Estimate | None, Fit, Estimate | None, Fit]:
    """RAM needed and its verdict, flash needed and its verdict (None and unknown where there is no flash to fill)."""
    have = {name: fact.value for name, fact in device.facts.items()}
    if device.kind is Kind.MICROCONTROLLER:
        ram, flash = memory.arena(facts), memory.flash(facts)
        verdicts = (
            memory.verdict(ram, have.get("ram_bytes"), memory.ROOMY),
            memory.verdict(flash, have.get("flash_bytes"), memory.ROOMY),
        )
        return ram, verdicts[0], flash, verdicts[1]
    ram = host_memory or memory.process_memory(facts)
    return ram, memory.verdict(ram, have.get("ram_bytes"), memory.SHARED), None, Fit.UNKNOWN


def predict(device: DeviceProfile, target: DeviceTarget, features: Features, model: str = "") -> Estimate:
    """Latency of a network known by its counts alone.

    Raises:
        InputError: too little was published for this target.
    """
    return calibration(device, target).predict(features, model)
