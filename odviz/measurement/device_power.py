"""Energy of a whole device from its published power at rest and at full load."""

from __future__ import annotations

from odviz.domain.device import DeviceProfile
from odviz.domain.estimate import Estimate, EstimateKind, Provenance

SCOPE = "whole device: time × a power between that at rest and that with all cores busy"


def has_power(device: DeviceProfile) -> bool:
    """Whether both powers of a device are published."""
    return {"idle_w", "busy_w"} <= device.facts.keys()


def energy(device: DeviceProfile, latency: Estimate) -> Estimate | None:
    """Range of the energy of one inference; None if one of the powers is unknown.

    Args:
        device: the device.
        latency: latency of the inference, in seconds.

    Returns:
        An estimate without a value, in joules.
    """
    if not has_power(device):
        return None
    powers = device.facts["idle_w"], device.facts["busy_w"]
    least, most = sorted(power.value for power in powers)
    sources = dict.fromkeys(power.source for power in powers)
    return Estimate(
        None,
        least * latency.low,
        most * latency.high,
        "J",
        Provenance.MODELLED,
        level=latency.level,
        scope=f"{SCOPE} ({least:g} to {most:g} W)",
        source="; ".join(sources),
        kind=EstimateKind.WHOLE_DEVICE,
    )
