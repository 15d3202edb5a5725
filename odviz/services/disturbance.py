"""What disturbed the timing of a benchmark, in words."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean

from odviz.domain.result import BackgroundLoad, BenchmarkResult
from odviz.units import counted, digits

_NAMED = 3


def disturbance(result: BenchmarkResult) -> str:
    """Name the other programs that disturbed the timing, and what that means for the times; empty if nothing did."""
    busy = [load for load in result.background if load.is_busy]
    noisy = sum(bool(point.latency and point.latency.noisy) for point in result.points)
    sentences = [_others(busy, result)] if busy else []
    if noisy:
        variants = f"{noisy} of {counted(len(result.points), 'variant')}"
        sentences.append(
            f"The times of {variants} may be off either way (noisy): the machine was slowed throughout, for which they "
            "are corrected by a rule of thumb."
        )
    elif busy:
        sentences.append("Only what was timed while the machine ran at full speed counts, so the times hold.")
    return " ".join(sentences)


def _others(busy: list[BackgroundLoad], result: BenchmarkResult) -> str:
    cores = digits(fmean(load.others + load.stolen for load in busy), 2)
    available = f" of {counted(result.environment.usable_cores, 'core')}" if result.environment else " cores"
    shares: dict[str, float] = defaultdict(float)
    for load in busy:
        for name, share in load.programs.items():
            shares[name] += share / len(busy)
    busiest = sorted(shares, key=lambda name: -shares[name])[:_NAMED]
    names = ", ".join(f"{name} {digits(shares[name], 2)}" for name in busiest)
    return f"Other programs used {cores}{available} while it was timed" + (f" ({names})." if names else ".")
