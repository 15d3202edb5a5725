"""Benchmarks as a queue: asked for, claimed by one process, ended, found again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import Damaged, InputError, UnknownName
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import State
from odviz.domain.target import OperatingPoint
from odviz.serialization import convert, from_json, to_json
from odviz.store.base import Connected, equal, now, rest
from odviz.store.liveness import deserted, heard, lost, owner_of, owner_or_none
from odviz.store.owner import Owner
from odviz.store.previous_state import PreviousState
from odviz.store.records import BenchmarkRecord, DamagedRecord
from odviz.store.rows import read_row
from odviz.store.schema import benchmark, point, run

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is mistaken for another when an id is read aloud or typed."""

ID_LENGTH = 8

_NO_ENVIRONMENT = "{}"
"""What the column holds before the benchmark has run."""

_OPEN = (State.QUEUED, State.RUNNING)
_INTERRUPTED = Failure(
    FailureKind.INTERRUPTED,
    "The program that measured ended before the benchmark did. Every sample finished before that is kept.",
)
_CANCELLED = Failure(FailureKind.CANCELLED, "Stopped before it began.")


class Benchmarks(Connected):
    """The part of the store that knows what was asked for and where it stands."""

    def create_benchmark(self, plan: BenchmarkPlan, owner: Owner | None = None) -> str:
        """Put a benchmark at the end of the queue.

        Args:
            plan: what is asked.
            owner: who will run it when its turn comes; by default this process.

        Returns:
            Its id: short, unique, safe in a URL.
        """
        new_id = "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))
        last = select(func.coalesce(func.max(benchmark.c.queue_position), 0)).scalar_subquery()
        with self._writing() as connection:
            connection.execute(
                benchmark.insert().values(
                    id=new_id,
                    queue_position=last + 1,
                    created=now(),
                    task=plan.task,
                    plan=to_json(plan),
                    state=State.QUEUED,
                    cancel_requested=False,
                    environment=_NO_ENVIRONMENT,
                    **(owner or Owner.here()).columns(),
                )
            )
        return new_id

    def take_up(self, owner: Owner, benchmark_id: str) -> None:
        """Say who will run a queued benchmark, where whoever was to do so is gone: see `deserted`.

        Raises:
            UnknownName: there is no such benchmark.
        """
        if deserted(self.load(benchmark_id)):
            with self._writing() as connection:
                _set(connection, _while(benchmark_id, State.QUEUED), owner.columns())

    def claim(self, owner: Owner, benchmark_id: str | None = None) -> BenchmarkRecord | None:
        """Take a queued benchmark to run it; no two processes are given the same one.

        Args:
            owner: who will run it.
            benchmark_id: that very one, whatever its place; by default the one that has waited longest.

        Returns:
            The benchmark, now running; None where nothing is queued, or where that one is not.
        """
        queued = (
            select(benchmark.c.id)
            .where(benchmark.c.state == State.QUEUED)
            .order_by(benchmark.c.queue_position)
            .limit(1)
        )
        if benchmark_id is not None:
            queued = queued.where(benchmark.c.id == benchmark_id)
        with self._writing() as connection:
            found = connection.scalar(queued)
            # Asked once more here, because not every database keeps others out between the two statements.
            taken = {"state": State.RUNNING, "started": now(), **owner.columns()}
            if not _set(connection, _while(found, State.QUEUED), taken):
                return None
            return self._record(connection.execute(_one(found)).one())

    def set_points(self, benchmark_id: str, points: Sequence[OperatingPoint]) -> None:
        """Keep what the plan came to on this machine, in plan order."""
        rows = [
            {"benchmark": benchmark_id, "position": position, "point": to_json(each)}
            for position, each in enumerate(points)
        ]
        with self._writing() as connection:
            connection.execute(point.delete().where(point.c.benchmark == benchmark_id))
            if rows:
                connection.execute(point.insert(), rows)

    def points(self, benchmark_id: str) -> tuple[OperatingPoint, ...]:
        """What the plan came to, in plan order; empty before that was stored."""
        query = select(point.c.point).where(point.c.benchmark == benchmark_id).order_by(point.c.position)
        with self._reading() as connection:
            texts = connection.scalars(query).all()
        what, remedy = f"a point of benchmark {benchmark_id}", rest(benchmark_id)
        return tuple(self._read(OperatingPoint, text, what, remedy) for text in texts)

    def set_environment(self, benchmark_id: str, environment: BenchmarkEnvironment) -> None:
        """Store the machine that runs a benchmark, and what else its figures depend on."""
        self._change(benchmark_id, environment=to_json(environment))

    def set_state(self, benchmark_id: str, state: State, failure: Failure | None = None) -> None:
        """Say where a benchmark stands. One that has ended stays as it ended.

        One that is cancelled as it goes on, and was complete before, is complete: that takes nothing away.
        """
        values: dict[str, Any] = {"state": state, "failure": None if failure is None else to_json(failure)}
        values |= {"ended": now(), "previous_state": None} if state.ended else {"ended": None}
        with self._writing() as connection:
            self._state(connection, benchmark_id)
            former = self._former(connection, benchmark_id)
            if state is State.CANCELLED and former and former.complete:
                values = _measured_on(former)
            _set(connection, _while(benchmark_id, *_OPEN), values)

    def reopen(self, benchmark_id: str, owner: Owner | None = None) -> None:
        """Put a benchmark that has ended at the end of the queue once more; all that it has stays.

        How it had ended is kept until it ends again: see `withdraw`, `set_state` and `abandon`.

        Args:
            benchmark_id: its id.
            owner: who will run it when its turn comes; by default this process.

        Raises:
            UnknownName: there is no such benchmark.
            InputError: it has not ended.
        """
        last = select(func.max(benchmark.c.queue_position)).scalar_subquery()
        waiting: dict[str, Any] = {
            "state": State.QUEUED,
            "queue_position": last + 1,
            "ended": None,
            "failure": None,
            "cancel_requested": False,
        }
        with self._writing() as connection:
            state = self._state(connection, benchmark_id)
            if not state.ended:
                raise InputError(f"Benchmark {benchmark_id} has not ended: it is {state}.")
            row = connection.execute(_one(benchmark_id)).one()
            record = self._record(row)
            former = PreviousState(
                state, record.failure, row.queue_position, record.started, record.ended, record.owner
            )
            waiting |= {"previous_state": to_json(former), **(owner or Owner.here()).columns()}
            connection.execute(benchmark.update().where(benchmark.c.id == benchmark_id).values(waiting))

    def withdraw(self, benchmark_id: str, failure: Failure = _CANCELLED) -> bool:
        """Take a benchmark out of the queue; one that was to go on stands as it did before that was asked.

        Args:
            benchmark_id: its id.
            failure: why one that was never run will not be.

        Returns:
            Whether it was in the queue.
        """
        with self._writing() as connection:
            return self._withdraw(connection, benchmark_id, failure)

    def abandon(self, benchmark_id: str, owner: Owner, failure: Failure) -> bool:
        """End a running benchmark that its process runs no longer, with the runs that it left open; samples stay.

        One that was complete before it went on is complete: nothing was taken from it.

        Args:
            benchmark_id: its id.
            owner: who ran it; one that somebody else has claimed meanwhile is left alone.
            failure: why it ended.

        Returns:
            Whether that owner was running it.
        """
        mine = _while(benchmark_id, State.RUNNING) & equal(benchmark, owner.columns())
        with self._writing() as connection:
            former = self._former(connection, benchmark_id)
            ending = {"state": State.FAILED, "ended": now(), "failure": to_json(failure), "previous_state": None}
            values = _measured_on(former) if former and former.complete else ending
            if not _set(connection, mine, values):
                return False
            # A point that had its figures before has them still: an interruption does not count against those.
            interrupted = to_json(replace(failure, kind=FailureKind.INTERRUPTED))
            left_open = (run.c.benchmark == benchmark_id) & run.c.ended.is_(None)
            connection.execute(run.update().where(left_open).values(ended=now(), failure=interrupted))
        return True

    def request_cancel(self, benchmark_id: str) -> bool:
        """Ask for a benchmark to stop: a queued one is withdrawn at once, a running one is stopped by who runs it.

        Returns:
            Whether there was anything to stop.
        """
        with self._writing() as connection:
            if self._withdraw(connection, benchmark_id, _CANCELLED):
                return True
            return _set(connection, _while(benchmark_id, State.RUNNING), {"cancel_requested": True})

    def cancel_requested(self, benchmark_id: str) -> bool:
        """Whether a benchmark is to stop."""
        with self._reading() as connection:
            return bool(connection.scalar(select(benchmark.c.cancel_requested).where(benchmark.c.id == benchmark_id)))

    def recover(self) -> tuple[str, ...]:
        """End every running benchmark whose process is gone, as `abandon` does.

        Of another machine's process that cannot be seen, so its benchmark ends when no run has begun for `QUIET`. (A
        container that is started again is another machine.)

        Returns:
            The ids of those that were ended.
        """
        last_run = select(func.max(run.c.started)).where(run.c.benchmark == benchmark.c.id).scalar_subquery()
        running = select(benchmark, last_run.label("last_run")).where(benchmark.c.state == State.RUNNING)
        with self._reading() as connection:
            rows = connection.execute(running.order_by(benchmark.c.queue_position)).all()
        gone = [(row.id, owner_of(row)) for row in rows if lost(owner_of(row), heard(row))]
        return tuple(each for each, owner in gone if self.abandon(each, owner, _INTERRUPTED))

    def benchmarks(self, limit: int | None = None, task: str | None = None) -> tuple[BenchmarkRecord, ...]:
        """Benchmarks that can be read, newest first; see `listed` for the others.

        Args:
            limit: at most so many, those that cannot be read counted as well.
            task: only those of this task.
        """
        return tuple(each for each in self.listed(limit, task) if isinstance(each, BenchmarkRecord))

    def listed(self, limit: int | None = None, task: str | None = None) -> tuple[BenchmarkRecord | DamagedRecord, ...]:
        """Benchmarks, newest first; one that is damaged in its place among the others.

        Args:
            limit: at most so many.
            task: only those of this task.
        """
        query = _newest().limit(limit) if task is None else _newest().limit(limit).where(benchmark.c.task == task)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(map(self._listed, rows))

    def load(self, prefix: str) -> BenchmarkRecord:
        """The benchmark whose id begins like this.

        Raises:
            UnknownName: there is none; it lists the newest ones.
            InputError: there are several.
            Damaged: its record cannot be read.
        """
        return self._record(self._find(prefix))

    def identify(self, prefix: str) -> str:
        """The id that begins like this, also where the record cannot be read.

        Raises:
            UnknownName: there is none; it lists the newest ones.
            InputError: there are several.
        """
        return str(self._find(prefix).id)

    def _find(self, prefix: str) -> Row[Any]:
        begins = benchmark.c.id.startswith(prefix.strip().lower(), autoescape=True)
        with self._reading() as connection:
            rows = connection.execute(_newest().where(begins).limit(5)).all() if prefix.strip() else []
            if not rows:
                raise UnknownName("benchmark", prefix, connection.scalars(_newest_ids()).all())
        if len(rows) > 1:
            named = ", ".join(row.id for row in rows)
            raise InputError(f"{prefix!r} is the beginning of several benchmarks ({named}); write more of it.")
        return rows[0]

    def delete(self, benchmark_id: str) -> None:
        """Remove a benchmark with its runs and samples. Made files and predictions stay: others may use them.

        Raises:
            UnknownName: there is no such benchmark.
            InputError: it is running.
        """
        with self._writing() as connection:
            if self._cell(connection, benchmark_id) == State.RUNNING:
                raise InputError(f"Benchmark {benchmark_id} is running: cancel it first, then delete it.")
            connection.execute(benchmark.delete().where(benchmark.c.id == benchmark_id))

    def _change(self, benchmark_id: str, **values: Any) -> None:
        with self._writing() as connection:
            self._state(connection, benchmark_id)
            _set(connection, _while(benchmark_id, *_OPEN), values)

    def _withdraw(self, connection: Connection, benchmark_id: str, failure: Failure) -> bool:
        state = State.CANCELLED if failure.kind is FailureKind.CANCELLED else State.FAILED
        former = self._former(connection, benchmark_id)
        values = former.columns() if former else {"state": state, "ended": now(), "failure": to_json(failure)}
        return _set(connection, _while(benchmark_id, State.QUEUED), values)

    def _former(self, connection: Connection, benchmark_id: str) -> PreviousState | None:
        """How a benchmark that goes on had ended; None for any other."""
        text = connection.scalar(select(benchmark.c.previous_state).where(benchmark.c.id == benchmark_id))
        if text is None:
            return None
        try:
            return from_json(PreviousState, text)
        except ValueError:  # that much is lost; it must still be possible to end it
            return None

    def _state(self, connection: Connection, benchmark_id: str) -> State:
        with self._sound(f"the state of benchmark {benchmark_id}", rest(benchmark_id)):
            return convert(State, self._cell(connection, benchmark_id))

    def _cell(self, connection: Connection, benchmark_id: str) -> object:
        """The state of a benchmark, whatever is written there."""
        state = connection.scalar(select(benchmark.c.state).where(benchmark.c.id == benchmark_id))
        if state is None:
            raise UnknownName("benchmark", benchmark_id, connection.scalars(_newest_ids()).all())
        return state

    def _listed(self, row: Row[Any]) -> BenchmarkRecord | DamagedRecord:
        try:
            return self._record(row)
        except Damaged as error:
            return DamagedRecord(row.id, str(error))

    def _record(self, row: Row[Any]) -> BenchmarkRecord:
        what, remedy = f"benchmark {row.id}", rest(row.id)
        plan = self._read(BenchmarkPlan, row.plan, f"the plan of {what}", remedy)
        environment = None
        if row.environment != _NO_ENVIRONMENT:
            environment = self._read(BenchmarkEnvironment, row.environment, f"the environment of {what}", remedy)
        failure = self._failure(row.failure, what, remedy)
        with self._sound(f"the record of {what}", remedy):
            parts = {"plan": plan, "environment": environment, "failure": failure, "owner": owner_or_none(row)}
            return read_row(BenchmarkRecord, {**row._mapping, **parts})


def _measured_on(former: PreviousState) -> dict[str, Any]:
    """As it stood, but among the newest: it was measured just now."""
    return {name: value for name, value in former.columns().items() if name != "queue_position"}


def _while(benchmark_id: str | None, *states: State) -> ColumnElement[bool]:
    """That very benchmark, if it stands at one of these."""
    return (benchmark.c.id == benchmark_id) & benchmark.c.state.in_(states)


def _set(connection: Connection, which: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
    """Change it; whether there was one."""
    return bool(connection.execute(benchmark.update().where(which).values(values)).rowcount)


def _one(benchmark_id: str | ColumnElement[str] | None) -> Select[Any]:
    return select(benchmark).where(benchmark.c.id == benchmark_id)


def _newest() -> Select[Any]:
    return select(benchmark).order_by(benchmark.c.queue_position.desc())


def _newest_ids() -> Select[str]:
    return select(benchmark.c.id).order_by(benchmark.c.queue_position.desc()).limit(10)
