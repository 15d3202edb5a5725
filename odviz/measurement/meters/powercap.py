"""RAPL energy counters of Intel and AMD processor packages, through Linux's powercap.

Counters are in microjoules and wrap at `max_energy_range_uj`; see the kernel's Documentation/power/powercap.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from odviz.domain.errors import Unavailable

ROOT = Path("/sys/class/powercap")
_PACKAGES = "intel-rapl:*"  # AMD's driver uses the same name
_MICRO = 1e-6


class WrappingCounter:
    """Total of a counter that restarts at zero after its highest value.

    Args:
        read: returns the current value.
        span: the highest value.
    """

    def __init__(self, read: Callable[[], int], span: int) -> None:
        self._read, self._span = read, span
        self._last, self._total = read(), 0

    def total(self) -> int:
        """Counts since creation, provided the counter wrapped at most once since the last call."""
        now = self._read()
        step = now - self._last
        self._total += step if step >= 0 else step + self._span + 1
        self._last = now
        return self._total


class Powercap:
    """The RAPL meter.

    Args:
        root: folder of the kernel's powercap zones.
    """

    name = "rapl"
    title = "RAPL (powercap)"
    scope = "CPU packages"

    def __init__(self, root: Path = ROOT) -> None:
        self._root = root

    def unavailable(self) -> str:
        """See base.Meter."""
        zones = self._zones()
        if not zones:
            return (
                f"{self._root} shows no processor package: virtual machines, containers and most ARM boards have no "
                "RAPL counters. A bare-metal Intel or AMD machine with Linux has."
            )
        try:
            for zone in zones:
                _value(zone / "energy_uj")
        except PermissionError:
            return (
                f"{zones[0] / 'energy_uj'} is readable by root only (since CVE-2020-8694); "
                f"`sudo chmod a+r {self._root}/*/energy_uj` opens it until the next boot."
            )
        except (OSError, ValueError) as error:
            return f"{zones[0] / 'energy_uj'} cannot be read: {error}."
        return ""

    def open(self) -> Callable[[], float]:
        """See base.Meter."""
        reason = self.unavailable()
        if reason:
            raise Unavailable(reason)
        counters = [_counter(zone) for zone in self._zones()]
        return lambda: sum(counter.total() for counter in counters) * _MICRO

    def _zones(self) -> list[Path]:
        """Package zones only: zones of their parts (core, dram) and of the platform (psys) would count twice."""
        zones = sorted(self._root.glob(_PACKAGES)) if self._root.is_dir() else []
        return [zone for zone in zones if _name(zone).startswith("package")]


def _counter(zone: Path) -> WrappingCounter:
    return WrappingCounter(lambda: _value(zone / "energy_uj"), _value(zone / "max_energy_range_uj"))


def _value(path: Path) -> int:
    return int(path.read_text())


def _name(zone: Path) -> str:
    try:
        return (zone / "name").read_text().strip()
    except OSError:
        return ""


plugin = Powercap()
