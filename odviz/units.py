"""Figures formatted for people, from values in SI units."""

from __future__ import annotations

import math

from odviz.domain.estimate import Estimate

_TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_ENERGIES = ((1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ"), (1e-9, "nJ"))
_BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B"))
_PERCENT = 0.01
"""Display unit of a share, whose ends have one decimal."""

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


def interval(value: Estimate, scale: tuple[float, str] | None = None, count: int = 3) -> str:
    """Both ends of an estimate ("1.20–1.28 ms"), in every output alike.

    Args:
        value: the estimate.
        scale: factor and name of the display unit; by default the unit that suits the value. Distant ends then have a
            unit each ("790 nJ–11.0 mJ").
        count: significant digits.
    """
    if scale is None and _distant(value):
        return "–".join(_with_unit(end, value.unit, count) for end in (value.low, value.high))
    factor, name = scale or _scale(value)
    return f"{_ends(value, factor, count)} {name}".rstrip()


def estimate(value: Estimate) -> str:
    """An estimate with its interval ("1.24 ms (1.20–1.28)"); a mere range without a value ("1.20–3.40 MB").

    A projection that may be off by more than a factor of three has no value either: "between 0.1 µs and 5.0 ms: too
    vague to choose by".
    """
    if value.vague:
        low, high = (_with_unit(end, value.unit, 2) for end in (value.low, value.high))
        return f"between {low} and {high}: too vague to choose by"
    if value.mere_range and value.low < value.high:
        return interval(value)
    centre = figure(value.centre, value.unit)
    return centre if value.low == value.high else f"{centre} ({_ends(value, _scale(value)[0])})"


def short(value: Estimate) -> str:
    """An estimate without its interval ("1.24 ms"); a range that has no value worth writing ("0.075–1.6 MB")."""
    is_range = (value.mere_range or value.vague) and value.low < value.high
    return interval(value, count=2) if is_range else figure(value.centre, value.unit)


def change(value: Estimate) -> str:
    """A difference with its interval: of shares in percentage points ("−0.4 (−0.9 to +0.1)"), else "+0.13 (…) °C"."""
    unit = "" if value.unit == "1" else f" {value.unit}".rstrip()
    return f"{_signed(value.centre, value.unit)} ({change_interval(value)}){unit}"


def change_interval(value: Estimate) -> str:
    """Both ends of a difference ("−0.9 to +0.1")."""
    return f"{_signed(value.low, value.unit)} to {_signed(value.high, value.unit)}"


def difference(value: float, unit: str) -> str:
    """A difference between two values ("12.0 ms"); of shares in percentage points ("0.5 points")."""
    if unit != "1":
        return figure(value, unit)
    points = f"{round(100 * value, 1):g}"
    return f"{points} point{'' if points == '1' else 's'}"


def times(ratio: Estimate) -> str:
    """A ratio with its interval ("2.31× (2.24–2.38)")."""
    return f"{digits(ratio.centre)}× ({times_interval(ratio)})"


def times_interval(ratio: Estimate) -> str:
    """Both ends of a ratio ("2.24–2.38")."""
    return _ends(ratio, 1.0)


def percent(share: float, digits: int = 0) -> str:
    """A share in percent ("91 %")."""
    return f"{100 * share:z.{digits}f} %"  # z: no "-0.0"


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


def _with_unit(value: float, unit: str, count: int) -> str:
    scale, name = scale_of(float(f"{value:.{count}g}"), unit)  # rounded before: 998 µs is 1.0 ms, not 1000 µs
    return f"{digits(value / scale, count)} {name}"


def _distant(value: Estimate) -> bool:
    """Whether the ends of a range are so far apart that a common unit would need many zeros."""
    names = {scale_of(end, value.unit)[1] for end in (value.low, value.high)}
    return (value.mere_range or value.vague) and 0 < value.low < _DISTANT * value.high and len(names) > 1


def _scale(value: Estimate) -> tuple[float, str]:
    if value.unit == "1":
        return _PERCENT, "%"
    return scale_of(value.high if value.mere_range or value.vague else value.centre, value.unit)


def _ends(value: Estimate, factor: float, count: int = 3) -> str:
    ends = (value.low / factor, value.high / factor)
    return "–".join(f"{end:z.1f}" if factor == _PERCENT else digits(end, count) for end in ends)


def _signed(value: float, unit: str) -> str:
    text = f"{100 * value:+z.1f}" if unit == "1" else ("+" if value >= 0 else "") + digits(value)
    return text.replace("-", "−")
