"""Makes a variant's file."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import numpy as np

from odviz.compression.calibration_check import check_calibration
from odviz.compression.make import make_variant
from odviz.compression.recipes import resolve
from odviz.domain.errors import IntegrityError
from odviz.domain.recipe import parse_recipe
from odviz.library.models import load_model
from odviz.tasks import TASKS
from odviz.tasks.base import Examples
from odviz.worker.protocol import Compress, Compressed
from odviz.worker.serve import Worker


def handle(request: Compress, worker: Worker) -> Compressed:
    """See protocol.Compress. Calibration items that are unlike the test items are noted."""
    task, recipe = TASKS[request.task], parse_recipe(request.recipe)
    calibration = cache(partial(_examples, request.calibration) if request.calibration else task.calibration)
    compressed = make_variant(
        load_model(request.task, request.model),
        recipe,
        request.format,
        cache=Path(request.cache),
        calibration=calibration,
        metric=task.metric,
        known=request.known,
        report_alive=worker.report_alive,
    )
    notes = compressed.notes
    if any(step.method.calibrated for step in resolve(recipe, request.format)):
        test = task.test()
        notes += check_calibration(calibration().inputs, test.inputs, test.groups).notes
    return Compressed(compressed.artifact, notes)


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
