"""Numbers about a device as people read them: what each is called, its amount, and the address of who says so."""

from __future__ import annotations

import re

from odviz.units import figure

TITLES = {
    "ram_bytes": "Memory (RAM)",
    "flash_bytes": "Program storage (flash)",
    "cores": "Processor cores",
    "clock_hz": "Fastest clock",
    "copy_bytes_per_s": "Memory copy rate",
    "idle_w": "Power when idle",
    "busy_w": "Power at full load",
    "battery_j": "Battery",
    "price_usd": "Price when it came out",
}
"""Every number of `shipped.devices.FACTS`, as a heading."""

_LINK = re.compile(r"https?://[^\s;,()<>\"]+")


_BINARY = ((2**30, "GB"), (2**20, "MB"), (2**10, "kB"))


def amount(name: str, value: float) -> str:
    """A number about a device in the unit that people use for it ("8 GB", "1.8 GHz", "43 Wh").

    Memory is sold in powers of two, and called GB all the same.

    Args:
        name: as in a profile ("ram_bytes").
        value: in SI units.
    """
    if name.endswith("_bytes"):
        return next((f"{value / unit:g} {word}" for unit, word in _BINARY if _whole(value / unit)), figure(value, "B"))
    if name.endswith("_j"):
        return f"{value / 3600:.3g} Wh"
    if name == "clock_hz" and value < 1e9:
        return f"{value / 1e6:.4g} MHz"
    if name.endswith("_w") and value < 0.1:
        return f"{value * 1e3:.3g} mW"
    unit = {"cores": "", "clock_hz": " GHz", "copy_bytes_per_s": " GB/s", "price_usd": " USD"}.get(name, " W")
    return f"{value / (1e9 if name in ('clock_hz', 'copy_bytes_per_s') else 1):.4g}{unit}"


def _whole(count: float) -> bool:
    """Whether memory comes in so much of a unit: from one on, to a half."""
    return 1 <= count < 1024 and (2 * count).is_integer()


def link_of(source: str) -> str:
    """The first web address in the words of a source, empty if there is none."""
    found = _LINK.search(source)
    return found[0].rstrip(".") if found else ""
