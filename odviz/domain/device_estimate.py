"""What one variant needs on a device that is not this host."""

from __future__ import annotations

from dataclasses import dataclass

from odviz.domain.device import DeviceTarget, Fit
from odviz.domain.estimate import Estimate

_WORST_FIRST = (Fit.DOES_NOT_FIT, Fit.TIGHT, Fit.UNKNOWN, Fit.FITS)


@dataclass(frozen=True, slots=True)
class DeviceEstimate:
    """Estimates of one variant on a device.

    Attributes:
        target: how the variant is run; None if no published target computes in its precision.
        latency: published or projected; None if neither is possible.
        energy: published, or published power × time; a range if only the powers at rest and at full load are known,
            or no power at all (then of computing alone); None if a power is known and the time is not.
        ram: bytes needed, as a range; None if unknown.
        ram_fit: whether the device has that much.
        flash: bytes needed in a microcontroller's flash; None for other devices.
        flash_fit: whether the device has that much.
        reason: why there is no latency; empty if there is one.
    """

    target: DeviceTarget | None
    latency: Estimate | None
    energy: Estimate | None
    ram: Estimate | None
    ram_fit: Fit
    flash: Estimate | None
    flash_fit: Fit
    reason: str

    @property
    def fit(self) -> Fit:
        """The worse of both verdicts; flash counts only on a device that has some."""
        verdicts = (self.ram_fit, self.flash_fit) if self.flash else (self.ram_fit,)
        return min(verdicts, key=_WORST_FIRST.index)
