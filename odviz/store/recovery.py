"""Ends benchmarks whose process has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from odviz.domain.errors import Forbidden, StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import State
from odviz.library.owner import Owner
from odviz.serialization import from_json, to_json
from odviz.store import clock
from odviz.store.base import Connected, equal, owner_columns
from odviz.store.clock import now
from odviz.store.liveness import is_lost, last_heartbeat, owner_of
from odviz.store.previous_state import PreviousState
from odviz.store.schema import benchmark, run

_INTERRUPTED = Failure(
    FailureKind.INTERRUPTED,
    "The program that measured ended before the benchmark did. Every sample finished before that is kept.",
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
            values = _ending(former, failure, clock.end(benchmark_id))
            if not set_columns(connection, mine, values):
                return False
            # An interruption does not count against figures that a point already had.
            interrupted = to_json(replace(failure, kind=FailureKind.INTERRUPTED))
            left_open = (run.c.benchmark == benchmark_id) & run.c.ended.is_(None)
            connection.execute(run.update().where(left_open).values(ended=now(), failure=interrupted))
        return True

    def recover(self) -> tuple[str, ...]:
        """End every running benchmark whose process has ended, as `abandon` does.

        Every method that finds benchmarks does this first, as far as the database may be written to.

        The end of another machine's process cannot be seen, so its benchmark is ended when no run has started for
        `QUIET`. (A container that is started again is another machine.)

        Returns:
            The ids of the benchmarks that were ended.

        Raises:
            StoreError: one was to be ended, and the database refuses.
        """
        return tuple(identity for identity, owner in self._lost() if self.abandon(identity, owner, _INTERRUPTED))

    def _recover_if_writable(self) -> frozenset[str]:
        """Recover before something is read.

        Returns:
            The ids of benchmarks whose end cannot be recorded, because the database may only be read; see `as_ended`.
        """
        if lost := self._lost():
            try:
                self.recover()
            except (StoreError, Forbidden):
                return frozenset(identity for identity, _ in lost)
        return frozenset()

    def _lost(self) -> list[tuple[str, Owner]]:
        """Running benchmarks whose process has ended, with their owners."""
        last_run = select(func.max(run.c.started)).where(run.c.benchmark == benchmark.c.id).scalar_subquery()
        running = select(benchmark, last_run.label("last_run")).where(benchmark.c.state == State.RUNNING)
        with self._reading() as connection:
            rows = connection.execute(running.order_by(benchmark.c.queue_position)).all()
        return [(row.id, owner_of(row)) for row in rows if is_lost(owner_of(row), last_heartbeat(row))]

    def _former(self, connection: Connection, benchmark_id: str) -> PreviousState | None:
        """How a resumed benchmark had ended; None for any other."""
        return _former(connection.scalar(select(benchmark.c.previous_state).where(benchmark.c.id == benchmark_id)))


def measured_on(former: PreviousState) -> dict[str, Any]:
    """The columns of the previous state without its queue position: the benchmark was measured just now."""
    return {name: value for name, value in former.columns().items() if name != "queue_position"}


def as_ended(row: Row[Any]) -> dict[str, Any]:
    """The columns of a running benchmark whose process has ended, as `Recovery.abandon` would change them."""
    return {**row._mapping, **_ending(_former(row.previous_state), _INTERRUPTED, row.started)}


def _former(text: str | None) -> PreviousState | None:
    if text is None:
        return None
    try:
        return from_json(PreviousState, text)
    except ValueError:  # it must still be possible to end it
        return None


def _ending(former: PreviousState | None, failure: Failure, ended: datetime) -> dict[str, Any]:
    """The columns of a benchmark that has failed; of a resumed one that was complete, and is again."""
    if former and former.complete:
        return measured_on(former)
    return {"state": State.FAILED, "ended": ended, "failure": to_json(failure), "previous_state": None}


def row_while(benchmark_id: str | None, *states: State) -> ColumnElement[bool]:
    """The row of a benchmark that is in one of these states."""
    return (benchmark.c.id == benchmark_id) & benchmark.c.state.in_(states)


def set_columns(connection: Connection, which: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
    """Change the rows; whether there were any."""
    return bool(connection.execute(benchmark.update().where(which).values(values)).rowcount)
