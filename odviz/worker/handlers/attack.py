"""Attacks the loaded model on every input."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.attacks.space import Space
from odviz.attacks.square import square_attack
from odviz.domain.errors import IntegrityError
from odviz.library.files import atomic_write
from odviz.worker.request import Done
from odviz.worker.serve import Worker
from odviz.worker.stress_requests import Attack


def handle(request: Attack, worker: Worker) -> Done:
    """See protocol.Attack."""
    model = worker.loaded()
    try:
        with np.load(request.box, allow_pickle=False) as box:
            space = Space(request.modality, *(box[name] for name in ("low", "high", "radius")))
            targets = box["targets"]
    except (OSError, ValueError, KeyError) as error:
        raise IntegrityError(f"The box {request.box} of the attack cannot be read: {error}.") from error

    def predict(items: Array) -> Array:
        """The first output of each item, one by one as the runtime is timed, shape (n, C)."""
        outputs = []
        for item in items:
            outputs.append(model.session.predict(item)[0].reshape(-1))
            worker.report_alive_at_times()
        return np.stack(outputs)

    attacked = square_attack(
        predict,
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
