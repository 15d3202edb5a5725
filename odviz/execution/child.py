"""The parent's side of a worker process: start it, send it requests, and end it in every case."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.execution import starter
from odviz.execution.exit_status import failure_of, memory_kills
from odviz.execution.fork_server import ForkedProcess, ForkServer
from odviz.execution.worker_environment import compile_once, worker_environment
from odviz.library.scratch import temporary_folder
from odviz.serialization import to_json
from odviz.worker.failures import describe
from odviz.worker.protocol import Alive, Failed, Replied, WorkerSettings, read_message, to_line
from odviz.worker.request import R, Request

FILE_LIMIT_BYTES = 4 << 30
OPEN_FILES = 256

_LINE_LIMIT = 64 << 20
_TAIL_BYTES = 16 << 10
_LOOK_S = 0.5
_LEAVE_S = 1.0


class Child:
    """A child process in a group of its own; a context manager that ends its whole process group on the way out.

    Entering does not wait for it to be ready. `request` is for one thread at a time; `cancel` is for any.

    Args:
        timeout_s: longest silence after a request.
        memory_limit_bytes: address space it may use; 0 for no limit.
        threads: size of every thread pool that reads its size from the environment.
        command: what to run, with the worker's settings as the last argument; the worker by default.
        fork_server: what the worker is forked from; None to start an interpreter of its own, as a `command` does.
        folders: that it may write to, besides one of its own for temporary files.
        while_silent: called twice a second during silence; it may call `cancel`.
    """

    def __init__(
        self,
        *,
        timeout_s: float = 120.0,
        memory_limit_bytes: int = 0,
        threads: int = 1,
        command: Sequence[str] = (),
        fork_server: ForkServer | None = None,
        folders: Iterable[Path] = (),
        while_silent: Callable[[], None] = lambda: None,
    ) -> None:
        self._while_silent = while_silent
        self._timeout_s, self._memory_limit = timeout_s, memory_limit_bytes
        writable = tuple(map(str, folders))
        self._settings = WorkerSettings(os.getpid(), memory_limit_bytes, FILE_LIMIT_BYTES, OPEN_FILES, writable)
        self._fork_server, self._pools = None if command else fork_server, threads
        # -P: a file named like a runtime in the current folder is not imported in its stead.
        self._command = [*(command or (sys.executable, "-P", "-m", "odviz.worker")), to_json(self._settings)]
        self._process: subprocess.Popen[bytes] | ForkedProcess | None = None
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._tail = bytearray()
        self._threads: list[threading.Thread] = []
        self._cancelled = threading.Event()
        self._failure: Failure | None = None
        self._folders = ExitStack()  # of its temporary files: it cannot remove them when it is killed
        self._kills = 0

    @property
    def pid(self) -> int:
        """Its process id, which is also that of its group; 0 before it was started."""
        return self._process.pid if self._process else 0

    def __enter__(self) -> Self:
        self._kills = memory_kills()
        temporary = str(self._folders.enter_context(temporary_folder()))
        try:
            self._process = self._start(temporary)
            assert self._process.stdout and self._process.stderr
            self._follow(self._read_lines, self._process.stdout)
            self._follow(self._read_tail, self._process.stderr)
        except Exception as error:
            self._leave()
            failure = describe(error)
            if failure.kind is not FailureKind.OUT_OF_MEMORY:
                if not isinstance(error, OSError):
                    raise
                reason = f"The child process {self._command[0]} cannot be started: {error.strerror or error}."
                failure = Failure(FailureKind.ERROR, reason)
            raise RunFailed(failure) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leave()

    def _leave(self) -> None:
        self._end()
        self._folders.close()

    def request(self, request: Request[R], timeout_s: float | None = None) -> R:
        """Send a request and wait for its reply.

        Args:
            request: see odviz.worker.protocol.
            timeout_s: longest silence, from now or from the last sign of life; the child's own limit by default.

        Raises:
            RunFailed: with kind TIMEOUT, CANCELLED, CRASH or (sometimes) OUT_OF_MEMORY the child has ended, and every
                later request fails the same way; with any other kind it lives on.
        """
        limit = self._timeout_s if timeout_s is None else timeout_s
        self._send(to_line(request))
        while True:
            match self._receive(type(request), limit):
                case Alive():
                    continue
                case Replied(reply):
                    return reply
                case Failed(failure):
                    raise RunFailed(failure)

    def cancel(self) -> None:
        """End it now, from any thread; a request under way fails with CANCELLED."""
        self._cancelled.set()
        if self._process is not None and self._process.returncode is None:
            self._kill(self._process)

    def _start(self, temporary: str) -> subprocess.Popen[bytes] | ForkedProcess:
        if self._fork_server is not None:
            return self._fork_server.fork(self._settings, temporary)
        compile_once()
        return starter.start(
            lambda: subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**worker_environment(self._pools), "TMPDIR": temporary},
                start_new_session=True,
            )
        )

    def _send(self, line: bytes) -> None:
        if self._failure or self._cancelled.is_set():
            raise self._ended()
        assert self._process and self._process.stdin, "a child is used inside its with statement"
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except OSError:  # it has ended
            raise self._ended() from None

    def _receive(self, request: type[Request[R]], limit: float) -> Alive | Replied[R] | Failed:
        try:
            line = self._line(limit)
        except queue.Empty:
            self._fail(Failure(FailureKind.TIMEOUT, f"The child process was silent for {limit:g} s and was ended."))
            raise self._ended() from None
        if line is None:
            raise self._ended()
        try:
            return read_message(request, line)
        except ValueError:
            reason = f"The child process sent a message that cannot be read: {line[:80]!r}."
            self._fail(Failure(FailureKind.ERROR, reason))
            raise self._ended() from None

    def _line(self, limit: float) -> bytes | None:
        """Its next line; None at the end of its output.

        Raises:
            queue.Empty: it was silent for too long.
        """
        deadline = time.monotonic() + limit
        while True:
            left = deadline - time.monotonic()
            try:
                return self._lines.get(timeout=max(0.0, min(left, _LOOK_S)))
            except queue.Empty:
                if left <= _LOOK_S:
                    raise
            self._while_silent()

    def _ended(self) -> RunFailed:
        """The error for a child that has ended; the first reason stays."""
        self._end(leaving=not self._cancelled.is_set())
        if self._cancelled.is_set():
            self._failure = Failure(FailureKind.CANCELLED, "Stopped while it was running.")
        if self._failure is None:
            assert self._process
            killed = memory_kills() > self._kills
            self._failure = failure_of(self._process.wait(), self._stderr(), self._memory_limit, killed)
        return RunFailed(self._failure)

    def _fail(self, failure: Failure) -> None:
        self._end()
        self._failure = Failure(failure.kind, failure.reason, self._stderr())

    def _end(self, leaving: bool = False) -> None:
        """Kill what is left of the group, reap the child, let the readers finish.

        Args:
            leaving: it closed its output, so its own exit is waited for.
        """
        process = self._process
        if process is None:
            return
        if leaving:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LEAVE_S)
        self._kill(process)
        process.wait()
        for thread in self._threads:
            thread.join(_LEAVE_S)
        with suppress(OSError):  # what could not be sent any more
            if process.stdin:
                process.stdin.close()

    @staticmethod
    def _kill(process: subprocess.Popen[bytes] | ForkedProcess) -> None:
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):  # PermissionError: macOS, for a group of zombies
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()

    def _follow(self, read: Callable[[IO[bytes]], None], pipe: IO[bytes]) -> None:
        thread = threading.Thread(target=read, args=(pipe,), daemon=True, name=f"odviz-child-{self.pid}")
        thread.start()
        self._threads.append(thread)

    def _read_lines(self, pipe: IO[bytes]) -> None:
        with pipe:
            while line := pipe.readline(_LINE_LIMIT):
                self._lines.put(line)
        self._lines.put(None)

    def _read_tail(self, pipe: IO[bytes]) -> None:
        """Read all of it, so that the child never blocks, and keep only the end."""
        with pipe:
            while chunk := os.read(pipe.fileno(), 1 << 16):
                self._tail += chunk
                del self._tail[:-_TAIL_BYTES]

    def _stderr(self) -> str:
        return self._tail.decode("utf-8", "replace")
