"""Whether who runs a benchmark, or was to run it, is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from odviz.domain.result import State
from odviz.store.base import now
from odviz.store.owner import Owner
from odviz.store.records import BenchmarkRecord
from odviz.store.rows import read_row

QUIET = timedelta(days=1)
"""How long nothing may be heard of another machine's benchmark before it counts as lost."""


def deserted(record: BenchmarkRecord) -> bool:
    """Whether a benchmark is queued, and who was to run it is gone: nobody will, unless somebody asks.

    Of another machine's process that cannot be seen, so it counts as gone `QUIET` after the benchmark was asked for.
    """
    if record.state is not State.QUEUED:
        return False
    return record.owner is None or lost(record.owner, record.created)  # an older odviz wrote no owner down


def owner_of(row: Row[Any]) -> Owner:
    """Whose it is, as it is written there."""
    return Owner(row.owner_host, row.owner_pid, row.owner_birth)


def owner_or_none(row: Row[Any]) -> Owner | None:
    """The owner; one that is damaged is nobody, and keeps no figures from being read."""
    try:
        return read_row(Owner, {"host": row.owner_host, "pid": row.owner_pid, "birth": row.owner_birth})
    except ValueError:
        return None


def heard(row: Row[Any]) -> datetime:
    """When a running benchmark last gave a sign of life; the claim counts too, for runs of one that goes on are old."""
    known = [each for each in (row.last_run, row.started) if isinstance(each, datetime)]
    return max(known, default=datetime.min.replace(tzinfo=UTC))


def lost(owner: Owner, heard_at: datetime) -> bool:
    """Whether a process is gone, or another machine's of which nothing was heard for long."""
    return owner.gone or (owner.elsewhere and now() - heard_at > QUIET)
