"""What is said beside the figures of another machine's benchmark: the same on the page and in the terminal."""

from __future__ import annotations

from odviz.domain.result import BenchmarkResult
from odviz.services.devices import host_profile
from odviz.store import BenchmarkRecord

ELSEWHERE = "another machine's"
"""What a list says of a benchmark that was not measured here."""


def imported_note(benchmark: BenchmarkRecord | BenchmarkResult) -> str:
    """A sentence about the machine that measured a benchmark; empty if it was this one."""
    if benchmark.imported is None:
        return ""
    return (
        f"Measured on another machine ({_cpu(benchmark)}) and brought here as a file on "
        f"{benchmark.imported.when.astimezone():%d %B %Y}: the figures are that machine's, not this one's."
    )


def measured_on(benchmark: BenchmarkRecord | None) -> str:
    """The machine that measured a benchmark; this one for none."""
    if benchmark and benchmark.imported:
        return f"Another machine ({_cpu(benchmark)})"
    return f"This machine ({host_profile().processor})"


def _cpu(benchmark: BenchmarkRecord | BenchmarkResult) -> str:
    return (benchmark.environment and benchmark.environment.cpu) or "processor not known"
