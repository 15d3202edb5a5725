"""What a child is asked and what it answers: one JSON object a line, read and written with `odviz.domain.codec`.

::

    parent → child    {"do": "load", "runtime": "litert", …}       one request at a time
    child → parent    {"event": {"done": 512, "of": 10000}}        any number, while it works
                      {"reply": {…}}                               or
                      {"error": {"kind": …, "reason": …, "detail": …}}   a Failure; the child lives on

Requests are read from stdin; answers come on a descriptor that was stdout before the child pointed stdout at stderr,
so nothing that a runtime prints can get between them. End of input ends the child.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from odviz.domain.codec import decode
from odviz.domain.errors import InputError, UnknownName
from odviz.domain.model import Layout


@dataclass(frozen=True, slots=True)
class Settings:
    """What a child is started with, as one JSON argument.

    Attributes:
        parent: process id it must not outlive; 0 for nobody's.
        memory_bytes: limit on its address space; 0 for none.
        file_bytes: limit on any file it writes; 0 for none.
        open_files: limit on open descriptors; 0 for none.
    """

    parent: int = 0
    memory_bytes: int = 0
    file_bytes: int = 0
    open_files: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """Load a runtime, a model and test inputs → ``{"items": n}``.

    Attributes:
        runtime: name of the runtime.
        path: the model file.
        format: its format.
        layout: of its input.
        threads: inside one inference.
        task: whose test inputs are used, unless `inputs` is given.
        inputs: a `.npy` file of canonical inputs, shape (N, …).
        items: how many of the inputs timing rotates through.
    """

    runtime: str
    path: str
    format: str
    layout: Layout
    threads: int = 1
    task: str = ""
    inputs: str = ""
    items: int = 16


@dataclass(frozen=True, slots=True)
class Predict:
    """Predict every input at batch 1, with an event every half second → ``{"count": n}``.

    Attributes:
        out: `.npz` file to write: every output of the model in its order, each of shape (N, …).
    """

    out: str


@dataclass(frozen=True, slots=True)
class Block:
    """Time one block on the next input → ``{"wall_ns": […], "cpu_ns": […]}``.

    Attributes:
        discard: inferences that are not kept.
        timed: inferences that are.
    """

    discard: int
    timed: int


@dataclass(frozen=True, slots=True)
class Memory(Load):
    """In a fresh child: peak memory of loading and running → ``{"baseline_bytes", "peak_bytes", "method"}``.

    Attributes:
        runs: how many inferences.
    """

    runs: int = 5


@dataclass(frozen=True, slots=True)
class Energy:
    """Meter a sustained loop → the fields of `odviz.measurement.energy.EnergyReading`.

    Attributes:
        seconds: how long, a fifth of it idle.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class Compress:
    """Make a variant → ``{"artifact": {…}, "changed": bool, "notes": […]}``; the artifact's path is absolute.

    Attributes:
        task: name of the task.
        model: name of the model.
        recipe: in its written form.
        format: of the file to make.
        cache: folder for what was made.
    """

    task: str
    model: str
    recipe: str
    format: str
    cache: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Look through a file → ``{"facts": {…}}``, a GraphFacts.

    Attributes:
        path: the model file.
        format: its format.
    """

    path: str
    format: str


@dataclass(frozen=True, slots=True)
class Environment:
    """Describe the machine → ``{"environment": {…}, "runtimes": […]}``.

    Runtimes have name, title, formats, backend, version and reason; see odviz.runtimes.base.
    """


Request = Load | Predict | Block | Memory | Energy | Compress | Facts | Environment

REQUESTS: Mapping[str, type[Request]] = {
    "load": Load,
    "predict": Predict,
    "block": Block,
    "memory": Memory,
    "energy": Energy,
    "compress": Compress,
    "facts": Facts,
    "environment": Environment,
}
"""By the word in "do", which is also the name of the module in `odviz.worker.handlers` that answers it."""


def read_request(message: Mapping[str, Any]) -> tuple[str, Request]:
    """The word and the typed request of a message.

    Raises:
        UnknownName: there is no such request.
        InputError: its fields do not fit.
    """
    word = str(message.get("do", ""))
    if word not in REQUESTS:
        raise UnknownName("request", word, REQUESTS)
    try:
        return word, decode(REQUESTS[word], message)
    except ValueError as error:
        raise InputError(f"The request {word!r} does not fit: {error}.") from error
