"""Ends benchmarks whose process has ended, and those that were not stored completely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select

from odviz.domain.errors import StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import State
from odviz.library.owner import Owner
from odviz.serialization import from_json, to_json
from odviz.store import clock
from odviz.store.base import Connected, equal, owner_columns
from odviz.store.clock import now
from odviz.store.liveness import is_lost, last_heartbeat, owner_of
from odviz.store.previous_state import PreviousState
from odviz.store.schema import benchmark, point, run

HAS_POINTS = exists().where(point.c.benchmark == benchmark.c.id).correlate(benchmark)
_POINTLESS_ROWS = (benchmark.c.state == State.QUEUED) & ~HAS_POINTS
_INTERRUPTED = Failure(
    FailureKind.INTERRUPTED,
    "The program that measured ended before the benchmark did. Every sample finished before that is kept.",
)
POINTLESS = Failure(
    FailureKind.ERROR, "It was stored without operating points, because the disk was full or odviz was stopped then."
)


class Recovery(Connected):
    """The part of the store that ends what nobody runs."""

    def abandon(self, benchmark_id: str, owner: Owner, failure: Failure) -> bool:
        """End a running benchmark whose process has stopped, and the runs that it left open; samples are kept.

        A resumed benchmark that was complete becomes complete again.

        Args:
            benchmark_id: its id.
            owner: who ran it; a benchmark that somebody else has claimed meanwhile is left alone.
            failure: why it ended.

        Returns:
            Whether that owner was running it.
        """
        mine = row_while(benchmark_id, State.RUNNING) & equal(benchmark, owner_columns(owner))
        with self._writing() as connection:
            former = self._former(connection, benchmark_id)
            values = measured_on(former) if former and former.complete else _ending(failure, clock.end(benchmark_id))
            if not set_columns(connection, mine, values):
                return False
            # An interruption does not count against figures that a point already had.
            interrupted = to_json(replace(failure, kind=FailureKind.INTERRUPTED))
            left_open = (run.c.benchmark == benchmark_id) & run.c.ended.is_(None)
            connection.execute(run.update().where(left_open).values(ended=now(), failure=interrupted))
        return True

    def recover(self) -> tuple[str, ...]:
        """End every running benchmark whose process has ended, as `abandon` does, and queued ones without points.

        An older odviz stored points after their benchmark, and could be stopped in between. Every method that finds
        benchmarks does this first, as far as the database may be written to.

        The end of another machine's process cannot be seen, so its benchmark is ended when no run has started for
        `QUIET`. (A container that is started again is another machine.)

        Returns:
            The ids of the benchmarks that were ended.

        Raises:
            StoreError: one was to be ended, and the database refuses.
        """
        lost, pointless = self._look_for_ended()
        ended = [identity for identity, owner in lost if self.abandon(identity, owner, _INTERRUPTED)]
        if pointless:
            with self._writing() as connection:
                set_columns(connection, _POINTLESS_ROWS, _ending(POINTLESS, now()))
        return (*ended, *pointless)

    def _recover_if_writable(self) -> None:
        """Recover before something is read: a database that may only be read is read as it is."""
        if any(self._look_for_ended()):
            with suppress(StoreError):
                self.recover()

    def _look_for_ended(self) -> tuple[list[tuple[str, Owner]], Sequence[str]]:
        """Running benchmarks whose process has ended, with their owners, and queued ones without points."""
        last_run = select(func.max(run.c.started)).where(run.c.benchmark == benchmark.c.id).scalar_subquery()
        running = select(benchmark, last_run.label("last_run")).where(benchmark.c.state == State.RUNNING)
        with self._reading() as connection:
            rows = connection.execute(running.order_by(benchmark.c.queue_position)).all()
            pointless = connection.scalars(select(benchmark.c.id).where(_POINTLESS_ROWS)).all()
        return [(row.id, owner_of(row)) for row in rows if is_lost(owner_of(row), last_heartbeat(row))], pointless

    def _former(self, connection: Connection, benchmark_id: str) -> PreviousState | None:
        """How a resumed benchmark had ended; None for any other."""
        text = connection.scalar(select(benchmark.c.previous_state).where(benchmark.c.id == benchmark_id))
        if text is None:
            return None
        try:
            return from_json(PreviousState, text)
        except ValueError:  # it must still be possible to end it
            return None


def measured_on(former: PreviousState) -> dict[str, Any]:
    """The columns of the previous state without its queue position: the benchmark was measured just now."""
    return {name: value for name, value in former.columns().items() if name != "queue_position"}


def _ending(failure: Failure, ended: datetime) -> dict[str, Any]:
    """The columns of a benchmark that has failed."""
    return {"state": State.FAILED, "ended": ended, "failure": to_json(failure), "previous_state": None}


def row_while(benchmark_id: str | None, *states: State) -> ColumnElement[bool]:
    """The row of a benchmark that is in one of these states."""
    return (benchmark.c.id == benchmark_id) & benchmark.c.state.in_(states)


def set_columns(connection: Connection, which: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
    """Change the rows; whether there were any."""
    return bool(connection.execute(benchmark.update().where(which).values(values)).rowcount)
