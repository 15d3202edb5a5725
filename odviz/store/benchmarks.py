"""The table of benchmarks, which is also the queue."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, false, func, or_, select

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.errors import Damaged, InputError, UnknownName
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.label import BASELINE, LONGEST_NAME, BenchmarkLabel
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import Imported, State
from odviz.domain.target import OperatingPoint
from odviz.domain.text import quoted, visible
from odviz.library.owner import Owner
from odviz.serialization import convert, from_json, to_json
from odviz.store import clock
from odviz.store.base import equal, owner_columns
from odviz.store.clock import now
from odviz.store.liveness import is_abandoned, read_owner
from odviz.store.previous_state import PreviousState
from odviz.store.records import BenchmarkRecord, DamagedRecord
from odviz.store.recovery import Recovery, as_ended, measured_on, row_while, set_columns
from odviz.store.rows import read_row
from odviz.store.schema import benchmark, point

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is mistaken for another when an id is read aloud or typed."""

ID_LENGTH = 8

_LONGEST_ID = 16
"""Width of the column."""

_NAMED = 5
"""Ids that a message names."""

NO_ENVIRONMENT = "{}"
"""What the column holds before the benchmark has run."""

_OPEN = (State.QUEUED, State.RUNNING)
_CANCELLED = Failure(FailureKind.CANCELLED, "Stopped before it began.")


