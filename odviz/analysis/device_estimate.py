"""What one variant would take on a machine that is not here."""

from __future__ import annotations

from collections.abc import Sequence

from odviz.analysis.device_calibration import calibration, fitting, siblings
from odviz.domain.device import DeviceKind, DeviceProfile, DeviceTarget, Fit
from odviz.domain.device_estimate import DeviceEstimate
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.model import GraphFacts
from odviz.domain.recipe import Recipe
from odviz.formats import FORMATS
from odviz.measurement import device_power
from odviz.measurement.modelled import modelled_energy
from odviz.projection import Calibration, memory
from odviz.projection.features import features_of_graph

_STATIC, _PRUNED = "int8-static", "prune"
_INT8 = "int8"
_FLOAT, _HALF = ("fp32", "fp16", "fp"), ("fp16", "fp")
_INTERCHANGE = "onnx"
"""Name of the format that converters of other runtimes read."""

SAME_MACS = 0.05
"""Networks of one name whose MACs differ by more are not the same network."""


def reads_first(target: DeviceTarget) -> str:
    """Name of the format that a target's runtime reads, or that is converted for it."""
    return next((format for format in FORMATS.names() if runs(target, format)), _INTERCHANGE)


def runs(target: DeviceTarget, format: str) -> bool:
    """Whether a target's runtime reads files of a format without a converter."""
    name = target.target.runtime.lower()
    return any(runtime in name for runtime in FORMATS[format].device_runtimes)


def matching(device: DeviceProfile, chosen: DeviceTarget, recipe: Recipe) -> tuple[DeviceTarget | None, str]:
    """The target that computes as a recipe's variant does, on the runtime and processor of the chosen one.

    Returns:
        The target and an empty text, or None and a sentence that says why there is none.
    """
    kinds = [step.method for step in recipe.steps if not step.method.startswith(_PRUNED)]
    wanted: tuple[str, ...] = _FLOAT
    if kinds == [_STATIC]:
        wanted = (_INT8,)
    elif kinds == ["fp16"]:
        wanted = _HALF
    elif kinds:
        return None, f"Nobody published how {' + '.join(kinds)} runs on {device.title}; only float and full int8."
    same = siblings(device, chosen)
    found = next((each for each in (chosen, *same) if each.target.precision in wanted), None)
    if found is None:
        there = ", ".join(dict.fromkeys(each.target.precision for each in same))
        return None, f"{chosen.target.runtime} on {device.title} was published in {there} only, not as {recipe}."
    return found, ""


def estimate_on(
    device: DeviceProfile,
    chosen: DeviceTarget,
    facts: GraphFacts,
    recipe: Recipe | None = None,
    model: str = "",
    host_memory: Sequence[Estimate] = (),
    precision: str = "",
) -> DeviceEstimate:
    """What a variant would take on a device.

    An exact published measurement goes before a projection; see `published_name` for what counts as exact.

    Args:
        device: the machine asked about.
        chosen: the target a person chose; int8 variants move to its int8 sibling.
        facts: of the variant's file.
        recipe: how the variant was made.
        model: the network's name, if it may have been published.
        host_memory: peak memory as measured on this host, one per runtime that was tried.
        precision: number type that it computes in, for the modelled energy; by default that of the target.
    """
    recipe = recipe or Recipe()
    target, reason = matching(device, chosen, recipe)
    latency, power = None, None
    if target is not None:
        known = calibration(device, target)
        name = _exact(known, published_name(model, recipe), facts) if model else ""
        latency = known.published(name)
        features = features_of_graph(facts)
        if latency is None and known.projects and features is not None:
            with fitting(target.key):
                latency = known.predict(features, model)
        reason = "" if latency else (known.why_not or "The graph has no multiplications to count.")
        power = known.published_energy(name)
        if power is None and latency is not None:
            power = known.energy(latency) or device_power.energy(device, latency)
    precision = precision or (target or chosen).target.precision
    energy = power
    if not power and not _metered(device, target or chosen):  # a wall meter and first principles do not compare
        energy = modelled_energy(facts, precision)
    return DeviceEstimate(target, latency, energy, *fit(device, facts, host_memory), reason)


def published_name(model: str, recipe: Recipe) -> str:
    """What a measurement of exactly this variant is called: the network, and how it was pruned ("net+prune-…:50").

    How it was quantized is the target's precision.
    """
    pruned = [str(step) for step in recipe.steps if step.method.startswith(_PRUNED)]
    return "+".join((model, *pruned))


def fit(
    device: DeviceProfile, facts: GraphFacts, host_memory: Sequence[Estimate] = ()
) -> tuple[Estimate | None, Fit, Estimate | None, Fit]:
    """RAM needed and its verdict, flash needed and its verdict (None and unknown where there is no flash to fill).

    Under an operating system the range reaches from the weights and activations alone to the most that a runtime
    needed on this host, where that was measured; else to what `projection.memory` says.
    """
    have = {name: fact.value for name, fact in device.facts.items()}
    if device.kind is DeviceKind.MICROCONTROLLER:
        ram, flash = memory.arena(facts), memory.flash(facts)
        verdicts = (
            memory.verdict(ram, have.get("ram_bytes"), memory.ROOMY),
            memory.verdict(flash, have.get("flash_bytes"), memory.ROOMY),
        )
        return ram, verdicts[0], flash, verdicts[1]
    ram = _between(memory.process_memory(facts), host_memory)
    return ram, memory.verdict(ram, have.get("ram_bytes"), memory.SHARED), None, Fit.UNKNOWN


def _between(least: Estimate | None, seen: Sequence[Estimate]) -> Estimate | None:
    if least is None or not seen:
        return least
    high = max(each.high for each in seen)
    low = min(least.low, *(each.low for each in seen))
    scope = "between weights and activations alone and the most that a runtime needed on this machine"
    return Estimate(None, low, high, "B", Provenance.MODELLED, level=1.0, scope=scope, source="file and host")


def _metered(device: DeviceProfile, target: DeviceTarget) -> bool:
    """Whether other variants run in the same way get their energy from a power of the whole device."""
    every = [calibration(device, each) for each in siblings(device, target)]
    return any(each.projects and (each.has_power or device_power.has_power(device)) for each in every)


def _exact(known: Calibration, name: str, facts: GraphFacts) -> str:
    """The name under which exactly this network was measured there; empty if it was not."""
    row = known.row(name)
    other = row is None or (row.macs and facts.macs and abs(row.macs / facts.macs - 1) > SAME_MACS)
    return "" if other else name
