"""Reads requests, finds their handlers, writes what they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO

from odviz.domain.codec import encode
from odviz.worker.failures import describe
from odviz.worker.loaded import Loaded
from odviz.worker.protocol import read_request

Reply = dict[str, Any]


@dataclass
class Worker:
    """What handlers share.

    Attributes:
        emit: sends an event to the parent.
        loaded: the model that was loaded last.
    """

    emit: Callable[[Reply], None]
    loaded: Loaded | None = None


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer every line of `requests`, until its end or until nobody reads the answers.

    A handler that fails is answered with its failure; the next request finds the worker as it was.
    """

    def send(message: Reply) -> None:
        answers.write(json.dumps(message).encode() + b"\n")

    worker = Worker(lambda event: send({"event": event}))
    try:
        for line in requests:
            try:
                message = {"reply": _answer(line, worker)}
            except BrokenPipeError:
                raise
            except Exception as error:
                message = {"error": encode(describe(error))}
            send(message)
    except BrokenPipeError:
        pass


def _answer(line: bytes, worker: Worker) -> Reply:
    """Handlers are imported when they are first asked for: a child that times never loads what compresses."""
    word, request = read_request(json.loads(line))
    reply: Reply = import_module(f"odviz.worker.handlers.{word}").handle(request, worker)
    return reply
