"""What a model file takes and gives, before any data are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from odviz.domain.errors import FileRefused
from odviz.domain.model import Layout
from odviz.formats import FORMATS
from odviz.runtimes import runtime_for
from odviz.runtimes.inputs import Port, PortSession


@dataclass(frozen=True, slots=True)
class Interface:
    """Inputs and outputs of a model file, in the file's order.

    Attributes:
        inputs: name, shape with the batch axis (None for an open size) and type of each.
        outputs: likewise.
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]


def probe(path: Path, format: str) -> Interface:
    """The interface of a file.

    Raises:
        FileRefused: it cannot be inspected or loaded.
    """
    session = open_session(path, format, Layout.TOKENS)
    return Interface(tuple(session.inputs), tuple(session.outputs))


def open_session(path: Path, format: str, layout: Layout) -> PortSession:
    """A file loaded by the first runtime that reads it, after it was inspected.

    Raises:
        FileRefused: it cannot be inspected or loaded.
    """
    FORMATS[format].validate(path)
    runtime = runtime_for(format)
    if runtime is not None:
        session = runtime.load(path, layout, 1)
        if isinstance(session, PortSession):
            return session
    raise FileRefused(f"No runtime is installed here that reads {FORMATS[format].title} files.")
