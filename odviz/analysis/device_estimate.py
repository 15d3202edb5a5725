"""Estimates of one variant on another device: latency, energy, and memory with its verdict."""

from __future__ import annotations

from collections.abc import Sequence

from odviz.analysis.device_calibration import calibration, fitting, siblings
from odviz.compression.recipes import quantizers
from odviz.domain.device import DeviceEstimate, DeviceKind, DeviceProfile, DeviceTarget, Fit
from odviz.domain.estimate import Estimate, Provenance
from odviz.domain.model import GraphFacts
from odviz.domain.recipe import Recipe
from odviz.domain.target import Precision
from odviz.measurement import device_power
from odviz.measurement.modelled import modelled_energy
from odviz.projection import memory as memory_model
from odviz.projection.calibration import Calibration
from odviz.projection.features import features_of_graph

_PRECISIONS = {
    (): (Precision.FP32, Precision.FP16, Precision.FP),
    ("fp16",): (Precision.FP16, Precision.FP),
    ("int8-static",): (Precision.INT8,),
}
"""Precisions of the targets that run a variant, the best first, by the methods that change its number type."""

SAME_MACS = 0.05
"""Networks of one name whose MACs differ by more are not the same network."""


def matching(device: DeviceProfile, chosen: DeviceTarget, recipe: Recipe) -> tuple[DeviceTarget | None, str]:
    """Find the target that computes in the precision of a variant, on the runtime and processor of the chosen one.

    Returns:
        The target and an empty text, or None and the reason as a sentence.
    """
    methods = quantizers(recipe)
    precisions = _PRECISIONS.get(methods)
    if precisions is None:
        return None, f"Nobody published how {' + '.join(methods)} runs on {device.title}; only float and full int8."
    same = siblings(device, chosen)
    match = next((target for target in (chosen, *same) if target.target.precision in precisions), None)
    if match is None:
        published = ", ".join(dict.fromkeys(target.target.precision for target in same))
        return None, f"{chosen.target.runtime} on {device.title} was published in {published} only, not as {recipe}."
    return match, ""


def estimate_on(
    device: DeviceProfile,
    chosen: DeviceTarget,
    facts: GraphFacts,
    recipe: Recipe | None = None,
    model: str = "",
    host_memory: Sequence[Estimate] = (),
    precision: Precision | None = None,
) -> DeviceEstimate:
    """Estimate latency, energy and memory of a variant on a device.

    A published measurement of exactly this variant (see `published_name`) is preferred to a projection.

    Args:
        device: the device.
        chosen: the chosen target; int8 variants run on its int8 sibling.
        facts: of the variant's file.
        recipe: how the variant was made.
        model: name of the network, if it may have been published.
        host_memory: peak memory measured on this host, one per runtime.
        precision: number type of its arithmetic, for the modelled energy; by default that of the target.

    Raises:
        FileRefused: nothing can be fitted to the published measurements.
    """
    recipe = recipe or Recipe()
    target, reason = matching(device, chosen, recipe)
    latency, power = None, None
    if target is not None:
        calibrated = calibration(device, target)
        name = _exact(calibrated, published_name(model, recipe), facts) if model else ""
        latency = calibrated.published(name)
        features = features_of_graph(facts)
        if latency is None and calibrated.projects and features is not None:
            with fitting(target.key):
                latency = calibrated.predict(features, model)
        reason = "" if latency else (calibrated.why_not or "The graph has no multiplications to count.")
        power = calibrated.published_energy(name)
        if power is None and latency is not None:
            power = calibrated.energy(latency) or device_power.energy(device, latency)
    precision = precision or (target or chosen).target.precision
    energy = power
    if not power and not _metered(device, target or chosen):  # a wall meter and first principles do not compare
        energy = modelled_energy(facts, precision)
    return DeviceEstimate(target, latency, energy, *fit(device, facts, host_memory), reason)


def published_name(model: str, recipe: Recipe) -> str:
    """Name of a published measurement of exactly this variant: the network and its pruning ("net+prune-…:50").

    Quantization is not part of it: that is the precision of the target.
    """
    quantized = quantizers(recipe)
    pruned = [str(step) for step in recipe.steps if step.method not in quantized]
    return "+".join((model, *pruned))


def fit(
    device: DeviceProfile, facts: GraphFacts, host_memory: Sequence[Estimate] = ()
) -> tuple[Estimate | None, Fit, Estimate | None, Fit]:
    """RAM needed and its verdict, flash needed and its verdict (None and unknown for devices without flash).

    Under an operating system the range reaches from the weights and activations alone to the most that a runtime
    needed on this host, or to the bound of `projection.memory` if nothing was measured.
    """
    have = {name: fact.value for name, fact in device.facts.items()}
    if device.kind is DeviceKind.MICROCONTROLLER:
        ram, flash = memory_model.arena(facts), memory_model.flash(facts)
        verdicts = (
            memory_model.verdict(ram, have.get("ram_bytes"), memory_model.ROOMY),
            memory_model.verdict(flash, have.get("flash_bytes"), memory_model.ROOMY),
        )
        return ram, verdicts[0], flash, verdicts[1]
    ram = _between(memory_model.process_memory(facts), host_memory)
    return ram, memory_model.verdict(ram, have.get("ram_bytes"), memory_model.SHARED), None, Fit.UNKNOWN


def _between(least: Estimate | None, measured: Sequence[Estimate]) -> Estimate | None:
    if least is None or not measured:
        return least
    high = max(memory.high for memory in measured)
    low = min(least.low, *(memory.low for memory in measured))
    scope = "between weights and activations alone and the most that a runtime needed on this machine"
    return Estimate(None, low, high, "B", Provenance.MODELLED, level=1.0, scope=scope, source="file and host")


def _metered(device: DeviceProfile, target: DeviceTarget) -> bool:
    """Whether other variants on the same runtime get their energy from a power of the whole device."""
    calibrations = [calibration(device, sibling) for sibling in siblings(device, target)]
    powered = device_power.has_power(device)
    return any(calibrated.projects and (calibrated.has_power or powered) for calibrated in calibrations)


def _exact(calibrated: Calibration, name: str, facts: GraphFacts) -> str:
    """The name under which exactly this network was measured; empty if it was not."""
    row = calibrated.row(name)
    differs = row is None or (row.macs and facts.macs and abs(row.macs / facts.macs - 1) > SAME_MACS)
    return "" if differs else name
