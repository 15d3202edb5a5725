"""Wording of a running benchmark's progress; pure functions."""

from __future__ import annotations

import math

from odviz.domain.model import Variant
from odviz.domain.result import BenchmarkResult
from odviz.execution.progress import Phase, Progress
from odviz.formats import FORMATS
from odviz.services import naming
from odviz.store import BenchmarkRecord
from odviz.units import counted

PHASE_TITLES = {
    Phase.PREPARE: "Making the variants (compression)",
    Phase.PREDICTIONS: "Checking their predictions (accuracy)",
    Phase.LATENCY: "Timing them, with nothing else running (latency)",
    Phase.MEMORY: "Measuring the memory they need (peak memory)",
    Phase.ENERGY: "Reading the energy meter (energy)",
}
_UNITS_OF_WORK = {
    Phase.PREPARE: "file",
    Phase.PREDICTIONS: "variant",
    Phase.MEMORY: "reading",
    Phase.ENERGY: "variant",
}


def described(record: BenchmarkRecord) -> str:
    """A benchmark in a few words: task, models, id."""
    models = ", ".join(naming.model(record.plan.task, name) for name in record.plan.models)
    return f"{naming.task(record.plan.task)}: {models} ({record.id})"


def elapsed(seconds: float) -> str:
    """A duration in minutes and seconds ("2 minutes 7 seconds")."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return " ".join(([counted(minutes, "minute")] if minutes else []) + [counted(rest, "second")])


def share_done(progress: Progress, left_s: float) -> float:
    """Completed share of a phase, 0 to 1.

    Timing adds rounds until its time is up, so there the share is that of the time.

    Args:
        progress: the latest report.
        left_s: seconds until no new launch begins.
    """
    if progress.within_s:
        return min(1.0, max(0.0, 1 - left_s / progress.within_s))
    return progress.share


def work_done(progress: Progress, left_s: float) -> str:
    """Completed work of a phase ("3 of 8 files"); timing has no total, because rounds are added.

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
    return f"{counted(progress.done, 'round')} done; {remaining}"


def last_finished(progress: Progress) -> str:
    """What was finished last, named as on the rest of the page."""
    if progress.item is None:
        return progress.label[:1].upper() + progress.label[1:]
    if isinstance(progress.item, Variant):
        variant = progress.item
        title = f"{naming.model(variant.task, variant.model)} · {naming.recipe(variant.recipe)}"
        return f"{title} ({FORMATS[variant.format].title})"
    return naming.point(progress.item)


def count_noisy(result: BenchmarkResult) -> int:
    """Number of variants that other load on the machine disturbed during timing."""
    return sum(bool(point.latency and point.latency.noisy) for point in result.points)


def noise_warning(noisy: int, total: int, running: bool) -> str:
    """What a noisy benchmark means, and what to do about it.

    Args:
        noisy: variants that were disturbed.
        total: all variants.
        running: whether the benchmark is still running.
    """
    variants = f"{noisy} of {counted(total, 'variant')}"
    if running:
        return (
            f"Something else is running while {variants} are timed (noisy): their times may be overstated. "
            "Close other programs; timing that follows counts just as much."
        )
    return (
        f"Something else was running while {variants} were timed (noisy): their times may be overstated. "
        "Continue measuring when the machine is quiet: more timing makes up for it."
    )
