"""Whether the process that runs a benchmark, or was to run it, has ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from odviz.domain.result import State
from odviz.library.owner import Owner
from odviz.store.clock import now
from odviz.store.records import BenchmarkRecord
from odviz.store.rows import read_row

QUIET = timedelta(days=1)
"""How long another machine's benchmark may show no sign of life before it counts as lost."""


def is_abandoned(record: BenchmarkRecord) -> bool:
    """Whether a benchmark is queued and the process that was to run it has ended.

    The end of another machine's process cannot be seen: it counts as ended `QUIET` after the benchmark was created.
    """
    if record.state is not State.QUEUED:
        return False
    return record.owner is None or is_lost(record.owner, record.created)  # an older odviz wrote no owner down


def owner_of(row: Row[Any]) -> Owner:
    """The owner in a row, as it is stored."""
    return Owner(row.owner_host, row.owner_pid, row.owner_birth)


def read_owner(row: Row[Any]) -> Owner | None:
    """The owner in a row; None if it is missing or damaged, which keeps no figures from being read."""
    try:
        return read_row(Owner, {"host": row.owner_host, "pid": row.owner_pid, "birth": row.owner_birth})
    except ValueError:
        return None


def last_heartbeat(row: Row[Any]) -> datetime:
    """When a running benchmark last started a run or was claimed (a resumed one has old runs)."""
    times = [time for time in (row.last_run, row.started) if isinstance(time, datetime)]
    return max(times, default=datetime.min.replace(tzinfo=UTC))


def is_lost(owner: Owner, heartbeat: datetime) -> bool:
    """Whether a process has ended, or is another machine's without a sign of life for `QUIET`."""
    return owner.gone or (owner.elsewhere and now() - heartbeat > QUIET)
