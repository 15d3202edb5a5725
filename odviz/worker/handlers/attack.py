"""Attacks the loaded model on every input."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.attacks.space import Space
from odviz.attacks.square import square_attack
from odviz.domain.errors import IntegrityError
from odviz.library.files import atomic_write
from odviz.runtimes.base import Session
from odviz.worker.request import Done
from odviz.worker.serve import Worker
from odviz.worker.stress_requests import Attack

_ALIVE_S = 0.5


def handle(request: Attack, worker: Worker) -> Done:
    """See protocol.Attack."""
    model = worker.loaded()
    try:
        with np.load(request.box, allow_pickle=False) as box:
            space = Space(request.modality, *(box[name] for name in ("low", "high", "radius")))
            targets = box["targets"]
    except (OSError, ValueError, KeyError) as error:
        raise IntegrityError(f"The box {request.box} of the attack cannot be read: {error}.") from error
    attacked = square_attack(
        _Batches(model.session, worker).predict,
        model.inputs,
        targets,
        space,
        budget=request.budget,
        seed=request.seed,
        threshold=request.threshold,
    )
    with atomic_write(Path(request.out)) as file:
        np.savez(file, outputs=attacked.outputs, queries=attacked.queries, right=attacked.right)
    return Done()


class _Batches:
    """Predicts batches one by one, as the runtime is timed, with signs of life."""

    def __init__(self, session: Session, worker: Worker) -> None:
        self._session, self._worker = session, worker
        self._reported = time.monotonic()

    def predict(self, items: Array) -> Array:
        """The first output of each item, shape (n, C)."""
        outputs = []
        for item in items:
            outputs.append(self._session.predict(item)[0].reshape(-1))
            if time.monotonic() - self._reported >= _ALIVE_S:
                self._reported = time.monotonic()
                self._worker.report_alive()
        return np.stack(outputs)
