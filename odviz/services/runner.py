"""Runs benchmarks in the background of a server: one thread, one at a time, one snapshot for all pages.

Each runs in a process of its own (`services.benchmark_process`), which this thread starts and follows.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from odviz.domain.errors import OdvizError, StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.rights import Right
from odviz.execution import starter
from odviz.execution.progress import Progress
from odviz.library.rights import require
from odviz.services import benchmark as benchmarks
from odviz.services.attempt import Began, Message, Reported, Troubled, Waiting
from odviz.services.benchmark_process import BenchmarkProcess
from odviz.store import Owner, Store

_ENDING_S = 10.0
"""Longest that the end of the server waits until the benchmark has recorded that it was interrupted."""


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
        start: begins to run one benchmark; tests replace it.
        clock: tests replace it.
    """

    def __init__(
        self,
        store: Store,
        start: Callable[[str], BenchmarkProcess] = BenchmarkProcess,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._start, self._clock = store, start, clock
        self._lock = threading.Lock()
        self._process: BenchmarkProcess | None = None
        self._snapshot = Snapshot()
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()
        atexit.register(self.end)

    @property
    def snapshot(self) -> Snapshot:
        """The current state."""
        return self._snapshot

    def add(self, benchmark: str) -> None:
        """Append a benchmark of the database to the queue.

        A benchmark that is resumed right after it ended may still be the current one; it is queued all the same.

        Raises:
            Forbidden: this session may not start benchmarks.
        """
        require(Right.CHANGE)
        with suppress(OdvizError):  # lets other processes see which one will run it
            self._store.assign_owner(Owner.here(), benchmark)
        with self._lock:
            snapshot = self._snapshot
            if benchmark not in snapshot.queue:
                self._snapshot = replace(snapshot, queue=(*snapshot.queue, benchmark), trouble="")
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="odviz runner", daemon=True)
                starter.start(self._thread.start)

    def cancel(self, benchmark: str) -> None:
        """Stop a benchmark, or remove it from the queue; finished results are kept.

        Raises:
            StoreError: the database refuses; the benchmark stays queued.
        """
        benchmarks.cancel(self._store, benchmark)  # first: what is queued in the database must be in a runner's queue
        with self._lock:
            snapshot = self._snapshot
            process = self._process if snapshot.benchmark == benchmark else None
            self._snapshot = replace(snapshot, queue=tuple(queued for queued in snapshot.queue if queued != benchmark))
        if process is not None:
            process.cancel()

    def end(self) -> None:
        """Interrupt the benchmark that runs, because this process ends; queued ones are left to whoever looks."""
        self._ending.set()
        if (process := self._process) is not None:
            process.end()
        self.join(_ENDING_S)

    def join(self, timeout_s: float) -> bool:
        """Wait until the queue is empty; returns whether it is."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return not self._snapshot.active

    def _work(self) -> None:
        """Body of the thread: run until the queue is empty."""
        while benchmark := self._next():
            try:
                self._run_one(benchmark)
            except OSError as error:
                self._give_up(benchmark, f"The process that runs it cannot be started: {error.strerror or error}.")

    def _next(self) -> str:
        """Take the next benchmark from the queue; empty when there is none."""
        with self._lock:
            snapshot = self._snapshot
            if snapshot.queue and not self._ending.is_set():
                benchmark, *rest = snapshot.queue
                self._snapshot = Snapshot(benchmark, queue=tuple(rest), trouble=snapshot.trouble)
                return benchmark
            self._snapshot = Snapshot(trouble=snapshot.trouble)
            self._thread = None
            return ""

    def _run_one(self, benchmark: str) -> None:
        """Follow one benchmark to its end."""
        with self._start(benchmark) as process:
            self._process = process
            if self._ending.is_set():
                process.end()
            for message in process.messages():
                self._take(message)
            self._process = None
            if code := process.exit_code():
                self._give_up(benchmark, f"The process that ran it ended with exit status {code}.")

    def _take(self, message: Message) -> None:
        match message:
            case Waiting(holder):
                self._publish(waiting=holder)
            case Began():
                self._publish(waiting="", began=self._clock())
            case Reported(progress):
                self._publish(progress=progress, reported=self._clock())
            case Troubled(reason):  # the process ends when the database has accepted that
                self._publish(benchmark="", trouble=reason)

    def _give_up(self, benchmark: str, reason: str) -> None:
        """Take a benchmark out that cannot be run; one that ran is found interrupted by whoever looks."""
        self._publish(trouble=reason)
        with suppress(StoreError):
            self._store.withdraw(benchmark, Failure(FailureKind.ERROR, reason))

    def _publish(self, **changes: object) -> None:
        with self._lock:
            self._snapshot = replace(self._snapshot, **changes)  # type: ignore[arg-type]
