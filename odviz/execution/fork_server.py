"""The parent's side of a fork server: workers that need not start an interpreter and import modules."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from functools import cache
from typing import IO, Any, Self

from odviz.execution import starter
from odviz.execution.worker_environment import compile_once, worker_environment
from odviz.serialization import from_json, to_json
from odviz.worker.fork_server import MESSAGE_BYTES, Fork, Reap
from odviz.worker.protocol import WorkerSettings
from odviz.worker.request import Request


@cache
def can_fork() -> bool:
    """Whether workers can be forked here: it takes `fork`, and a descriptor that tells when a process ends (Linux)."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


class ForkedProcess:
    """A forked worker, with the attributes and methods of `subprocess.Popen` that a `Child` uses.

    Args:
        server: that forked it.
        pid: its process id.
        pipes: its input, its output and where its errors go.
    """

    def __init__(self, server: ForkServer, pid: int, pipes: tuple[IO[bytes], IO[bytes], IO[bytes]]) -> None:
        self.stdin, self.stdout, self.stderr = pipes
        self.pid, self.returncode = pid, None
        self._server, self._ended = server, os.pidfd_open(pid)

    returncode: int | None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, and return its exit code, or minus the signal that ended it.

        Raises:
            subprocess.TimeoutExpired: it lives on after so many seconds.
        """
        if self.returncode is None:
            end = select.poll()
            end.register(self._ended, select.POLLIN)
            if not end.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired("a forked worker", timeout or 0.0)
            self.returncode = self._server.reap(self.pid)
            os.close(self._ended)
        return self.returncode

    def kill(self) -> None:
        """Kill it."""
        os.kill(self.pid, signal.SIGKILL)


class ForkServer:
    """A process that workers are forked from; a context manager that ends it, and what is left of them.

    It is started with the first worker. Every server has a memory layout of its own, which its workers inherit in part.

    Args:
        requests: whose handlers it imports.
        command: what to run; `odviz.worker.fork_server` by default.
    """

    def __init__(self, requests: Iterable[type[Request[Any]]], command: Sequence[str] = ()) -> None:
        self._command = command or (sys.executable, "-P", "-m", "odviz.worker.fork_server")
        self._modules = [f"odviz.worker.handlers.{request.handler()}" for request in requests]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        """Its process id; 0 before the first worker."""
        return self._process.pid if self._process else 0

    def fork(self, settings: WorkerSettings, temporary: str) -> ForkedProcess:
        """Start a worker.

        Args:
            settings: of the worker.
            temporary: folder of its temporary files.

        Raises:
            OSError: it cannot be started.
        """
        (stdin, requests), (replies, stdout), (errors, stderr) = os.pipe(), os.pipe(), os.pipe()
        ours = os.fdopen(requests, "wb"), os.fdopen(replies, "rb"), os.fdopen(errors, "rb")
        theirs = stdin, stdout, stderr
        try:
            pid = self._ask(Fork(settings, temporary), theirs)
            if pid < 0:
                raise OSError(-pid, os.strerror(-pid))
            return ForkedProcess(self, pid, ours)
        except BaseException:
            for pipe in ours:
                pipe.close()
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)

    def reap(self, pid: int) -> int:
        """Exit code of a worker that has ended, or minus the signal that ended it."""
        try:
            return self._ask(Reap(pid))
        except OSError:  # the server was killed, and its workers with it
            return -signal.SIGKILL

    def _ask(self, message: Fork | Reap, descriptors: Iterable[int] = ()) -> int:
        with self._lock:
            if self._channel is None:
                self._channel, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with far:
                    compile_once()
                    self._process = starter.start(lambda: self._start(far.fileno()))
            socket.send_fds(self._channel, [to_json(message).encode()], list(descriptors))
            reply = self._channel.recv(MESSAGE_BYTES)
        if not reply:
            raise BrokenPipeError("The process that workers are forked from has ended.")
        return from_json(int, reply)

    def _start(self, channel: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self._command, str(channel), str(os.getpid()), *self._modules],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=worker_environment(threads=1),
            start_new_session=True,
            pass_fds=[channel],
        )
