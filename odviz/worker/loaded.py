"""The model that a worker has loaded, and the inputs it is run on."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from odviz.domain.errors import IntegrityError
from odviz.worker.request import Load

if TYPE_CHECKING:
    from odviz.arrays import Array
    from odviz.runtimes.base import Session


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
        IntegrityError: they cannot be read, or the model is no longer there: their folders may have been emptied.
    """
    import numpy as np

    if not os.path.lexists(request.path):
        raise IntegrityError(f"The model file {request.path} was removed after it was prepared.")
    try:
        inputs: Array = np.load(request.inputs, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise IntegrityError(f"The inputs {request.inputs} cannot be read: {error}.") from error
    if not inputs.ndim or not len(inputs):
        raise IntegrityError(f"The inputs {request.inputs} are empty.")
    return inputs
