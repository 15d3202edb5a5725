"""Energy of a whole device whose power was published for no network, only at rest and at full load."""

from __future__ import annotations

from odviz.domain.device import DeviceProfile
from odviz.domain.estimate import Estimate, EstimateKind, Provenance

SCOPE = "whole device: time × a power between that at rest and that with all cores busy"


def known(device: DeviceProfile) -> bool:
    """Whether both powers of a device are."""
    return {"idle_w", "busy_w"} <= device.facts.keys()


def energy(device: DeviceProfile, latency: Estimate) -> Estimate | None:
    """Joules of one inference, a range without a value; None where one of the powers is not known.

    Args:
        device: the machine.
        latency: of the inference, seconds.
    """
    if not known(device):
        return None
    both = device.facts["idle_w"], device.facts["busy_w"]
    least, most = sorted(each.value for each in both)
    sources = dict.fromkeys(each.source for each in both)
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
