"""Runs benchmarks behind a page: one thread per server, one benchmark at a time, one snapshot for every reader."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from odviz.domain.errors import Busy, OdvizError, StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import State
from odviz.execution.progress import Progress
from odviz.execution.session import Session
from odviz.services import benchmark as asking
from odviz.store import Owner, Store

RETRY_S = 1.0
"""How often to ask again for a machine that somebody else is measuring on, or a store that refuses."""


class Run(Protocol):
    """Runs a queued benchmark to its end, as `services.benchmark.run` does."""

    def __call__(
        self,
        store: Store,
        benchmark: str,
        report: Callable[[Progress], None],
        on_session: Callable[[Session], None],
    ) -> None:
        """See `services.benchmark.run`."""
        ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where the runner stands, published whole.

    Attributes:
        benchmark: id of the one that is being measured, or waits for the machine; empty when there is none.
        progress: of that one; None before its first report.
        reported: when that was reported, by `time.monotonic`.
        waiting: who has the machine, while somebody else has it.
        queue: ids that wait behind it, in order.
        trouble: why the last one could not be run, if it could not.
    """

    benchmark: str = ""
    progress: Progress | None = None
    reported: float = 0.0
    waiting: str = ""
    queue: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def active(self) -> bool:
        """Whether something is under way or waits."""
        return bool(self.benchmark or self.queue)


class Runner:
    """Takes benchmarks one after the other; goes on when every page is closed.

    Args:
        store: where the benchmarks are; may be used from the runner's thread.
        run: runs one; replaced in tests.
        clock: replaced in tests.
    """

    def __init__(self, store: Store, run: Run = asking.run, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._run, self._clock = store, run, clock
        self._patient = store.patient()  # for the thread; pages, which call the rest, do not wait long
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._session: Session | None = None
        self._given_up: dict[str, Failure] = {}  # by the thread, which alone touches it; ended once the store accepts
        self._snapshot = Snapshot()
        self._thread: threading.Thread | None = None

    @property
    def snapshot(self) -> Snapshot:
        """Where it stands now."""
        return self._snapshot

    def add(self, benchmark: str) -> None:
        """Put a queued benchmark of the store at the end of this runner's line.

        One that has only just ended, and is to go on, may still be taken for the current one: it is put there, too.
        """
        with suppress(OdvizError):  # whoever looks from another odviz should see that it waits for this one
            self._store.take_up(Owner.here(), benchmark)
        with self._lock:
            now = self._snapshot
            if benchmark not in now.queue:
                self._snapshot = replace(now, queue=(*now.queue, benchmark), trouble="")
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="odviz runner", daemon=True)
                self._thread.start()

    def cancel(self, benchmark: str) -> None:
        """Stop a benchmark or take it out of the line; what it has finished is kept.

        Raises:
            StoreError: the database refuses; it stays in the line.
        """
        asking.cancel(self._store, benchmark)  # first: what the store still has waiting must be in somebody's line
        with self._lock:
            now = self._snapshot
            session = self._session if now.benchmark == benchmark else None
            self._snapshot = replace(now, queue=tuple(each for each in now.queue if each != benchmark))
        self._wake.set()
        if session is not None:
            session.cancel()

    def join(self, timeout_s: float) -> bool:
        """Wait until the line is empty; whether it is."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return not self._snapshot.active

    def _work(self) -> None:
        """The thread: until the line is empty, and nothing that was given up is still open in the store."""
        while (first := self._next()) is not None:
            if not first:
                self._wake.wait(RETRY_S)
                self._wake.clear()
                continue
            try:
                self._one(first)
            except OdvizError as error:
                self._give_up(first, str(error))
            except Exception as error:  # the line must go on, whatever one of them met
                self._give_up(first, f"Benchmark {first} stopped on an error of odviz itself: {error!r}")
            finally:
                self._session = None

    def _next(self) -> str | None:
        """The first in the line, taken up; "" where only the store is waited for, None where nothing is left to do."""
        self._settle()
        with self._lock:
            now = self._snapshot
            if now.queue:
                first, *rest = now.queue
                self._snapshot = Snapshot(first, queue=tuple(rest), trouble=now.trouble)
                return first
            self._snapshot = Snapshot(trouble=now.trouble)
            if self._given_up:
                return ""
            self._thread = None
            return None

    def _give_up(self, benchmark: str, reason: str) -> None:
        self._publish(trouble=reason)
        self._given_up[benchmark] = Failure(FailureKind.ERROR, reason)

    def _settle(self) -> None:
        """End what was given up, as far as the store accepts it by now: while this process lives, nobody else can."""
        for benchmark, failure in tuple(self._given_up.items()):
            with suppress(StoreError):
                if not self._patient.withdraw(benchmark, failure):
                    self._patient.abandon(benchmark, Owner.here(), failure)
                del self._given_up[benchmark]

    def _one(self, benchmark: str) -> None:
        """Run one benchmark, as soon as the machine is free and while it is still wanted."""
        while self._patient.load(benchmark).state is State.QUEUED:
            try:
                self._run(self._patient, benchmark, self._report, self._began)
            except Busy as error:
                self._publish(waiting=str(error))
                self._wake.wait(RETRY_S)
                self._wake.clear()
            else:
                return

    def _began(self, session: Session) -> None:
        self._session = session
        self._publish(waiting="")

    def _report(self, progress: Progress) -> None:
        self._publish(progress=progress, reported=self._clock())

    def _publish(self, **changes: object) -> None:
        with self._lock:
            self._snapshot = replace(self._snapshot, **changes)  # type: ignore[arg-type]
