"""Benchmarks as a queue: asked for, claimed by one process, ended, found again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from odviz.domain.codec import to_json
from odviz.domain.errors import InputError, UnknownName
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import State
from odviz.domain.target import OperatingPoint
from odviz.store.base import Connected, now
from odviz.store.owner import Owner
from odviz.store.records import BenchmarkRecord
from odviz.store.schema import benchmark, point, run

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is mistaken for another when an id is read aloud or typed."""

ID_LENGTH = 8

QUIET = timedelta(days=1)
"""How long nothing may be heard of another machine's benchmark before it counts as lost."""

_OPEN = (State.QUEUED.value, State.RUNNING.value)
_INTERRUPTED = Failure(
    FailureKind.INTERRUPTED,
    "The program that measured ended before the benchmark did. Every sample finished before that is kept.",
)
_CANCELLED = Failure(FailureKind.CANCELLED, "Cancelled before it began.")


class Benchmarks(Connected):
    """The part of the store that knows what was asked for and where it stands."""

    def create_benchmark(self, plan: BenchmarkPlan) -> str:
        """Put a benchmark at the end of the queue.

        Returns:
            Its id: short, unique, safe in a URL.
        """
        new_id = "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))
        last = select(func.coalesce(func.max(benchmark.c.place), 0)).scalar_subquery()
        with self._writing() as connection:
            connection.execute(
                benchmark.insert().values(
                    id=new_id,
                    place=last + 1,
                    created=now(),
                    task=plan.task,
                    plan=to_json(plan),
                    state=State.QUEUED,
                    cancel_requested=False,
                    environment="{}",
                )
            )
        return new_id

    def claim(self, owner: Owner, benchmark_id: str | None = None) -> BenchmarkRecord | None:
        """Take a queued benchmark to run it; no two processes are given the same one.

        Args:
            owner: who will run it.
            benchmark_id: that very one, whatever its place; by default the one that has waited longest.

        Returns:
            The benchmark, now running; None where nothing is queued, or where that one is not.
        """
        queued = select(benchmark.c.id).where(benchmark.c.state == State.QUEUED).order_by(benchmark.c.place).limit(1)
        if benchmark_id is not None:
            queued = queued.where(benchmark.c.id == benchmark_id)
        with self._writing() as connection:
            found = connection.scalar(queued)
            # Asked once more here, because not every database keeps others out between the two statements.
            taken = connection.execute(
                benchmark.update()
                .where(benchmark.c.id == found, benchmark.c.state == State.QUEUED)
                .values(
                    state=State.RUNNING,
                    started=now(),
                    owner_host=owner.host,
                    owner_pid=owner.pid,
                    owner_birth=owner.birth,
                )
            )
            if not taken.rowcount:
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
        return tuple(self._read(OperatingPoint, text, f"a point of benchmark {benchmark_id}") for text in texts)

    def set_environment(self, benchmark_id: str, environment: Mapping[str, object]) -> None:
        """Keep what the machine that measures is like."""
        self._change(benchmark_id, environment=to_json(environment))

    def set_state(self, benchmark_id: str, state: State, failure: Failure | None = None) -> None:
        """Say where a benchmark stands. One that has ended stays as it ended."""
        text = None if failure is None else to_json(failure)
        self._change(benchmark_id, state=state, failure=text, ended=now() if state.ended else None)

    def reopen(self, benchmark_id: str) -> None:
        """Put a benchmark that has ended at the end of the queue once more; all that it has stays.

        Raises:
            UnknownName: there is no such benchmark.
            InputError: it has not ended.
        """
        last = select(func.max(benchmark.c.place)).scalar_subquery()
        waiting = {"state": State.QUEUED, "place": last + 1, "ended": None, "failure": None, "cancel_requested": False}
        with self._writing() as connection:
            state = self._state(connection, benchmark_id)
            if not state.ended:
                raise InputError(f"Benchmark {benchmark_id} has not ended: it is {state}.")
            connection.execute(benchmark.update().where(benchmark.c.id == benchmark_id).values(waiting))

    def request_cancel(self, benchmark_id: str) -> bool:
        """Ask for a benchmark to stop: a queued one is cancelled at once, a running one by who runs it.

        Returns:
            Whether there was anything to stop.
        """
        waiting = {"state": State.CANCELLED, "ended": now(), "failure": to_json(_CANCELLED)}
        mine = benchmark.c.id == benchmark_id
        with self._writing() as connection:
            asked = connection.execute(
                benchmark.update().where(mine, benchmark.c.state.in_(_OPEN)).values(cancel_requested=True)
            )
            connection.execute(benchmark.update().where(mine, benchmark.c.state == State.QUEUED).values(waiting))
        return bool(asked.rowcount)

    def cancel_requested(self, benchmark_id: str) -> bool:
        """Whether a benchmark is to stop."""
        with self._reading() as connection:
            return bool(connection.scalar(select(benchmark.c.cancel_requested).where(benchmark.c.id == benchmark_id)))

    def recover(self) -> tuple[str, ...]:
        """End every running benchmark whose process is gone; its samples stay.

        Of another machine's process that cannot be seen, so its benchmark ends when no run has begun for `QUIET`. (A
        container that is started again is another machine.)

        Returns:
            The ids of those that were ended.
        """
        last_run = select(func.max(run.c.started)).where(run.c.benchmark == benchmark.c.id).scalar_subquery()
        heard = func.coalesce(last_run, benchmark.c.started).label("heard")
        running = select(benchmark, heard).where(benchmark.c.state == State.RUNNING).order_by(benchmark.c.place)
        with self._reading() as connection:
            rows = connection.execute(running).all()
        lost = tuple(row.id for row in rows if _lost(_owner(row), row.heard))
        ending = {"ended": now(), "failure": to_json(_INTERRUPTED)}
        for each in lost:
            with self._writing() as connection:
                unfinished = (run.c.benchmark == each) & run.c.ended.is_(None)
                connection.execute(run.update().where(unfinished).values(ending))
                mine = (benchmark.c.id == each) & (benchmark.c.state == State.RUNNING)
                connection.execute(benchmark.update().where(mine).values(state=State.FAILED, **ending))
        return lost

    def benchmarks(self, limit: int | None = None, task: str | None = None) -> tuple[BenchmarkRecord, ...]:
        """Benchmarks, newest first.

        Args:
            limit: at most so many.
            task: only those of this task.
        """
        query = _newest().limit(limit)
        if task is not None:
            query = query.where(benchmark.c.task == task)
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(self._record(row) for row in rows)

    def load(self, prefix: str) -> BenchmarkRecord:
        """The benchmark whose id begins like this.

        Raises:
            UnknownName: there is none; it lists the newest ones.
            InputError: there are several.
        """
        begins = benchmark.c.id.startswith(prefix.strip().lower(), autoescape=True)
        with self._reading() as connection:
            rows = connection.execute(_newest().where(begins).limit(5)).all() if prefix.strip() else []
            if not rows:
                raise UnknownName("benchmark", prefix, connection.scalars(_newest_ids()).all())
        if len(rows) > 1:
            named = ", ".join(row.id for row in rows)
            raise InputError(f"{prefix!r} is the beginning of several benchmarks ({named}); write more of it.")
        return self._record(rows[0])

    def delete(self, benchmark_id: str) -> None:
        """Remove a benchmark with its runs and samples. Made files and answers stay: others may use them.

        Raises:
            UnknownName: there is no such benchmark.
            InputError: it is running.
        """
        with self._writing() as connection:
            state = self._state(connection, benchmark_id)
            if state is State.RUNNING:
                raise InputError(f"Benchmark {benchmark_id} is running: cancel it first, then delete it.")
            connection.execute(benchmark.delete().where(benchmark.c.id == benchmark_id))

    def _change(self, benchmark_id: str, **values: Any) -> None:
        still_open = benchmark.c.state.in_(_OPEN)
        with self._writing() as connection:
            self._state(connection, benchmark_id)
            connection.execute(benchmark.update().where(benchmark.c.id == benchmark_id, still_open).values(values))

    def _state(self, connection: Connection, benchmark_id: str) -> State:
        state = connection.scalar(select(benchmark.c.state).where(benchmark.c.id == benchmark_id))
        if state is None:
            raise UnknownName("benchmark", benchmark_id, connection.scalars(_newest_ids()).all())
        return State(state)

    def _record(self, row: Row[Any]) -> BenchmarkRecord:
        what = f"benchmark {row.id}"
        return BenchmarkRecord(
            id=row.id,
            created=row.created,
            started=row.started,
            ended=row.ended,
            plan=self._read(BenchmarkPlan, row.plan, f"the plan of {what}"),
            state=State(row.state),
            cancel_requested=row.cancel_requested,
            owner=None if row.owner_pid is None else _owner(row),
            environment=self._read(dict, row.environment, f"the environment of {what}"),
            failure=None if row.failure is None else self._read(Failure, row.failure, f"the failure of {what}"),
        )


def _owner(row: Row[Any]) -> Owner:
    return Owner(row.owner_host, row.owner_pid, row.owner_birth)


def _lost(owner: Owner, heard: datetime) -> bool:
    return owner.gone or (owner.elsewhere and now() - heard > QUIET)


def _one(benchmark_id: str | ColumnElement[str] | None) -> Select[Any]:
    return select(benchmark).where(benchmark.c.id == benchmark_id)


def _newest() -> Select[Any]:
    return select(benchmark).order_by(benchmark.c.place.desc())


def _newest_ids() -> Select[str]:
    return select(benchmark.c.id).order_by(benchmark.c.place.desc()).limit(10)
