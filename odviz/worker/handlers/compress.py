"""Makes a variant's file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from odviz.compression.make import make_variant
from odviz.domain.errors import IntegrityError
from odviz.domain.recipe import parse_recipe
from odviz.library.models import load_model
from odviz.tasks import TASKS
from odviz.tasks.base import Examples
from odviz.worker.protocol import Compress, Compressed
from odviz.worker.serve import Worker


def handle(request: Compress, worker: Worker) -> Compressed:
    """See protocol.Compress."""
    task = TASKS[request.task]
    compressed = make_variant(
        load_model(request.task, request.model),
        parse_recipe(request.recipe),
        request.format,
        cache=Path(request.cache),
        calibration=partial(_examples, request.calibration) if request.calibration else task.calibration,
        metric=task.metric,
        known=request.known,
        report_alive=worker.report_alive,
    )
    return Compressed(compressed.artifact, compressed.notes)


def _examples(path: str) -> Examples:
    """The calibration items of a file.

    Raises:
        IntegrityError: it cannot be read.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return Examples(*(archive[name] for name in ("inputs", "targets", "groups")))
    except (OSError, ValueError, KeyError) as error:
        raise IntegrityError(f"The calibration items {path} cannot be read: {error}.") from error
