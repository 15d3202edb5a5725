"""Figures as people read them: SI inside, words outside."""

from __future__ import annotations

import math

from odviz.domain.estimate import Estimate

_TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_ENERGIES = ((1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ"), (1e-9, "nJ"))
_BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
_WIDE = 0.3
"""Relative half width above which an interval is shown by its ends: it is seldom symmetric then."""

_SCALES = {"s": _TIMES, "J": _ENERGIES, "B": _BYTES}

_FAR = 0.01
"""Ends of a range that lie further apart each have a unit of their own."""


def figure(value: float, unit: str) -> str:
    """A value with three significant digits in the unit that suits it ("1.24 ms", "91.3 %").

    Args:
        value: in `unit`.
        unit: "s", "J", "B" or "1" (a share, written in percent).
    """
    if unit == "1":
        return percent(value, 1)
    scale, name = scale_of(value, unit)
    return f"{digits(value / scale)} {name}"


def scale_of(value: float, unit: str) -> tuple[float, str]:
    """The factor and name of the unit that suits a value: the largest in which it is at least one."""
    scales = _SCALES[unit]
    return next((entry for entry in scales if abs(value) >= entry[0] * 0.9995), scales[-1])


def estimate(figure_of: Estimate) -> str:
    """A figure with its interval ("1.24 ms ± 2 %"); one that is not observed shows its range alone."""
    unit = figure_of.unit
    if figure_of.mere_range:
        scale, name = scale_of(figure_of.high, unit)
        return f"{digits(figure_of.low / scale)}–{digits(figure_of.high / scale)} {name}"
    if unit == "1":
        half = (figure_of.high - figure_of.low) / 2
        return f"{100 * figure_of.centre:.1f} % ± {100 * half:.1f} points"
    return f"{figure(figure_of.centre, unit)}{_interval(figure_of, scale_of(figure_of.centre, unit)[0])}"


def short(figure_of: Estimate) -> str:
    """A figure where there is little room: without its interval, a range with two digits ("0.075–1.6 MB")."""
    if not figure_of.mere_range:
        return figure(figure_of.centre, figure_of.unit)
    unit, (scale, name) = figure_of.unit, scale_of(figure_of.high, figure_of.unit)
    apart, other = scale_of(figure_of.low, unit)
    if figure_of.low > 0 and other != name and figure_of.low < _FAR * figure_of.high:
        return f"{digits(figure_of.low / apart, 2)} {other}–{digits(figure_of.high / scale, 2)} {name}"
    return f"{digits(figure_of.low / scale, 2)}–{digits(figure_of.high / scale, 2)} {name}"


def points(difference: Estimate) -> str:
    """A difference of shares in percentage points with its interval ("−0.4 (−0.9 to +0.1)")."""
    low, high = (f"{100 * end:+.1f}" for end in (difference.low, difference.high))
    return f"{100 * difference.centre:+.1f} ({low} to {high})".replace("-", "−")


def times(ratio: Estimate) -> str:
    """A ratio with its interval ("2.31× ± 3 %")."""
    return f"{digits(ratio.centre)}×{_interval(ratio, 1.0)}"


def percent(share: float, digits: int = 0) -> str:
    """A share in percent ("91 %")."""
    return f"{100 * share:.{digits}f} %"


def digits(value: float, count: int = 3) -> str:
    """A number with so many significant digits and without an exponent; ∞ for what is not finite."""
    if not math.isfinite(value):
        return "∞"
    if value == 0:
        return "0"
    rounded = float(f"{value:.{count}g}")  # first: 0.9996 has one digit before the point once it is rounded
    return f"{rounded:.{max(0, count - 1 - math.floor(math.log10(abs(rounded))))}f}"


def counted(number: int, one: str) -> str:
    """So many of something ("1 variant", "1,200 variants")."""
    return f"{number:,} {one}" + ("" if number == 1 else "s")


def _interval(figure_of: Estimate, scale: float) -> str:
    """How sure a figure is: ± a share, its ends where it is so wide that they say more, nothing if it was counted."""
    share = figure_of.relative_half_width
    if share == 0:
        return ""
    if share > _WIDE:
        low, high = (digits(end / scale) for end in (figure_of.low, figure_of.high))
        return f" ({low}–{high})"
    return f" ± {100 * share:.1f} %" if share < 0.0095 else f" ± {100 * share:.0f} %"
