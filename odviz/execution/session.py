"""A running benchmark: its plan, its store, its child processes and its cancellation."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from odviz.domain.errors import OdvizError, RunFailed, StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Variant
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import Stage
from odviz.domain.target import OperatingPoint
from odviz.execution.child import Child
from odviz.execution.fork_server import ForkServer, can_fork
from odviz.execution.parallel_map import parallel_map
from odviz.execution.progress import Phase, Progress
from odviz.store import Store
from odviz.worker.request import Request

T = TypeVar("T")

CANCELLED = Failure(FailureKind.CANCELLED, "Stopped on request; finished results are kept.")
INTERRUPTED = Failure(
    FailureKind.INTERRUPTED, "odviz was ended while it measured. Every sample finished before that is kept."
)


@dataclass
class Run:
    """A run that has started.

    Attributes:
        number: in the store.
        made: sha256 of the file that it made; None if it made none.
    """

    number: int
    made: str | None = None


class BenchmarkSession:
    """State that the phases of a running benchmark share.

    Args:
        store: where results go.
        benchmark: id of the benchmark.
        plan: what to measure.
        report: called with a new snapshot whenever something was finished.
        make_child: starts a child process; replaced in tests.
        server: id of the process that draws pages meanwhile; 0 if there is none.
    """

    def __init__(
        self,
        store: Store,
        benchmark: str,
        plan: BenchmarkPlan,
        report: Callable[[Progress], None],
        make_child: Callable[..., Child] = Child,
        server: int = 0,
    ) -> None:
        self.server = server
        self.store, self.benchmark, self.plan, self.report = store, benchmark, plan, report
        self._make_child = make_child
        self._children: set[Child] = set()
        self._fork_server: ForkServer | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._interrupted = threading.Event()

    @property
    def interrupted(self) -> bool:
        """Whether it is stopped because this process ends."""
        return self._interrupted.is_set()

    def interrupt(self) -> None:
        """Stop as soon as possible because this process ends; from any thread."""
        self._interrupted.set()
        self.cancel()

    def cancel(self) -> None:
        """Stop as soon as possible, from any thread; running children are ended."""
        self._stop.set()
        with self._lock:
            children = tuple(self._children)
        for child in children:
            child.cancel()

    def check(self) -> None:
        """Raise if the benchmark was cancelled.

        Raises:
            RunFailed: it was cancelled, here or from another process.
        """
        if self._stop.is_set() or self.store.cancel_requested(self.benchmark):
            raise RunFailed(CANCELLED)

    def _poll_cancel_request(self) -> None:
        """Cancel if another process has requested it; called while a child is silent."""
        with suppress(StoreError):  # checked again soon
            if self.store.cancel_requested(self.benchmark):
                self.cancel()

    @contextmanager
    def forking(self, *requests: type[Request[Any]]) -> Iterator[None]:
        """Fork the children that start meanwhile from one new process, where that is possible.

        With several threads it is not: the pool of numpy's library would have started, and a fork copies one thread.

        Args:
            requests: that they will be sent; their handlers are imported once.
        """
        with ForkServer(requests) as server:
            self._fork_server = server if can_fork() and self.plan.threads == 1 else None
            try:
                yield
            finally:
                self._fork_server = None

    @contextmanager
    def child(self, folders: Iterable[Path] = ()) -> Iterator[Child]:
        """A child process with the plan's limits, which may write to these folders; ended on the way out."""
        effort = self.plan.effort
        child = self._make_child(
            timeout_s=effort.timeout_s,
            memory_limit_bytes=effort.memory_limit_bytes,
            threads=self.plan.threads,
            fork_server=self._fork_server,
            folders=folders,
            while_silent=self._poll_cancel_request,
        )
        with child:
            with self._lock:
                self._children.add(child)
            try:
                if self._stop.is_set():
                    raise RunFailed(CANCELLED)
                yield child
            finally:
                with self._lock:
                    self._children.discard(child)

    @contextmanager
    def run(self, key: str, stage: Stage, launch: int = 0, sha256: str = "", test: str | None = None) -> Iterator[Run]:
        """Record a run from its start to its end, however it ends.

        Args:
            key: of the operating point; of the variant, for the stage that makes its file.
            stage: what it does.
            launch: which fresh process of that stage, from 0.
            sha256: of the file it runs.
            test: name of the stress test that it is a part of.

        Yields:
            The run; set its `made` to the sha256 of a file that it makes.

        Raises:
            RunFailed: what the body raised, once it is recorded.
            StoreError: the store refused; it would refuse the other points' results as well.
        """
        number = self.store.start_run(self.benchmark, key, stage, launch=launch, sha256=sha256, test=test)
        run = Run(number)
        try:
            yield run
        except RunFailed as error:
            self.store.end_run(number, error.failure)
            raise
        except StoreError as error:
            with suppress(StoreError):
                self.store.end_run(number, Failure(FailureKind.ERROR, str(error)))
            raise
        except OdvizError as error:
            failure = Failure(FailureKind.ERROR, str(error))
            self.store.end_run(number, failure)
            raise RunFailed(failure) from error
        self.store.end_run(number, sha256=run.made)

    def for_each(
        self,
        phase: Phase,
        items: Sequence[T],
        work: Callable[[T], Any],
        about: Callable[[T], Variant | OperatingPoint],
        alone: bool = False,
    ) -> dict[T, Failure]:
        """Call `work` with every item, several at once by default, and report the progress.

        Args:
            phase: the phase, for the progress.
            items: hashable values.
            work: may raise RunFailed.
            about: the variant or point of an item, for the progress.
            alone: one item at a time, because they are timed.

        Returns:
            The failures by item.

        Raises:
            RunFailed: the benchmark was cancelled, or the disk is full.
        """
        self.report(Progress(phase, 0, len(items)))

        def work_unless_cancelled(item: T) -> None:
            self.check()
            work(item)

        def report_done(done: int, item: T) -> None:
            self.report(Progress.finished(phase, done, len(items), about(item)))

        workers = 1 if alone else (os.cpu_count() or 1) // self.plan.threads
        return parallel_map(items, work_unless_cancelled, workers, report_done, self.cancel)
