"""The current time, and the end of a benchmark: neither depends on whether the computer's clock is set meanwhile."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

_claims: dict[str, tuple[datetime, float]] = {}
"""When this process claimed each benchmark that it runs: the stored time, and `time.monotonic`."""


def now() -> datetime:
    """The current time in UTC, by the computer's clock."""
    return datetime.now(UTC)


def claim(benchmark_id: str) -> datetime:
    """The time of a claim; `end` counts from it."""
    moment = now()
    _claims[benchmark_id] = moment, time.monotonic()
    return moment


def end(benchmark_id: str) -> datetime:
    """The time at which a benchmark ends: as long after the claim by this process as it took; else the current time."""
    if benchmark_id not in _claims:
        return now()
    moment, at = _claims.pop(benchmark_id)
    return moment + timedelta(seconds=time.monotonic() - at)
