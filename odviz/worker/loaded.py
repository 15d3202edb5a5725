"""The model that a worker has loaded, and the inputs it is run on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from odviz.domain.errors import FileRefused, InputError
from odviz.worker.protocol import Load

if TYPE_CHECKING:
    from odviz.runtimes.base import Array, Session


@dataclass
class LoadedModel:
    """A session and its inputs.

    Attributes:
        session: the loaded model.
        inputs: canonical, shape (N, …).
        turn: number of inferences prepared so far.
    """

    session: Session
    inputs: Array
    turn: int = 0

    def next_invoke(self) -> Callable[[], object]:
        """Prepare an inference on the next input in turn."""
        item = self.inputs[self.turn % len(self.inputs)]
        self.turn += 1
        return self.session.prepare(item)


def read_inputs(request: Load) -> Array:
    """Read the inputs that a request names, shape (N, …).

    Raises:
        InputError: it names neither a task nor a file.
        FileRefused: the file cannot be read.
        UnknownName: the task does not exist.
    """
    if request.inputs:
        return _read_npy(Path(request.inputs))
    if not request.task:
        raise InputError("Neither a task nor a file of inputs is named.")
    from odviz.tasks import TASKS

    return TASKS[request.task].test().inputs


def _read_npy(path: Path) -> Array:
    import numpy as np

    try:
        inputs: Array = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise FileRefused(f"The inputs {path} cannot be read: {error}.") from error
    if not inputs.ndim or not len(inputs):
        raise FileRefused(f"The inputs {path} are empty.")
    return inputs
