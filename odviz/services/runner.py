"""Runs benchmarks in the background of a server: one thread, one at a time, one snapshot for all pages."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from odviz.domain.errors import Busy, OdvizError, StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import State
from odviz.execution import starter
from odviz.execution.progress import Progress
from odviz.execution.session import INTERRUPTED, BenchmarkSession
from odviz.services import benchmark as benchmarks
from odviz.store import Owner, Store

RETRY_S = 1.0
"""Seconds between attempts while another process has the lease, or the database refuses."""


_SWITCH_S = 0.0005
"""Longest time in seconds that a thread keeps Python's interpreter to itself while a benchmark runs; usually 5 ms. Each
block waits several times for threads that compute pages."""


RunBenchmark = Callable[[Store, str, Callable[[Progress], None], Callable[[BenchmarkSession], None]], None]
"""Runs a queued benchmark to its end; see `services.benchmark.run`."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """State of the runner, immutable.

    Attributes:
        benchmark: id of the benchmark that runs or waits for the lease; empty for none.
        began: when it had the machine, by `time.monotonic`; None before.
        progress: of that benchmark; None before its first report.
        reported: time of the report, by `time.monotonic`.
        waiting: message about who has the lease, while the benchmark waits for it.
        queue: ids of queued benchmarks, in order.
        trouble: why the last benchmark could not be run; empty if it could.
    """

    benchmark: str = ""
    began: float | None = None
    progress: Progress | None = None
    reported: float = 0.0
    waiting: str = ""
    queue: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def scheduled(self) -> tuple[str, ...]:
        """Ids of the benchmark that runs and of queued ones, in order."""
        return (*filter(None, [self.benchmark]), *self.queue)

    @property
    def active(self) -> bool:
        """Whether a benchmark runs or is queued."""
        return bool(self.scheduled)


class Runner:
    """Runs queued benchmarks one after the other, whether or not a page is open.

    Args:
        store: the database; used from several threads.
        run: runs one benchmark; tests replace it.
        clock: tests replace it.
    """

    def __init__(
        self, store: Store, run: RunBenchmark = benchmarks.run, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._run, self._clock = store, run, clock
        self._patient = store.patient()  # for the thread; pages must not wait long for a lock
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._session: BenchmarkSession | None = None
        self._failed: dict[str, Failure] = {}  # not yet recorded in the database; only the thread uses it
        self._snapshot = Snapshot()
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()
        # When the program ends, Python first waits for the threads of executors and then for the queue's. Both have to
        # be told before: `concurrent.futures` uses the same function, and what was registered last is called first.
        threading._register_atexit(self.end)  # type: ignore[attr-defined]

    @property
    def snapshot(self) -> Snapshot:
        """The current state."""
        return self._snapshot

    def add(self, benchmark: str) -> None:
        """Append a benchmark of the database to the queue.

        A benchmark that is resumed right after it ended may still be the current one; it is queued all the same.
        """
        with suppress(OdvizError):  # lets other processes see which one will run it
            self._store.assign_owner(Owner.here(), benchmark)
        with self._lock:
            snapshot = self._snapshot
            if benchmark not in snapshot.queue:
                self._snapshot = replace(snapshot, queue=(*snapshot.queue, benchmark), trouble="")
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="odviz runner")
                starter.start(self._thread.start)

    def cancel(self, benchmark: str) -> None:
        """Stop a benchmark, or remove it from the queue; finished results are kept.

        Raises:
            StoreError: the database refuses; the benchmark stays queued.
        """
        benchmarks.cancel(self._store, benchmark)  # first: what is queued in the database must be in a runner's queue
        with self._lock:
            snapshot = self._snapshot
            session = self._session if snapshot.benchmark == benchmark else None
            self._snapshot = replace(snapshot, queue=tuple(queued for queued in snapshot.queue if queued != benchmark))
        self._wake.set()
        if session is not None:
            session.cancel()

    def end(self) -> None:
        """Interrupt the benchmark that runs, because this process ends; queued ones are left to whoever looks."""
        self._ending.set()
        self._wake.set()
        if (session := self._session) is not None:
            session.interrupt()

    def join(self, timeout_s: float) -> bool:
        """Wait until the queue is empty; returns whether it is."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return not self._snapshot.active

    def _work(self) -> None:
        """Body of the thread: run until the queue is empty and all failures are recorded."""
        while (benchmark := self._next()) is not None:
            if not benchmark:
                self._wake.wait(RETRY_S)
                self._wake.clear()
                continue
            try:
                self._run_one(benchmark)
            except OdvizError as error:
                self._fail(benchmark, str(error))
            except Exception as error:  # one benchmark must not stop the others
                if self._ending.is_set():  # an interpreter that shuts down starts no threads
                    self._failed[benchmark] = INTERRUPTED
                    continue
                self._fail(benchmark, f"Benchmark {benchmark} stopped on an error of odviz itself: {error!r}")
            finally:
                self._session = None

    def _next(self) -> str | None:
        """Take the next benchmark from the queue; "" while failures remain to be recorded, None when all is done."""
        self._record_failures()
        if self._ending.is_set():
            return None
        with self._lock:
            snapshot = self._snapshot
            if snapshot.queue:
                benchmark, *rest = snapshot.queue
                self._snapshot = Snapshot(benchmark, queue=tuple(rest), trouble=snapshot.trouble)
                return benchmark
            self._snapshot = Snapshot(trouble=snapshot.trouble)
            if self._failed:
                return ""
            self._thread = None
            return None

    def _fail(self, benchmark: str, reason: str) -> None:
        self._publish(trouble=reason)
        self._failed[benchmark] = Failure(FailureKind.ERROR, reason)

    def _record_failures(self) -> None:
        """Record failures in the database as far as it accepts them; only this process may end these benchmarks."""
        for benchmark, failure in tuple(self._failed.items()):
            with suppress(StoreError):
                if not self._patient.withdraw(benchmark, failure):
                    self._patient.abandon(benchmark, Owner.here(), failure)
                del self._failed[benchmark]

    def _run_one(self, benchmark: str) -> None:
        """Run one benchmark once the lease is free, unless it is cancelled before."""
        while self._patient.load(benchmark).state is State.QUEUED and not self._ending.is_set():
            try:
                with _interpreter_shared_often():
                    self._run(self._patient, benchmark, self._report, self._on_session)
            except Busy as error:
                self._publish(waiting=str(error))
                self._wake.wait(RETRY_S)
                self._wake.clear()
            else:
                return

    def _on_session(self, session: BenchmarkSession) -> None:
        self._session = session
        if self._ending.is_set():
            session.interrupt()
        self._publish(waiting="", began=self._clock())

    def _report(self, progress: Progress) -> None:
        self._publish(progress=progress, reported=self._clock())

    def _publish(self, **changes: object) -> None:
        with self._lock:
            self._snapshot = replace(self._snapshot, **changes)  # type: ignore[arg-type]


@contextmanager
def _interpreter_shared_often() -> Iterator[None]:
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(usual_s)
