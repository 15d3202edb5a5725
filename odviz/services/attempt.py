"""Runs a queued benchmark once the machine is free; however it ends is recorded as soon as the database accepts it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct

from odviz.domain.errors import Busy, OdvizError, StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import State
from odviz.execution.progress import Progress
from odviz.execution.session import BenchmarkSession
from odviz.store import Owner, Store

RETRY_S = 1.0
"""Seconds between attempts while another process has the machine, or the database refuses."""


class Waiting(Struct, frozen=True, tag=True):
    """Another process has the machine.

    Attributes:
        holder: message about it.
    """

    holder: str


class Began(Struct, frozen=True, tag=True):
    """The benchmark has the machine."""


class Reported(Struct, frozen=True, tag=True):
    """The benchmark has come further.

    Attributes:
        progress: how far.
    """

    progress: Progress


class Troubled(Struct, frozen=True, tag=True):
    """The benchmark could not be run to its end.

    Attributes:
        reason: why, for people.
    """

    reason: str


Message = Waiting | Began | Reported | Troubled

RunBenchmark = Callable[[Store, str, Callable[[Progress], None], Callable[[BenchmarkSession], None]], None]
"""Runs a queued benchmark to its end; see `services.benchmark.run`."""


class Controls:
    """What is asked of the benchmark from outside; every method is for any thread."""

    def __init__(self) -> None:
        self._session: BenchmarkSession | None = None
        self._ending = threading.Event()
        self._wake = threading.Event()

    @property
    def ending(self) -> bool:
        """Whether the process is about to end."""
        return self._ending.is_set()

    def cancel(self) -> None:
        """Stop the benchmark, which is in the database already."""
        self._wake.set()
        if self._session is not None:
            self._session.cancel()

    def end(self) -> None:
        """Interrupt the benchmark because the process ends; one that still waits stays queued."""
        self._ending.set()
        self._wake.set()
        if self._session is not None:
            self._session.interrupt()

    def attach(self, session: BenchmarkSession) -> None:
        """Take the session of the benchmark, which now has the machine."""
        self._session = session
        if self.ending:
            session.interrupt()

    def wait(self, seconds: float) -> None:
        """Wait, or until something is asked."""
        self._wake.wait(seconds)
        self._wake.clear()


def run_to_end(
    store: Store,
    benchmark: str,
    send: Callable[[Message], None],
    controls: Controls,
    run: RunBenchmark,
) -> None:
    """Run a queued benchmark of the database, unless it is cancelled before it has the machine.

    Args:
        store: that holds it.
        benchmark: its id.
        send: is given each message; from any thread.
        controls: what is asked meanwhile.
        run: runs it.
    """
    store = store.patient()
    try:
        _run_when_free(store, benchmark, send, controls, run)
    except OdvizError as error:
        failure = Failure(FailureKind.ERROR, str(error))
    except Exception as error:
        failure = Failure(FailureKind.ERROR, f"Benchmark {benchmark} stopped on an error of odviz itself: {error!r}")
    else:
        return
    send(Troubled(failure.reason))
    while not controls.ending:
        with suppress(StoreError):
            if not store.withdraw(benchmark, failure):
                store.abandon(benchmark, Owner.here(), failure)
            return
        controls.wait(RETRY_S)


def _run_when_free(
    store: Store, benchmark: str, send: Callable[[Message], None], controls: Controls, run: RunBenchmark
) -> None:
    def began(session: BenchmarkSession) -> None:
        controls.attach(session)
        send(Began())

    while store.load(benchmark).state is State.QUEUED and not controls.ending:
        try:
            run(store, benchmark, lambda progress: send(Reported(progress)), began)
        except Busy as error:
            send(Waiting(str(error)))
            controls.wait(RETRY_S)
        else:
            return
