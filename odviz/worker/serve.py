"""The worker's loop: read a request, find its handler, write the reply."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, BinaryIO

from odviz.domain.errors import InputError
from odviz.worker.failures import describe
from odviz.worker.loaded import LoadedModel
from odviz.worker.protocol import Alive, Failed, Replied, read_request, to_line

ALIVE_S = 0.5
"""Seconds between signs of life while items are predicted."""


@dataclass
class Worker:
    """What handlers share.

    Attributes:
        report_alive: sends a sign of life to the parent.
        model: the model that was loaded last.
    """

    report_alive: Callable[[], None]
    model: LoadedModel | None = None
    _reported: float = field(default_factory=time.monotonic)

    def report_alive_at_times(self) -> None:
        """Send a sign of life if the last one was sent a while ago."""
        if time.monotonic() - self._reported >= ALIVE_S:
            self._reported = time.monotonic()
            self.report_alive()

    def loaded(self) -> LoadedModel:
        """Return the loaded model.

        Raises:
            InputError: no model is loaded.
        """
        if self.model is None:
            raise InputError("No model is loaded in this worker; load one first.")
        return self.model


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Handle every line of `requests`, until its end or until the parent stops reading `replies`.

    The failure of a handler is sent to the parent; the next request finds the worker as it was.
    """

    def send(message: Alive | Replied[Any] | Failed) -> None:
        replies.write(to_line(message))

    worker = Worker(lambda: send(Alive()))
    try:
        for line in requests:
            try:
                reply = Replied(_handle(line, worker))
            except BrokenPipeError:
                raise
            except Exception as error:
                send(Failed(describe(error)))
            else:
                send(reply)
    except BrokenPipeError:
        pass


def _handle(line: bytes, worker: Worker) -> object:
    """Handlers are imported when they are first needed: a worker that times never loads what compresses."""
    request = read_request(line)
    module = f"odviz.worker.handlers.{request.handler()}"
    if module not in sys.modules:
        import_module(module)
        gc.freeze()  # modules stay: collections, one of them before memory is measured, need not look at them
    handler = sys.modules[module]
    reply: object = handler.handle(request, worker)
    return reply
