"""Wording about benchmarks: states, durations, failures and precision."""

from __future__ import annotations

from odviz.analysis.candidates import OWN_FAULT
from odviz.domain.result import BenchmarkResult, NoteKind, State
from odviz.ui.markup import plain
from odviz.units import counted, percent

STATES = {
    State.QUEUED: "waiting",
    State.RUNNING: "running",
    State.DONE: "finished",
    State.FAILED: "failed",
    State.CANCELLED: "stopped",
}
"""State of a benchmark in plain words."""

_IMPRECISE = 1.5
"""Factor by which half of the medians must miss the requested precision before the page says so."""


def duration(seconds: float) -> str:
    """A rounded duration ("40 seconds", "3 minutes")."""
    if seconds < 90:
        return f"{max(5, round(seconds / 5) * 5)} seconds"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def between(ends: tuple[float, float]) -> str:
    """A range of durations ("20 to 40 seconds", "about 2 minutes")."""
    low, high = map(duration, ends)
    if low == high:
        return f"about {high}"
    same_unit = low.split()[1] == high.split()[1]
    return f"{low.split()[0]} to {high}" if same_unit else f"{low} to {high}"


def failed_variants(result: BenchmarkResult) -> str:
    """How many variants failed for reasons other than their own, with the first reason; empty if none did."""
    failures = [point.failure for point in result.points if point.failure and point.failure.kind not in OWN_FAULT]
    partly_failed = sum(any(note.kind is NoteKind.RUN_FAILED for note in point.notes) for point in result.points)
    if result.failure or not (failures or partly_failed):
        return ""
    if not failures:
        return f"Runs of {counted(partly_failed, 'variant')} failed; their figures come from their other runs."
    variants = f"{len(failures)} of {counted(len(result.points), 'variant')}"
    return f"{variants} could not be measured: {plain(failures[0].reason)}"


def imprecise_times(result: BenchmarkResult) -> str:
    """A note when time ran out long before launches agreed on the medians as requested; else empty."""
    widths = sorted(
        point.latency.between_launches
        for point in result.points
        if point.latency and point.latency.between_launches is not None
    )
    requested = result.plan.effort.confidence
    if not widths or widths[len(widths) // 2] <= _IMPRECISE * requested:
        return ""
    return (
        f"Time ran out before the launches of this benchmark agreed as requested (± {percent(requested)}): half of the "
        f"medians (p50) are known to ± {percent(widths[len(widths) // 2])} or better between its launches, the least "
        f"precise one to ± {percent(widths[-1])}. Continuing narrows that; the intervals of times are wider, because "
        "they hold for other days too."
    )