class Benchmarks(Recovery):
    """The part of the store that holds plans and states of benchmarks."""

    def create_benchmark(
        self, plan: BenchmarkPlan, points: Sequence[OperatingPoint], owner: Owner | None = None
    ) -> str:
        """Put a benchmark at the end of the queue.

        Args:
            plan: what to measure.
            points: the operating points that the plan expands to on this machine, in plan order.
            owner: who will run it when its turn comes; by default this process.

        Returns:
            Its id: short, unique, safe in a URL.

        Raises:
            InputError: there are no points.
        """
        if not points:
            raise InputError("There is nothing to measure: the plan has no operating points.")
        identity = new_id()
        last = select(func.coalesce(func.max(benchmark.c.queue_position), 0)).scalar_subquery()
        with self._writing() as connection:
            connection.execute(
                benchmark.insert().values(
                    id=identity,
                    queue_position=last + 1,
                    created=now(),
                    task=plan.task,
                    plan=to_json(plan),
                    state=State.QUEUED,
                    cancel_requested=False,
                    environment=NO_ENVIRONMENT,
                    **owner_columns(owner or Owner.here()),
                )
            )
            rows = (
                {"benchmark": identity, "position": place, "point": to_json(one)} for place, one in enumerate(points)
            )
            connection.execute(point.insert(), list(rows))
        return identity

    def assign_owner(self, owner: Owner, benchmark_id: str) -> None:
        """Make a process the owner of a queued benchmark, if it is abandoned; see `is_abandoned`.

        Raises:
            UnknownName: the benchmark does not exist.
        """
        if is_abandoned(self.load(benchmark_id)):
            with self._writing() as connection:
                set_columns(connection, row_while(benchmark_id, State.QUEUED), owner_columns(owner))

    def claim(self, owner: Owner, benchmark_id: str | None = None) -> BenchmarkRecord | None:
        """Claim a queued benchmark to run it; no two processes claim the same one.

        Args:
            owner: who will run it.
            benchmark_id: the one to claim; by default the one that has waited longest.

        Returns:
            The benchmark, now running; None if nothing is queued, or that one is not.
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
            chosen = connection.scalar(queued)
            if chosen is None:
                return None
            # The state is checked again, because not every database locks others out between the two statements.
            running = {"state": State.RUNNING, "started": clock.claim(chosen), **owner_columns(owner)}
            if not set_columns(connection, row_while(chosen, State.QUEUED), running):
                return None
            return self._record(connection.execute(_one(chosen)).one())

    def points(self, benchmark_id: str) -> tuple[OperatingPoint, ...]:
        """The operating points of a benchmark, in plan order."""
        query = select(point.c.point).where(point.c.benchmark == benchmark_id).order_by(point.c.position)
        with self._reading() as connection:
            texts = connection.scalars(query).all()
        return tuple(self._read(OperatingPoint, text, "a point", benchmark_id) for text in texts)

    def set_environment(self, benchmark_id: str, environment: BenchmarkEnvironment) -> None:
        """Store the machine that runs a benchmark, and what else its figures depend on."""
        with self._writing() as connection:
            set_columns(connection, row_while(benchmark_id, *_OPEN), {"environment": to_json(environment)})

    def set_state(self, benchmark_id: str, state: State, failure: Failure | None = None) -> None:
        """Set the state of a benchmark that has not ended.

        A resumed benchmark that was complete and is cancelled becomes complete again.
        """
        values: dict[str, Any] = {"state": state, "failure": None if failure is None else to_json(failure)}
        values |= {"ended": clock.end(benchmark_id), "previous_state": None} if state.ended else {"ended": None}
        with self._writing() as connection:
            self._state(connection, benchmark_id)
            former = self._former(connection, benchmark_id)
            if state is State.CANCELLED and former and former.complete:
                values = measured_on(former)
            set_columns(connection, row_while(benchmark_id, *_OPEN), values)

    def reopen(
        self,
        benchmark_id: str,
        owner: Owner | None = None,
        stress: Sequence[str] = (),
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Queue a benchmark that has ended again; its samples are kept.

        Its previous state is kept until it ends again: see `withdraw`, `set_state` and `abandon`.

        Args:
            benchmark_id: its id.
            owner: who will run it when its turn comes; by default this process.
            stress: stress tests that are added to its plan; nothing else is then measured again.
            settings: of these, which are added to those of its plan.

        Raises:
            UnknownName: the benchmark does not exist.
            InputError: it has not ended.
        """
        last = select(func.max(benchmark.c.queue_position)).scalar_subquery()
        waiting: dict[str, Any] = {
            "state": State.QUEUED,
            "queue_position": last + 1,
            "ended": None,
            "failure": None,
            "cancel_requested": False,
            "stress_only": bool(stress),
        }
        self.recover()
        with self._writing() as connection:
            state = self._state(connection, benchmark_id)
            if not state.ended:
                raise InputError(f"Benchmark {benchmark_id} has not ended: it is {state}.")
            row = connection.execute(_one(benchmark_id)).one()
            record = self._record(row)
            former = PreviousState(
                state, record.failure, row.queue_position, record.started, record.ended, record.owner
            )
            tests = tuple(dict.fromkeys((*record.plan.stress, *stress)))
            chosen = {**record.plan.stress_settings, **(settings or {})}
            waiting |= {"plan": to_json(replace(record.plan, stress=tests, stress_settings=chosen))}
            waiting |= {"previous_state": to_json(former), **owner_columns(owner or Owner.here())}
            connection.execute(benchmark.update().where(benchmark.c.id == benchmark_id).values(waiting))

    def withdraw(self, benchmark_id: str, failure: Failure = _CANCELLED) -> bool:
        """Take a benchmark out of the queue; a resumed one gets its previous state back.

        Args:
            benchmark_id: its id.
            failure: why one that never ran will not run.

        Returns:
            Whether it was in the queue.
        """
        with self._writing() as connection:
            return self._withdraw(connection, benchmark_id, failure)

    def request_cancel(self, benchmark_id: str) -> bool:
        """Request that a benchmark stops: a queued one is withdrawn at once, a running one is stopped by its owner.

        Returns:
            Whether it was queued or running.
        """
        self.recover()
        with self._writing() as connection:
            if self._withdraw(connection, benchmark_id, _CANCELLED):
                return True
            return set_columns(connection, row_while(benchmark_id, State.RUNNING), {"cancel_requested": True})

    def is_measuring(self) -> bool:
        """Whether a benchmark is running on this machine, in this process or in another one."""
        here = {"state": State.RUNNING, "owner_host": Owner.here().host}
        with self._reading() as connection:
            return bool(connection.scalar(select(exists().where(equal(benchmark, here)))))

    def cancel_requested(self, benchmark_id: str) -> bool:
        """Whether a benchmark has been requested to stop."""
        with self._reading() as connection:
            return bool(connection.scalar(select(benchmark.c.cancel_requested).where(benchmark.c.id == benchmark_id)))

    def benchmarks(self, limit: int | None = None, task: str | None = None) -> tuple[BenchmarkRecord, ...]:
        """Benchmarks that can be read, newest first; see `listed` for the others.

        Args:
            limit: greatest number, damaged ones included.
            task: only those of this task.
        """
        records = self.listed(limit, task)
        return tuple(record for record in records if isinstance(record, BenchmarkRecord))

    def listed(self, limit: int | None = None, task: str | None = None) -> tuple[BenchmarkRecord | DamagedRecord, ...]:
        """Benchmarks, the one that was submitted or continued last first, with damaged ones in their places.

        Args:
            limit: greatest number.
            task: only those of this task.
        """
        query = _newest().limit(limit) if task is None else _newest().limit(limit).where(benchmark.c.task == task)
        unrecorded = self._recover_if_writable()
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return tuple(self._listed(row, row.id in unrecorded) for row in rows)

    def load(self, reference: str, task: str | None = None) -> BenchmarkRecord:
        """A benchmark by its id, the beginning of it or its name; `BASELINE` is the one that is marked so.

        Args:
            reference: what a person typed.
            task: the one whose baseline is meant; by default any.

        Raises:
            UnknownName: none is called so; the error lists the newest ids.
            InputError: several are.
            Damaged: its record cannot be read.
        """
        unrecorded = self._recover_if_writable()
        row = self._find(reference, task)
        return self._record(row, row.id in unrecorded)

    def identify(self, reference: str) -> str:
        """The id of a benchmark, also where its record cannot be read; see `load`.

        Raises:
            UnknownName: none is called so; the error lists the newest ids.
            InputError: several are.
        """
        self._recover_if_writable()
        return str(self._find(reference).id)

    def _find(self, reference: str, task: str | None = None) -> Row[Any]:
        called = reference.strip(" ")
        with self._reading() as connection:
            rows = connection.execute(_newest().where(_is_called(called, task))).all()
            if not rows:
                raise UnknownName("benchmark", reference, connection.scalars(_newest_ids()).all())
        exact = [row for row in rows if row.id == called.lower()]
        if len(rows) > 1 and not exact:
            named = ", ".join(row.id for row in rows[:_NAMED])
            raise InputError(f"Several benchmarks are called {quoted(reference)}: {named}. Write more of the id.")
        return exact[0] if exact else rows[0]

    def delete(self, benchmark_id: str) -> None:
        """Remove a benchmark with its runs and samples. Made files and predictions stay: others may use them.

        Raises:
            UnknownName: the benchmark does not exist.
            InputError: it is running.
        """
        self.recover()
        with self._writing() as connection:
            if self._cell(connection, benchmark_id) == State.RUNNING:
                raise InputError(f"Benchmark {benchmark_id} is running: cancel it first, then delete it.")
            connection.execute(benchmark.delete().where(benchmark.c.id == benchmark_id))

    def _withdraw(self, connection: Connection, benchmark_id: str, failure: Failure) -> bool:
        state = State.CANCELLED if failure.kind is FailureKind.CANCELLED else State.FAILED
        former = self._former(connection, benchmark_id)
        values = former.columns() if former else {"state": state, "ended": now(), "failure": to_json(failure)}
        return set_columns(connection, row_while(benchmark_id, State.QUEUED), values)

    def _state(self, connection: Connection, benchmark_id: str) -> State:
        with self._raising_damaged("the state", benchmark_id):
            return convert(State, self._cell(connection, benchmark_id))

    def _cell(self, connection: Connection, benchmark_id: str) -> object:
        """The cell of a benchmark's state, not validated."""
        state = connection.scalar(select(benchmark.c.state).where(benchmark.c.id == benchmark_id))
        if state is None:
            raise UnknownName("benchmark", benchmark_id, connection.scalars(_newest_ids()).all())
        return state

    def _listed(self, row: Row[Any], interrupted: bool) -> BenchmarkRecord | DamagedRecord:
        try:
            return self._record(row, interrupted)
        except Damaged as error:
            return DamagedRecord(row.id, str(error))

    def _record(self, row: Row[Any], interrupted: bool = False) -> BenchmarkRecord:
        """The record in a row.

        Args:
            row: of the table.
            interrupted: whether its process has ended, which could not be recorded.
        """
        cells: dict[str, Any] = as_ended(row) if interrupted else dict(row._mapping)
        parts: dict[str, Any] = {"environment": None, "imported": None, "owner": read_owner(row)}
        parts["plan"] = self._read(BenchmarkPlan, row.plan, "the plan", row.id)
        if row.environment != NO_ENVIRONMENT:
            parts["environment"] = self._read(BenchmarkEnvironment, row.environment, "the environment", row.id)
        if cells["failure"] is not None:
            parts["failure"] = self._read(Failure, cells["failure"], "the failure", row.id)
        if cells["imported"] is not None:
            parts["imported"] = self._read(Imported, cells["imported"], "where it comes from", row.id)
        with self._raising_damaged("the name, tags or note", row.id):
            texts = {"name": row.name, "note": row.note, "tags": from_json(list[str], row.tags)}
            parts["label"] = convert(BenchmarkLabel, texts)
        with self._raising_damaged("the record", row.id):
            return read_row(BenchmarkRecord, cells | parts)


