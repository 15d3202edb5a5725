"""Wording about benchmarks: states, durations, progress, failures, precision and noise; pure functions."""

from __future__ import annotations

import math

from odviz.domain.result import BenchmarkResult, State
from odviz.domain.text import capital
from odviz.execution.progress import Phase, Progress
from odviz.formats import FORMATS
from odviz.report.markdown import plain
from odviz.services import naming
from odviz.services.disturbance import disturbance
from odviz.store import BenchmarkRecord
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

PHASE_TITLES = {
    Phase.PREPARE: "Making the variants (compression)",
    Phase.PREDICTIONS: "Checking their predictions (accuracy)",
    Phase.LATENCY: "Timing them, with nothing else running (latency)",
    Phase.ENERGY: "Reading the energy meter (energy)",
    Phase.STRESS: "Trying them under stress",
}
_UNITS_OF_WORK = {
    Phase.PREPARE: "file",
    Phase.PREDICTIONS: "variant",
    Phase.ENERGY: "variant",
    Phase.STRESS: "test of a variant",
}


def described(record: BenchmarkRecord) -> str:
    """A benchmark in a few words, as Markdown: name, task, models, id."""
    models = ", ".join(naming.model(record.plan.task, name) for name in record.plan.models)
    name = f"{plain(record.label.name)} · " if record.label.name else ""
    return f"{name}{naming.task(record.plan.task)}: {models} ({record.id})"


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


def imprecise_times(result: BenchmarkResult) -> str:
    """A note when launches agree on the medians much less well than requested; else empty."""
    widths = result.between_launches
    requested = result.plan.effort.confidence
    if not widths or widths[len(widths) // 2] <= _IMPRECISE * requested:
        return ""
    return (
        f"The launches of this benchmark agree less well than requested (± {percent(requested)}): half of the "
        f"medians (p50) are known to ± {percent(widths[len(widths) // 2])} or better between its launches, the least "
        f"precise one to ± {percent(widths[-1])}. Continuing narrows those that a front or the recommendation depends "
        "on; the intervals of times are wider, because they hold for other days too."
    )


def elapsed(seconds: float) -> str:
    """A duration in minutes and seconds ("2 minutes 7 seconds")."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return " ".join(([counted(minutes, "minute")] if minutes else []) + [counted(rest, "second")])


def share_done(progress: Progress, left_s: float) -> float:
    """Completed share of a phase, 0 to 1.

    Timing goes on until its time is up or every time is known, so there the share is that of the time.

    Args:
        progress: the latest report.
        left_s: seconds until no new launch begins.
    """
    if progress.within_s:
        return min(1.0, max(0.0, 1 - left_s / progress.within_s))
    return progress.share


def work_done(progress: Progress, left_s: float) -> str:
    """Completed work of a phase ("3 of 8 files"); timing has no total, because launches are added.

    Args:
        progress: the latest report.
        left_s: seconds until no new launch begins.
    """
    if progress.phase is not Phase.LATENCY:
        return f"{progress.done} of {counted(progress.total, _UNITS_OF_WORK[progress.phase])}"
    if left_s > 0:
        remaining = f"at most about {elapsed(math.ceil(left_s))} more, until each time is known well enough"
    else:
        remaining = "the time is up, so this launch is the last"
    return f"{counted(progress.done, 'block')} timed at full speed; {remaining}"


def last_finished(progress: Progress) -> str:
    """What was finished last, named as on the rest of the page."""
    if progress.point is not None:
        return naming.point(progress.point)
    if (variant := progress.variant) is not None:
        title = f"{naming.model(variant.task, variant.model)} · {naming.recipe(variant.recipe)}"
        return f"{title} ({FORMATS[variant.format].title})"
    return capital(progress.label)


def noise_warning(result: BenchmarkResult, running: bool = False) -> str:
    """What disturbed the timing, what that means, and what to do about it; empty if nothing did.

    Args:
        result: of the benchmark.
        running: whether the benchmark is still running.
    """
    words = disturbance(result)
    if not words:
        return ""
    remedy = "Close other programs" + ("." if running else " and continue measuring: more timing makes up for it.")
    return f"{plain(words)} {remedy}"
