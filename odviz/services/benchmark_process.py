"""A queued benchmark in a process of its own: threads that compute pages cannot delay what it times."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self

from odviz.execution.worker_environment import environment
from odviz.serialization import from_json
from odviz.services.attempt import Message

CANCEL = b"cancel\n"
"""Written to the process to stop the benchmark."""


class BenchmarkProcess:
    """The process; it outlives this one only until it has recorded that it was interrupted.

    Args:
        benchmark: id of the benchmark in the database of this process.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self, benchmark: str) -> None:
        # A session of its own: Ctrl-C in the terminal reaches the server, which then ends this process.
        self._process = subprocess.Popen(
            (sys.executable, "-P", "-m", "odviz.services.run_queued", benchmark),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()
        self._process.wait()

    def messages(self) -> Iterator[Message]:
        """What it reports, until it ends."""
        assert self._process.stdout
        with self._process.stdout as lines:
            for line in iter(lines.readline, b""):
                yield from_json(Message, line)  # type: ignore[arg-type]

    def exit_code(self) -> int:
        """Wait until it has ended; 0 unless it was killed or could not work at all."""
        return self._process.wait()

    def cancel(self) -> None:
        """Stop the benchmark now, from any thread; the database was told before."""
        assert self._process.stdin
        with suppress(OSError, ValueError):  # it has ended
            self._process.stdin.write(CANCEL)
            self._process.stdin.flush()

    def end(self) -> None:
        """Have the benchmark interrupted because this program ends, from any thread."""
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.close()
