"""The numbers that a device profile may hold: what each is called, means, can be, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from odviz.library.plausible import PlausibleRange
from odviz.units import figure

_BINARY = ((2**30, "GB"), (2**20, "MB"), (2**10, "kB"))


def _memory(value: float) -> str:
    """Bytes as memory is sold: in powers of two, called GB all the same, where it is a whole or half number of them."""
    for unit, name in _BINARY:
        count = value / unit
        if 1 <= count < 1024 and (2 * count).is_integer():
            return f"{count:g} {name}"
    return figure(value, "B")


def _clock(value: float) -> str:
    return f"{value / 1e6:.4g} MHz" if value < 1e9 else f"{value / 1e9:.4g} GHz"


def _power(value: float) -> str:
    return f"{value * 1e3:.3g} mW" if value < 0.1 else f"{value:.4g} W"


@dataclass(frozen=True, slots=True)
class FactType:
    """A number that a device profile may hold.

    Attributes:
        title: heading of the number.
        description: what it says, as a clause.
        plausible: accepted values, in SI units.
        write: its value, from SI units, in the unit that people use for it.
    """

    title: str
    description: str
    plausible: PlausibleRange
    write: Callable[[float], str]


_BYTES, _WATTS = PlausibleRange(16.0, 1e15), PlausibleRange(1e-9, 1e5)

FACT_TYPES: Mapping[str, FactType] = {
    "ram_bytes": FactType("Memory (RAM)", "memory for programs and activations", _BYTES, _memory),
    "flash_bytes": FactType("Program storage (flash)", "storage for the program and the model", _BYTES, _memory),
    "cores": FactType("Processor cores", "processor cores", PlausibleRange(1.0, 1e6), "{:.4g}".format),
    "clock_hz": FactType("Fastest clock", "clock of the fastest core", PlausibleRange(1e3, 1e12), _clock),
    "copy_bytes_per_s": FactType(
        "Memory copy rate",
        "measured memory copy rate",
        PlausibleRange(1e3, 1e15),
        lambda value: f"{value / 1e9:.4g} GB/s",
    ),
    "idle_w": FactType("Power when idle", "power when nothing runs", _WATTS, _power),
    "busy_w": FactType("Power at full load", "power with all cores busy", _WATTS, _power),
    "battery_j": FactType(
        "Battery", "energy of a full battery", PlausibleRange(1e-3, 1e12), lambda value: f"{value / 3600:.3g} Wh"
    ),
    "price_usd": FactType(
        "Price when it came out", "price when it came out", PlausibleRange(0.01, 1e9), "{:.4g} USD".format
    ),
}
"""By the name that a profile uses, in the order in which they are shown."""
