"""Figures formatted for people, from values in SI units."""

from __future__ import annotations

import math

from odviz.domain.estimate import Estimate

_TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_ENERGIES = ((1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ"), (1e-9, "nJ"))
_BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
_WIDE = 0.3
"""Relative half width above which an interval is shown by its ends, because it is rarely symmetric."""

_SCALES = {"s": _TIMES, "J": _ENERGIES, "B": _BYTES}

_DISTANT = 0.01
"""Ratio of the ends of a range below which each end has its own unit."""


def figure(value: float, unit: str) -> str:
    """A value with three significant digits in a suitable unit ("1.24 ms", "91.3 %").

    Args:
        value: in `unit`.
        unit: "s", "J" or "B", which are scaled; "1" (a share, written in percent); or any other text, which is kept.
    """
    if unit == "1":
        return percent(value, 1)
    scale, name = scale_of(value, unit)
    return f"{digits(value / scale)} {name}".rstrip()


def scale_of(value: float, unit: str) -> tuple[float, str]:
    """Factor and name of the largest unit in which a value is at least one."""
    scales = _SCALES.get(unit, ((1.0, unit),))
    return next((entry for entry in scales if abs(value) >= entry[0] * 0.9995), scales[-1])


def estimate(value: Estimate) -> str:
    """An estimate with its interval ("1.24 ms ± 2 %"); a mere range without a value ("1.2–3.4 MB").

    A projection that may be off by more than a factor of three has no value either: "between 0.1 µs and 5.0 ms: too
    vague to choose by".
    """
    unit = value.unit
    if value.vague:
        low, high = (_rounded(end, unit) for end in (value.low, value.high))
        return f"between {low} and {high}: too vague to choose by"
    if value.mere_range:
        scale, name = scale_of(value.high, unit)
        return f"{digits(value.low / scale)}–{digits(value.high / scale)} {name}".rstrip()
    if unit == "1":
        half = (value.high - value.low) / 2
        return f"{100 * value.centre:.1f} % ± {100 * half:.1f} points"
    return f"{figure(value.centre, unit)}{_interval(value, scale_of(value.centre, unit)[0])}"


def short(value: Estimate) -> str:
    """An estimate without its interval ("1.24 ms"); a range that has no value worth writing ("0.075–1.6 MB")."""
    if not (value.mere_range or value.vague):
        return figure(value.centre, value.unit)
    scale, name = scale_of(value.high, value.unit)
    low_scale, low_name = scale_of(value.low, value.unit)
    if value.low > 0 and low_name != name and value.low < _DISTANT * value.high:
        return f"{digits(value.low / low_scale, 2)} {low_name}–{digits(value.high / scale, 2)} {name}"
    return f"{digits(value.low / scale, 2)}–{digits(value.high / scale, 2)} {name}"


def change(value: Estimate) -> str:
    """A difference with its interval: of shares in percentage points ("−0.4 (−0.9 to +0.1)"), else "+0.13 (…) °C"."""
    if value.unit == "1":
        centre, low, high = (f"{100 * end:+.1f}" for end in (value.centre, value.low, value.high))
    else:
        centre, low, high = (("+" if end >= 0 else "") + digits(end) for end in (value.centre, value.low, value.high))
    unit = "" if value.unit == "1" else f" {value.unit}".rstrip()
    return f"{centre} ({low} to {high}){unit}".replace("-", "−")


def times(ratio: Estimate) -> str:
    """A ratio with its interval ("2.31× ± 3 %")."""
    return f"{digits(ratio.centre)}×{_interval(ratio, 1.0)}"


def percent(share: float, digits: int = 0) -> str:
    """A share in percent ("91 %")."""
    return f"{100 * share:.{digits}f} %"


def digits(value: float, count: int = 3) -> str:
    """A number with `count` significant digits and no exponent; ∞ if it is not finite."""
    if not math.isfinite(value):
        return "∞"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{count}g}")  # before the exponent is taken: 0.9996 rounds to 1.00
    return f"{rounded:.{max(0, count - 1 - math.floor(math.log10(abs(rounded))))}f}"


def counted(number: int, noun: str) -> str:
    """A number with its noun ("1 variant", "1,200 variants")."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def not_known_yet(needs: int) -> str:
    """What stands in place of a figure that too few inferences were timed for."""
    return f"not known yet: needs {counted(needs, 'more inference')}"


def _rounded(value: float, unit: str) -> str:
    """A number with two digits and its unit."""
    scale, name = scale_of(value, unit)
    return f"{digits(value / scale, 2)} {name}"


def _interval(value: Estimate, scale: float) -> str:
    """Suffix for an interval: ± percent, both ends if it is wide, nothing if the value is exact."""
    share = value.relative_half_width
    if share == 0:
        return ""
    if share > _WIDE:
        low, high = (digits(end / scale) for end in (value.low, value.high))
        return f" ({low}–{high})"
    return f" ± {100 * share:.1f} %" if share < 0.0095 else f" ± {100 * share:.0f} %"