def new_id() -> str:
    """An id for a benchmark: short, unique, safe in a URL."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))


def _one(benchmark_id: str | ColumnElement[str] | None) -> Select[Any]:
    return select(benchmark).where(benchmark.c.id == benchmark_id)


def _is_called(reference: str, task: str | None) -> ColumnElement[bool]:
    """Benchmarks whose id begins like this or whose name it is; the baseline of a task, or of any, for `BASELINE`.

    Databases refuse to compare with some texts: SQLite with 50,000 characters, PostgreSQL with U+0000.
    """
    meant: list[ColumnElement[bool]] = [false()]
    beginning = reference.lower()
    if len(beginning) <= _LONGEST_ID and beginning.isascii() and beginning.isalnum():
        meant.append(benchmark.c.id.startswith(beginning))
    if 0 < len(reference) <= LONGEST_NAME and visible(reference) == reference:
        meant.append(benchmark.c.name == reference)
    if beginning == BASELINE:
        marked = benchmark.c.baseline.is_(True)
        meant.append(marked if task is None else and_(marked, benchmark.c.task == task))
    return or_(*meant)


def _newest() -> Select[Any]:
    return select(benchmark).order_by(benchmark.c.queue_position.desc())


def _newest_ids() -> Select[str]:
    return select(benchmark.c.id).order_by(benchmark.c.queue_position.desc()).limit(10)
