"""Answers every input, for accuracy."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from odviz.worker.loaded import need
from odviz.worker.protocol import Answers
from odviz.worker.serve import Reply, Worker

_EVENT_S = 0.5


def handle(request: Answers, worker: Worker) -> Reply:
    """See protocol.Answers."""
    loaded = need(worker.loaded)
    count = len(loaded.inputs)
    logits: NDArray[np.float32] | None = None
    told = time.monotonic()
    for index, item in enumerate(loaded.inputs):
        answer = loaded.session.predict(item)[0]
        if logits is None:
            logits = np.empty((count, len(answer)), np.float32)
        logits[index] = answer
        if time.monotonic() - told >= _EVENT_S:
            told = time.monotonic()
            worker.emit({"done": index + 1, "of": count})
    assert logits is not None  # inputs are never empty
    _save(Path(request.out), logits)
    return {"count": count, "classes": logits.shape[1]}


def _save(path: Path, array: NDArray[np.float32]) -> None:
    """Write all of it or nothing: a reader never finds half a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, array, allow_pickle=False)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
