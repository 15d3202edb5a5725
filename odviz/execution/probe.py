"""Child processes that run one file, and changed copies of it, on several runtimes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np

from odviz.arrays import Array
from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.model import Artifact
from odviz.domain.parity import Change, LayerGraph
from odviz.domain.plan import THOROUGH
from odviz.execution import starter
from odviz.execution.child import Child
from odviz.formats import FORMATS
from odviz.library.scratch import temporary_folder
from odviz.metrics.base import Outputs
from odviz.worker.layer_requests import Expose, ListLayers, Requantize
from odviz.worker.protocol import Predict
from odviz.worker.request import Load, Request

R = TypeVar("R")

FILES = ""
"""Key of the child that reads and changes files."""

_ENDED = frozenset((FailureKind.CRASH, FailureKind.TIMEOUT, FailureKind.OUT_OF_MEMORY, FailureKind.CANCELLED))


class Probe:
    """A context manager with one child for each runtime, which is started when it is needed.

    A copy of the file is removed when the next one is made, so that one copy at most lies on the disk.

    Args:
        artifact: the file.
        threads: inside one inference.
        time_s: after so many seconds every request fails with a timeout.
        make_child: starts a child process; replaced in tests.

    Attributes:
        threads: inside one inference.
    """

    def __init__(
        self, artifact: Artifact, threads: int, time_s: float, make_child: Callable[..., Child] = Child
    ) -> None:
        self._artifact, self.threads, self._make_child = artifact, threads, make_child
        self._deadline = time.monotonic() + time_s
        self._children: dict[str, tuple[Child, ExitStack]] = {}
        self._stack = ExitStack()
        self._numbers = count()
        self._exposed: tuple[tuple[str, ...], Path, tuple[int, ...]] | None = None

    def __enter__(self) -> Self:
        self._folder = self._stack.enter_context(temporary_folder())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for _, stack in self._children.values():
            stack.close()
        self._stack.close()

    @property
    def original(self) -> Path:
        """The file itself."""
        return Path(self._artifact.path)

    def predict(
        self, runtime: str, path: Path, items: Array, *, plain: bool = False, threads: int | None = None
    ) -> Outputs:
        """Predict items with a runtime.

        Args:
            runtime: its name.
            path: the file, or a copy of it.
            items: canonical, shape (N, …).
            plain: whether it computes in its plain way.
            threads: inside one inference; by default those of the probe.

        Raises:
            RunFailed: it cannot, or time is up.
        """
        inputs, out = (self._folder / f"{next(self._numbers)}{suffix}" for suffix in (".npy", ".npz"))
        np.save(inputs, items, allow_pickle=False)
        artifact = self._artifact
        load = Load(
            runtime, str(path), artifact.format, artifact.layout, str(inputs), threads or self.threads, plain
        )  # fmt: skip
        try:
            self._ask(runtime, load)
            self._ask(runtime, Predict(str(out)))
            with np.load(out, allow_pickle=False) as archive:
                return tuple(archive[name] for name in archive.files)
        finally:
            inputs.unlink()
            out.unlink(missing_ok=True)

    @property
    def time_is_up(self) -> bool:
        """Whether requests fail because the time has passed."""
        return time.monotonic() >= self._deadline

    def layers(self) -> LayerGraph:
        """The layers of the file.

        Raises:
            RunFailed: they cannot be listed.
        """
        return self._ask(FILES, ListLayers(str(self.original), self._artifact.format))

    def exposed(self, tensors: tuple[str, ...]) -> tuple[Path, tuple[int, ...]]:
        """A copy of the file that outputs tensors, and their positions among its outputs.

        Raises:
            RunFailed: it cannot be made.
        """
        if self._exposed is None or self._exposed[0] != tensors:
            if self._exposed:
                self._exposed[1].unlink(missing_ok=True)
            path = self._path()
            request = Expose(str(self.original), self._artifact.format, str(path), tensors)
            self._exposed = tensors, path, self._ask(FILES, request).positions
        return self._exposed[1:]

    def requantized(self, change: Change) -> Path | None:
        """A copy of the file with other integer weights; None if nothing changes.

        Raises:
            RunFailed: it cannot be made.
        """
        path = self._path()
        request = Requantize(str(self.original), self._artifact.format, str(path), change)
        return path if self._ask(FILES, request).tensors else None

    def _drop(self, key: str) -> None:
        """End the child of a key, if it lives."""
        if key in self._children:
            self._children.pop(key)[1].close()

    def _path(self) -> Path:
        return self._folder / f"copy-{next(self._numbers)}{FORMATS[self._artifact.format].suffixes[0]}"

    def _ask(self, key: str, request: Request[R]) -> R:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise RunFailed(Failure(FailureKind.TIMEOUT, "There was no time left for it."))
        child = self._child(key)
        end = threading.Timer(left, child.cancel)  # signs of life may go on for longer
        starter.start(end.start)
        try:
            return child.request(request)
        except RunFailed as error:
            if error.failure.kind in _ENDED:
                self._drop(key)
            if error.failure.kind is FailureKind.CANCELLED:
                raise RunFailed(Failure(FailureKind.TIMEOUT, "Time ran out while it was tried.")) from error
            raise
        finally:
            end.cancel()

    def _child(self, key: str) -> Child:
        if key not in self._children:
            stack = ExitStack()
            child = stack.enter_context(
                self._make_child(
                    timeout_s=THOROUGH.timeout_s,
                    memory_limit_bytes=THOROUGH.memory_limit_bytes,
                    threads=self.threads,
                    folders=(self._folder,),
                )
            )
            self._children[key] = child, stack
        return self._children[key][0]
