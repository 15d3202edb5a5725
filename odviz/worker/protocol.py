"""The messages between odviz and a worker: one JSON object a line, one request at a time.

::

    parent → worker    {"do": "load", "runtime": "litert", …}                    a Request
    worker → parent    {"type": "alive"}                                         any number of them, then either
                       {"type": "reply", "reply": {…}}                           the request's own reply, or
                       {"type": "failure", "failure": {"kind": …, "reason": …}}  a Failure; the worker lives on

Requests are read from stdin; messages to the parent go to a descriptor that was stdout before the worker pointed stdout
at stderr, so that nothing a runtime prints gets between them. End of input ends the worker.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Generic

from msgspec import Struct

from odviz.domain.environment import Environment
from odviz.domain.failure import Failure
from odviz.domain.model import Artifact, GraphFacts
from odviz.domain.own_task import NO_CHOICES, Choices, Understanding
from odviz.measurement.readings import BlockTimes, EnergyReading, MemoryReading
from odviz.serialization import from_json, to_json
from odviz.worker.layer_requests import (
    Cut,
    Expose,
    ListLayers,
    ListWork,
    MeasureRates,
    ProfileOperators,
    Requantize,
    TimeTogether,
    Vary,
)
from odviz.worker.request import Done, FileRequest, Load, R, Request
from odviz.worker.stress_requests import AnswerArrivals, Attack, KeepBusy


class WorkerSettings(Struct, frozen=True):
    """What a worker is started with, as one JSON argument.

    Attributes:
        parent: process id that it must not outlive; 0 for none.
        memory_bytes: limit on its address space; 0 for none.
        file_bytes: limit on any file it writes; 0 for none.
        open_files: limit on open descriptors; 0 for none.
        folders: that it may write to, besides the one of its temporary files.
    """

    parent: int = 0
    memory_bytes: int = 0
    file_bytes: int = 0
    open_files: int = 0
    folders: tuple[str, ...] = ()


class Predict(Request[Done], frozen=True):
    """Predict every input at batch 1, with a sign of life every half second.

    Attributes:
        out: `.npz` file to write: every output of the model in its order, each of shape (N, …).
    """

    out: str


class TimeBlock(Request[BlockTimes], frozen=True):
    """Time one block on the next input of the loaded model.

    Attributes:
        discard: inferences at its head that are not kept.
        timed: inferences that are.
    """

    discard: int
    timed: int


class MeasureMemory(Request[MemoryReading], frozen=True):
    """Load a model, as `Load` does, and measure the peak memory of that; for a worker that has done nothing else.

    Attributes:
        load: what to load.
        runs: how many inferences to run.
    """

    load: Load
    runs: int


class MeasureEnergy(Request[EnergyReading], frozen=True):
    """Meter a sustained loop of the loaded model.

    Attributes:
        seconds: how long, a fifth of it idle.
    """

    seconds: float


class Compressed(Struct, frozen=True):
    """A variant's file.

    Attributes:
        artifact: the file, with an absolute path.
        notes: for the person who wanted it ("the recipe changed nothing").
    """

    artifact: Artifact
    notes: tuple[str, ...] = ()


class Compress(Request[Compressed], frozen=True):
    """Make a variant's file, or find it in the cache.

    Attributes:
        task: name of the task.
        model: name of the model.
        recipe: in its written form.
        format: of the file to make.
        cache: folder of the files that were made.
        known: sha256 of the files that are recorded as made of the same; another one in the cache is made again.
        calibration: `.npz` file with the arrays `inputs`, `targets` and `groups` of calibration items; empty for those
            of the task.
    """

    task: str
    model: str
    recipe: str
    format: str
    cache: str
    known: tuple[str, ...] = ()
    calibration: str = ""


class InspectFile(FileRequest[GraphFacts], frozen=True):
    """Work out what a model file is made of.

    Attributes:
        shapes: of a batch of one of each input, as the file takes it.
    """

    shapes: tuple[tuple[int, ...], ...]


class Unpacked(Struct, frozen=True):
    """What archives of model files hold.

    Attributes:
        files: the model files.
        classes: their names in the order of the outputs; empty if no file has them.
    """

    files: list[str]
    classes: tuple[str, ...]


class Unpack(Request[Unpacked], frozen=True):
    """Unpack the archives that model files come in.

    Attributes:
        files: model files, archives of them, and files that name the classes.
        folder: where archives are unpacked.
    """

    files: list[str]
    folder: str


class Understand(Request[Understanding], frozen=True):
    """Find out how the files of one network and a data set fit together, and write the data set.

    Attributes:
        files: the model file of each format.
        data: a file, folder or zip archive of items and labels, as `odviz.importing.readers` take them; empty for
            those of a task, or for random ones.
        folder: where `test.npz` and `calibration.npz` are written; empty if the data of the task stay as they are.
        choices: of the person.
        calibration: items for the quantizers alone, like the data; empty to take a part of these.
        task: whose items are taken; empty for others.
    """

    files: dict[str, str]
    data: str
    folder: str
    choices: Choices = NO_CHOICES
    calibration: str = ""
    task: str = ""


class DescribeHost(Request[Environment], frozen=True):
    """Describe the machine and the versions of its runtimes."""


AnyRequest = (
    Load | Predict | Attack | TimeBlock | AnswerArrivals | KeepBusy | MeasureMemory | MeasureEnergy | Compress
    | InspectFile | Unpack | Understand | DescribeHost | ListLayers | Expose | Requantize
    | ProfileOperators | MeasureRates
    | TimeTogether | Vary | Cut | ListWork
)  # fmt: skip


class Alive(Struct, frozen=True, tag="alive"):
    """The worker is still at work on the request."""


class Replied(Struct, Generic[R], frozen=True, tag="reply"):
    """A request was handled.

    Attributes:
        reply: of the request's own reply type.
    """

    reply: R


class Failed(Struct, frozen=True, tag="failure"):
    """A request could not be handled.

    Attributes:
        failure: why.
    """

    failure: Failure


def to_line(message: Request[Any] | Alive | Replied[Any] | Failed) -> bytes:
    """Write a message as a line of JSON."""
    return to_json(message).encode() + b"\n"


def read_request(line: bytes) -> Request[Any]:
    """Read a request.

    Raises:
        ValueError: it is not one.
    """
    request: Request[Any] = from_json(AnyRequest, line)  # type: ignore[arg-type]
    return request


def read_message(request: type[Request[R]], line: bytes) -> Alive | Replied[R] | Failed:
    """Read what a worker says about a request.

    Args:
        request: class of the request.
        line: what the worker wrote.

    Raises:
        ValueError: it is not a message, or its reply is not of the request's reply type.
    """
    message: Alive | Replied[R] | Failed = from_json(_messages(request), line)
    return message


@cache
def _messages(request: type[Request[Any]]) -> Any:
    replied: Any = Replied
    return Alive | replied[request.reply_type()] | Failed
