"""The model that a worker has loaded, and the inputs it is run on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from odviz.domain.errors import IntegrityError
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


def check_model(request: Load) -> None:
    """Check that a model is still the one that was prepared: its folder may have been emptied or filled anew.

    Raises:
        IntegrityError: it is another one, or cannot be read.
    """
    from odviz.formats import FORMATS
    from odviz.formats.base import digest

    try:
        sha256 = digest(FORMATS[request.format].files(Path(request.path)))
    except OSError as error:
        raise IntegrityError(f"The model file {request.path} cannot be read any more: {error.strerror}.") from error
    if sha256 != request.sha256:
        raise IntegrityError(f"The model file {request.path} was replaced by another one after it was prepared.")


def read_inputs(request: Load) -> Array:
    """Read the inputs that a request names, shape (N, …).

    Raises:
        IntegrityError: the file cannot be read.
    """
    import numpy as np

    try:
        inputs: Array = np.load(request.inputs, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise IntegrityError(f"The inputs {request.inputs} cannot be read: {error}.") from error
    if not inputs.ndim or not len(inputs):
        raise IntegrityError(f"The inputs {request.inputs} are empty.")
    return inputs
