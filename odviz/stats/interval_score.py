"""Proper scores of ranges that people predict, and how often such ranges hold the truth.

Source: T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation", J. Am. Stat. Assoc.
102 (2007), section 6.2.
"""

from __future__ import annotations


def interval_score(low: float, high: float, truth: float, level: float) -> float:
    """Width of a central prediction interval, plus 2 / (1 − level) times how far the truth lies outside.

    Smaller is better, and it is smallest on average for the true quantiles (1 − level) / 2 and (1 + level) / 2.

    Args:
        low: lower end.
        high: upper end, at least `low`.
        truth: what came true.
        level: probability that the interval is to hold it, between 0 and 1.
    """
    miss = max(low - truth, truth - high, 0.0)
    return (high - low) + 2 / (1 - level) * miss
