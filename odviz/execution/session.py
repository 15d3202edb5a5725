"""One benchmark under way: its plan, where its results go, its children and whether it is to stop."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from odviz.domain.errors import OdvizError, RunFailed, StoreError
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Variant
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import Stage
from odviz.domain.target import OperatingPoint
from odviz.execution.child import Child
from odviz.execution.parallel_map import spread
from odviz.execution.progress import Phase, Progress
from odviz.store import Store

T = TypeVar("T")

CANCELLED = Failure(FailureKind.CANCELLED, "Stopped as asked; what was finished is kept.")


@dataclass
class Run:
    """A run under way.

    Attributes:
        number: in the store.
        made: sha256 of the file it made, if it made one.
    """

    number: int
    made: str | None = None


class Session:
    """What the phases of one benchmark share.

    Args:
        store: where results go.
        benchmark: id of the benchmark.
        plan: what was asked.
        report: is given a new snapshot whenever something was finished.
        make_child: starts a child process; replaced in tests.
    """

    def __init__(
        self,
        store: Store,
        benchmark: str,
        plan: BenchmarkPlan,
        report: Callable[[Progress], None],
        make_child: Callable[..., Child] = Child,
    ) -> None:
        self.store, self.benchmark, self.plan, self.report = store, benchmark, plan, report
        self._make_child = make_child
        self._children: set[Child] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Stop as soon as possible, from any thread; running children are ended."""
        self._stop.set()
        with self._lock:
            children = tuple(self._children)
        for child in children:
            child.cancel()

    def check(self) -> None:
        """Say so if the benchmark is to stop.

        Raises:
            RunFailed: it was cancelled, here or from another process.
        """
        if self._stop.is_set() or self.store.cancel_requested(self.benchmark):
            raise RunFailed(CANCELLED)

    def _heed(self) -> None:
        """Stop if another process has asked for that, while a child is waited for that may never answer."""
        with suppress(StoreError):  # it will be asked again
            if self.store.cancel_requested(self.benchmark):
                self.cancel()

    @contextmanager
    def child(self) -> Iterator[Child]:
        """A child process with the plan's limits; ended on the way out."""
        effort = self.plan.effort
        child = self._make_child(
            timeout_s=effort.timeout_s,
            memory_limit_bytes=effort.memory_limit_bytes,
            threads=self.plan.threads,
            while_silent=self._heed,
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
    def run(self, key: str, stage: Stage, launch: int = 0, sha256: str = "") -> Iterator[Run]:
        """Record a run from its start to its end, however it ends.

        Args:
            key: of the operating point; of the variant, for the stage that makes its file.
            stage: what it does.
            launch: which fresh process of that stage, from 0.
            sha256: of the file it runs.

        Yields:
            The run; set its `made` to the sha256 of a file that it makes.

        Raises:
            RunFailed: what the body raised, once it is recorded.
            StoreError: the store refused; it would refuse the other points' results as well.
        """
        number = self.store.start_run(self.benchmark, key, stage, launch=launch, sha256=sha256)
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

    def spread(
        self, phase: Phase, items: Sequence[T], work: Callable[[T], Any], about: Callable[[T], Variant | OperatingPoint]
    ) -> dict[T, Failure]:
        """Do something to every item, several at once where that disturbs nothing.

        Args:
            phase: what it is, for the progress.
            items: hashable things to work on.
            work: may raise RunFailed.
            about: what one item is of, for the progress.

        Returns:
            The failures by item; an item that is not there went well.

        Raises:
            RunFailed: the benchmark is to stop.
        """
        self.report(Progress(phase, 0, len(items)))

        def unless_stopped(item: T) -> None:
            self.check()
            work(item)

        def tell(done: int, item: T) -> None:
            what = about(item)
            self.report(Progress(phase, done, len(items), what.label, item=what))

        try:
            return spread(items, unless_stopped, (os.cpu_count() or 1) // self.plan.threads, tell)
        except BaseException:
            self.cancel()
            raise
