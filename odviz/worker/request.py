"""The bases of requests to a worker, the reply to those that have no result, and the request to load a model."""

from __future__ import annotations

import re
from typing import Generic, TypeVar, get_args

from msgspec import Struct

from odviz.domain.model import Layout

R = TypeVar("R")


def _handler_name(class_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()


class Request(Struct, Generic[R], frozen=True, tag_field="do", tag=_handler_name):
    """Base of all requests; `R` is the class of the reply.

    The class name in snake case is the value of "do".
    """

    @classmethod
    def handler(cls) -> str:
        """Name of the module in `odviz.worker.handlers` that handles the request: by default that of the request."""
        return _handler_name(cls.__name__)

    @classmethod
    def reply_type(cls) -> type[R]:
        """The class of the reply."""
        reply: type[R] = get_args(cls.__orig_bases__[0])[0]  # type: ignore[attr-defined]
        return reply


class Done(Struct, frozen=True):
    """The reply to a request that has no result."""


class FileRequest(Request[R], frozen=True):
    """Base of requests about what a model file holds, which one module handles.

    Attributes:
        path: the model file.
        format: its format.
    """

    path: str
    format: str

    @classmethod
    def handler(cls) -> str:
        """See Request."""
        return "model_file"


class CopyRequest(FileRequest[R], frozen=True):
    """Base of requests for a changed copy of a model file.

    Attributes:
        out: file to write.
    """

    out: str


class Load(Request[Done], frozen=True):
    """Load a runtime, a model and inputs.

    Attributes:
        runtime: name of the runtime.
        path: the model file.
        format: its format.
        layout: of its input.
        inputs: a `.npy` file of canonical inputs, shape (N, …); timing rotates through them.
        threads: inside one inference.
        plain: whether the runtime computes in its plain way; see `odviz.runtimes.base.Runtime`.
    """

    runtime: str
    path: str
    format: str
    layout: Layout
    inputs: str
    threads: int = 1
    plain: bool = False
