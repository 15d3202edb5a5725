"""The interval of a Mann–Whitney statistic, such as an AUROC."""

from __future__ import annotations

from collections.abc import Callable

from scipy import special

_TINY = 1e-9
"""Distance from an area of 0 or 1 at which its variance is not zero."""

_HALVINGS = 40


def auroc_interval(value: float, positives: int, negatives: int, level: float) -> tuple[float, float]:
    """Find the areas that an observed area is compatible with, by Newcombe's score method.

    It is method 5 of Newcombe (Statistics in Medicine 25, 2006, part 2), which he recommends: the variance is Hanley
    and McNeil's at the area that is tested, with the mean of both sample sizes in place of each. It has a width even
    if the observed area is 1.

    Args:
        value: observed area, 0 to 1.
        positives: number of positive items.
        negatives: number of negative items.
        level: what the interval is to cover.

    Returns:
        Both ends; 0 and 1 where there are no pairs.
    """
    if not positives or not negatives:
        return 0.0, 1.0
    z = float(special.ndtri((1 + level) / 2))
    size = (positives + negatives) / 2 - 1

    def excess(area: float) -> float:
        """By how much the squared distance of an area exceeds what `level` allows; below 0 within the interval."""
        factor = 1 + size * (1 - area) / (2 - area) + size * area / (1 + area)
        return (area - value) ** 2 - z * z * area * (1 - area) * factor / (positives * negatives)

    low = 0.0 if value <= 0 else _boundary(excess, min(value, 1 - _TINY), 0.0)
    high = 1.0 if value >= 1 else _boundary(excess, max(value, _TINY), 1.0)
    return low, high


def _boundary(excess: Callable[[float], float], inside: float, outside: float) -> float:
    """Where a function turns positive between two points, by bisection."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if excess(middle) > 0 else (middle, outside)
    return outside
